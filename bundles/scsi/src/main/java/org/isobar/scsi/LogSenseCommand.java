package org.isobar.scsi;

import java.util.Arrays;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PoolSpace;
import org.isobar.api.volume.VolumeSpace;

/** LOG SENSE (SPC-4 §6.8): which pages there are, and Logical Block Provisioning (SBC-4 §6.4.5). */
final class LogSenseCommand {
    private static final int FLAGS_OFFSET = 1;
    private static final int SAVE = 0x01;
    private static final int PAGE_OFFSET = 2;
    private static final int PAGE_MASK = 0x3F;
    private static final int PAGE_BIT = 5;
    private static final int SUBPAGE_OFFSET = 3;
    private static final int POINTER_OFFSET = 5;
    private static final int ALLOCATION_OFFSET = 7;

    private static final int SUPPORTED = 0x00;
    private static final int PROVISIONING = 0x0C;
    private static final int SUPPORTED_SUBPAGES = 0xFF;
    private static final int HEADER_BYTES = 4;
    private static final int SUBPAGE_FORMAT = 0x40;
    /** DS: nothing of these pages is saved. */
    private static final int SAVE_DISABLED = 0x80;

    private static final int PARAMETER_BYTES = 12;
    /** TSD, format and linking: a binary list. */
    private static final byte BINARY_LIST = 0x23;

    private static final int VALUE_OFFSET = 4;
    private static final int SCOPE_OFFSET = 8;
    private static final byte OF_UNIT = 1;
    private static final byte SHARED = 2;

    private LogSenseCommand() {}

    static void logSense(final CommandRun run, final IoStatus none) {
        final byte[] cdb = run.cdb();
        final int page = cdb[PAGE_OFFSET] & PAGE_MASK;
        final int subpage = BigEndian.unsignedByte(cdb, SUBPAGE_OFFSET);
        final int pointer = BigEndian.unsignedShort(cdb, POINTER_OFFSET);
        if ((cdb[FLAGS_OFFSET] & SAVE) != 0) {
            run.invalidCdb(FLAGS_OFFSET, 0);
        } else if (page != SUPPORTED && page != PROVISIONING) {
            run.invalidCdb(PAGE_OFFSET, PAGE_BIT);
        } else if (subpage != 0 && (page != SUPPORTED || subpage != SUPPORTED_SUBPAGES)) {
            run.invalidCdb(SUBPAGE_OFFSET);
        } else if (pointer > (page == SUPPORTED ? 0 : SoftThreshold.AVAILABLE_PERCENT)) {
            run.invalidCdb(POINTER_OFFSET);
        } else {
            answer(run, page, subpage, pointer);
        }
    }

    private static void answer(final CommandRun run, final int page, final int subpage, final int pointer) {
        final byte[] body;
        if (page == PROVISIONING) {
            body = provisioning(run.unit(), pointer);
        } else if (subpage == SUPPORTED_SUBPAGES) {
            body = new byte[] {SUPPORTED, 0, SUPPORTED, (byte) SUPPORTED_SUBPAGES, PROVISIONING, 0};
        } else {
            body = new byte[] {SUPPORTED, PROVISIONING};
        }
        final byte[] data = new byte[HEADER_BYTES + body.length];
        data[0] = (byte) (page | (subpage == 0 ? 0 : SUBPAGE_FORMAT) | (page == SUPPORTED ? 0 : SAVE_DISABLED));
        data[1] = (byte) subpage;
        BigEndian.putShort(data, 2, body.length);
        System.arraycopy(body, 0, data, HEADER_BYTES, body.length);
        run.answer(data, data.length, BigEndian.unsignedShort(run.cdb(), ALLOCATION_OFFSET));
    }

    /** The parameters from {@code pointer} on: in threshold sets, what is free rounded down and what is used up. */
    private static byte[] provisioning(final LogicalUnit unit, final int pointer) {
        final VolumeSpace space = unit.volume().space();
        final PoolSpace pool = space.pool();
        final long setBytes = unit.thresholds().setBytes();
        final byte[] body = new byte[3 * PARAMETER_BYTES];
        put(body, SoftThreshold.AVAILABLE_SETS, pool == null ? 0 : pool.freeBytes() / setBytes, SHARED);
        put(body, SoftThreshold.USED_SETS, SoftThreshold.sets(space.usedBytes(), setBytes), OF_UNIT);
        put(body, SoftThreshold.AVAILABLE_PERCENT, pool == null ? 0 : pool.freePercent(), SHARED);
        return Arrays.copyOfRange(body, Math.max(0, pointer - 1) * PARAMETER_BYTES, body.length);
    }

    private static void put(final byte[] body, final int code, final long value, final byte scope) {
        final int at = (code - 1) * PARAMETER_BYTES;
        BigEndian.putShort(body, at, code);
        body[at + 2] = BINARY_LIST;
        body[at + 3] = PARAMETER_BYTES - VALUE_OFFSET;
        if (code == SoftThreshold.AVAILABLE_PERCENT) {
            BigEndian.putShort(body, at + VALUE_OFFSET, (int) value);
        } else {
            BigEndian.putClamped(body, at + VALUE_OFFSET, value);
        }
        body[at + SCOPE_OFFSET] = scope;
    }
}
