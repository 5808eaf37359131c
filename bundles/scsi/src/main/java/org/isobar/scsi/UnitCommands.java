package org.isobar.scsi;

import org.isobar.api.block.IoStatus;

/** Small commands about the unit as a whole (SPC-4 §6, SBC-3 §5). */
final class UnitCommands {
    private static final int ALLOCATION_6_OFFSET = 4;
    private static final int ALLOCATION_12_OFFSET = 6;

    private static final int DESCRIPTOR_FORMAT_OFFSET = 1;
    private static final int DESCRIPTOR_FORMAT = 0x01;
    private static final int MAX_SENSE_BYTES = 32;

    private static final int START_FLAGS_OFFSET = 4;
    private static final int POWER_CONDITION_MASK = 0xF0;
    private static final int NO_FLUSH = 0x04;
    private static final int LOAD_EJECT = 0x02;
    private static final int LOAD_EJECT_BIT = 1;
    private static final int START = 0x01;

    private static final int PREVENT_OFFSET = 4;
    private static final int PREVENT_MASK = 0x03;

    private static final int SELECT_REPORT_OFFSET = 2;
    private static final int SELECT_WELL_KNOWN = 1;
    private static final int SELECT_ALL = 2;
    private static final int LUN_LIST_HEADER_BYTES = 8;
    private static final int LUN_LIST_MIN_ALLOCATION = 16;

    private static final int EXTENDED_OFFSET = 2;
    private static final int EXTENDED = 0x80;
    /** ABORT TASK, ABORT TASK SET, CLEAR TASK SET, LOGICAL UNIT RESET, TARGET RESET. */
    private static final byte TASK_MANAGEMENT = (byte) 0xDA;

    private static final int TASK_MANAGEMENT_BYTES = 4;
    private static final int TASK_MANAGEMENT_EXTENDED_BYTES = 16;

    private UnitCommands() {}

    static void testUnitReady(final CommandRun run, final IoStatus none) {
        if (run.unit().serves()) {
            run.good();
        } else {
            run.check(SenseCode.NOT_READY);
        }
    }

    /** A pending unit attention is told as data and is told no more (SPC-4 §6.39). */
    static void requestSense(final CommandRun run, final IoStatus none) {
        final SenseCode code;
        int specific = SenseData.NOTHING_SPECIFIC;
        int information = -1;
        if (!Dispatch.unitPresent(run)) {
            code = SenseCode.LOGICAL_UNIT_NOT_SUPPORTED;
        } else {
            final UnitAttention attention = run.nexus().takeAttention(UnitAttention.ALL);
            final SenseCode obstacle = run.unit().obstacle();
            if (attention != null) {
                code = attention.code();
                information = attention.information();
            } else if (obstacle != null) {
                code = obstacle;
                specific = obstacle == SenseCode.SANITIZE_IN_PROGRESS
                        ? run.unit().sanitize().progress()
                        : SenseData.NOTHING_SPECIFIC;
            } else {
                code = SenseCode.NO_SENSE;
            }
        }
        final byte[] data = new byte[MAX_SENSE_BYTES];
        final boolean descriptorFormat = (run.cdb()[DESCRIPTOR_FORMAT_OFFSET] & DESCRIPTOR_FORMAT) != 0;
        final int bytes = SenseData.write(data, descriptorFormat, code, information, specific);
        run.answer(data, bytes, BigEndian.unsignedByte(run.cdb(), ALLOCATION_6_OFFSET));
    }

    /** The unit is always started; stopping it flushes unless told not to. */
    static void startStopUnit(final CommandRun run, final IoStatus none) {
        final int flags = run.cdb()[START_FLAGS_OFFSET];
        if ((flags & POWER_CONDITION_MASK) != 0) {
            run.invalidCdb(START_FLAGS_OFFSET, 7);
        } else if ((flags & LOAD_EJECT) != 0) {
            run.invalidCdb(START_FLAGS_OFFSET, LOAD_EJECT_BIT);
        } else if ((flags & (START | NO_FLUSH)) == 0) {
            run.flush(UnitCommands::flushed);
        } else {
            run.good();
        }
    }

    private static void flushed(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            run.good();
        } else {
            run.fail(status, SenseCode.WRITE_ERROR);
        }
    }

    /** The medium cannot be removed anyway. */
    static void preventAllowMediumRemoval(final CommandRun run, final IoStatus none) {
        if ((run.cdb()[PREVENT_OFFSET] & PREVENT_MASK) > 1) {
            run.invalidCdb(PREVENT_OFFSET, 1);
        } else {
            run.good();
        }
    }

    /** LUN 0 is the only one; there are no well known logical units. */
    static void reportLuns(final CommandRun run, final IoStatus none) {
        final int select = BigEndian.unsignedByte(run.cdb(), SELECT_REPORT_OFFSET);
        final long allocationBytes = BigEndian.unsignedInt(run.cdb(), ALLOCATION_12_OFFSET);
        if (select > SELECT_ALL) {
            run.invalidCdb(SELECT_REPORT_OFFSET);
        } else if (allocationBytes < LUN_LIST_MIN_ALLOCATION) {
            run.invalidCdb(ALLOCATION_12_OFFSET);
        } else {
            final int lunBytes = select == SELECT_WELL_KNOWN || run.unit().removed() ? 0 : Long.BYTES;
            final byte[] data = new byte[LUN_LIST_HEADER_BYTES + lunBytes];
            BigEndian.putInt(data, 0, lunBytes);
            run.answer(data, data.length, allocationBytes);
        }
    }

    static void reportTaskManagementFunctions(final CommandRun run, final IoStatus none) {
        final long allocationBytes = BigEndian.unsignedInt(run.cdb(), ALLOCATION_12_OFFSET);
        if (allocationBytes < TASK_MANAGEMENT_BYTES) {
            run.invalidCdb(ALLOCATION_12_OFFSET);
            return;
        }
        final boolean extended = (run.cdb()[EXTENDED_OFFSET] & EXTENDED) != 0;
        final byte[] data = new byte[extended ? TASK_MANAGEMENT_EXTENDED_BYTES : TASK_MANAGEMENT_BYTES];
        data[0] = TASK_MANAGEMENT;
        data[3] = (byte) (extended ? TASK_MANAGEMENT_EXTENDED_BYTES - TASK_MANAGEMENT_BYTES : 0);
        run.answer(data, data.length, allocationBytes);
    }
}
