package org.isobar.scsi;

import java.util.Arrays;
import org.isobar.testkit.fuzz.FuzzInput;

/** Fuzz target: any CDB with any data and any expected lengths, up to four at a time, while the volume may fail. */
public final class CdbFuzz {
    private static final int MAX_STEPS = 32;
    private static final int PLENTY_BYTES = 1 << 20;

    private static final int SECOND_NEXUS = 0x01;
    private static final int TOGETHER = 0x02;
    private static final int WITH_LUN = 0x04;
    private static final int FEW_BYTES_IN = 0x08;
    private static final int DATA_MASK = 0x30;
    private static final int DATA_SHIFT = 4;
    /** First byte of a step that is no command. */
    static final int FIRST_EVENT = 0xF0;

    private CdbFuzz() {}

    /** Runs one input. */
    public static void fuzzerTestOneInput(final byte[] data) {
        final FuzzInput input = new FuzzInput(data);
        final FuzzedUnit unit = new FuzzedUnit(input.unsignedByte());
        for (int steps = 0; steps < MAX_STEPS && input.more(); steps++) {
            final int kind = input.unsignedByte();
            if (kind < FIRST_EVENT) {
                command(input, unit, kind);
            } else {
                event(input, unit, kind);
            }
        }
        unit.end();
    }

    private static void command(final FuzzInput input, final FuzzedUnit unit, final int kind) {
        final int operationCode = input.unsignedByte();
        final byte[] cdb = new byte[16];
        cdb[0] = (byte) operationCode;
        final byte[] rest = input.bytes(cdbBytes(operationCode) - 1);
        System.arraycopy(rest, 0, cdb, 1, rest.length);
        final long lun = (kind & WITH_LUN) != 0 ? input.longInteger() : 0;
        final int expectedIn = (kind & FEW_BYTES_IN) != 0 ? input.unsignedShort() : PLENTY_BYTES;
        unit.add(kind & SECOND_NEXUS, lun, cdb, data(input, cdb, (kind & DATA_MASK) >> DATA_SHIFT), expectedIn);
        if ((kind & TOGETHER) == 0) {
            unit.run();
        }
    }

    private static byte[] data(final FuzzInput input, final byte[] cdb, final int mode) {
        return switch (mode) {
            case 0 -> new byte[0];
            case 1 -> filled(fittingBytes(cdb), input.unsignedByte());
            case 2 -> filled(input.unsignedShort(), input.unsignedByte());
            default -> input.upTo(input.unsignedByte());
        };
    }

    /** As much as the command probably wants. */
    private static int fittingBytes(final byte[] cdb) {
        final Command command = CommandTable.find(cdb);
        return switch (cdb[0] & 0xFF) {
            case 0x41, 0x93 -> 512;
            case 0x89 -> 2 * 512 * (cdb[13] & 0xFF);
            default ->
                command == null
                        ? 0
                        : (int) Math.min(FuzzedUnit.BLOCKS, command.layout().blocks(cdb)) * 512;
        };
    }

    private static byte[] filled(final int length, final int value) {
        final byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** Length of the CDB by its group (SPC-5 §4.2.5.1); of other groups as many bytes as a transport passes. */
    static int cdbBytes(final int operationCode) {
        return switch (operationCode >> 5) {
            case 0 -> 6;
            case 1, 2 -> 10;
            case 5 -> 12;
            default -> 16;
        };
    }

    /** Something that happens besides commands. */
    static void event(final FuzzInput input, final FuzzedUnit unit, final int kind) {
        switch (kind & 0x07) {
            case 0 -> unit.failVolume(input.unsignedByte(), input.unsignedByte());
            case 1 -> unit.resetTarget(input.unsignedByte());
            case 2 -> unit.resetUnit(input.unsignedByte(), input.unsignedShort());
            case 3 -> unit.reopen(input.unsignedByte());
            case 4 -> unit.failCatalog((input.unsignedByte() & 1) != 0);
            default -> unit.run();
        }
    }
}
