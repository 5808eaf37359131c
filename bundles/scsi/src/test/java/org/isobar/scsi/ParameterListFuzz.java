package org.isobar.scsi;

import org.isobar.testkit.fuzz.FuzzInput;

/**
 * Fuzz target: parameter lists. Commands that take one, with a list of any bytes whose length the CDB states (nearly
 * always truly), between commands that show what came of it.
 */
public final class ParameterListFuzz {
    private static final int MAX_STEPS = 24;
    private static final int PLENTY_BYTES = 65_536;

    private static final int SECOND_NEXUS = 0x01;
    private static final int WRONG_LENGTH = 0x02;
    private static final int TOGETHER = 0x04;

    /** How a command states the length of its list. */
    private enum Length {
        BYTE_4,
        SHORT_7,
        INT_5,
        INT_10,
        /** One block is sent, however many it is for. */
        ONE_BLOCK,
        /** Twice the blocks of byte 13. */
        TWO_TIMES_BYTE_13,
        /** Nothing is sent; the command shows something. */
        NONE
    }

    /** The commands, chosen by an input's bytes modulo their number: new ones go to the end, so that inputs last. */
    private enum Chosen {
        MODE_SELECT_6(0x15, Length.BYTE_4),
        MODE_SELECT_10(0x55, Length.SHORT_7),
        UNMAP(0x42, Length.SHORT_7),
        PERSISTENT_RESERVE_OUT(0x5F, Length.INT_5),
        PERSISTENT_RESERVE_IN(0x5E, Length.NONE),
        EXTENDED_COPY(0x83, Length.INT_10),
        RECEIVE_COPY_RESULTS(0x84, Length.NONE),
        SANITIZE(0x48, Length.SHORT_7),
        WRITE_SAME_10(0x41, Length.ONE_BLOCK),
        WRITE_SAME_16(0x93, Length.ONE_BLOCK),
        COMPARE_AND_WRITE(0x89, Length.TWO_TIMES_BYTE_13),
        FORMAT_UNIT(0x04, Length.BYTE_4),
        MODE_SENSE_10(0x5A, Length.NONE),
        READ_16(0x88, Length.NONE),
        REQUEST_SENSE(0x03, Length.NONE),
        WRITE_ATOMIC_16(0x9C, Length.ONE_BLOCK);

        private static final Chosen[] ALL = values();

        private final int operationCode;
        private final Length length;

        Chosen(final int operationCode, final Length length) {
            this.operationCode = operationCode;
            this.length = length;
        }
    }

    private ParameterListFuzz() {}

    /** Runs one input. */
    public static void fuzzerTestOneInput(final byte[] data) {
        final FuzzInput input = new FuzzInput(data);
        final FuzzedUnit unit = new FuzzedUnit(input.unsignedByte());
        for (int steps = 0; steps < MAX_STEPS && input.more(); steps++) {
            final int kind = input.unsignedByte();
            if (kind < CdbFuzz.FIRST_EVENT) {
                command(input, unit, Chosen.ALL[kind % Chosen.ALL.length]);
            } else {
                CdbFuzz.event(input, unit, kind);
            }
        }
        unit.end();
    }

    private static void command(final FuzzInput input, final FuzzedUnit unit, final Chosen chosen) {
        final int how = input.unsignedByte();
        final byte[] cdb = new byte[16];
        cdb[0] = (byte) chosen.operationCode;
        cdb[1] = (byte) input.unsignedByte();
        cdb[2] = (byte) input.unsignedByte();
        final byte[] list =
                switch (chosen.length) {
                    case NONE -> shows(input, cdb);
                    case ONE_BLOCK -> addressed(input, cdb, 512);
                    case TWO_TIMES_BYTE_13 -> {
                        cdb[13] = (byte) (input.unsignedByte() & 0x0F);
                        yield addressed(input, cdb, 2 * 512 * cdb[13]);
                    }
                    default -> input.upTo(input.unsignedShort() & 0x3FF);
                };
        final int stated = list.length + ((how & WRONG_LENGTH) != 0 ? (byte) input.unsignedByte() : 0);
        switch (chosen.length) {
            case BYTE_4 -> cdb[4] = (byte) stated;
            case SHORT_7 -> BigEndian.putShort(cdb, 7, stated);
            case INT_5 -> BigEndian.putInt(cdb, 5, stated);
            case INT_10 -> BigEndian.putInt(cdb, 10, stated);
            default -> {}
        }
        unit.add(how & SECOND_NEXUS, 0, cdb, list, PLENTY_BYTES);
        if ((how & TOGETHER) == 0) {
            unit.run();
        }
    }

    /** A command that wants an answer: small address, small length, wherever its CDB keeps them. */
    private static byte[] shows(final FuzzInput input, final byte[] cdb) {
        cdb[2] = cdb[0] == (byte) 0x88 ? 0 : cdb[2];
        cdb[9] = cdb[0] == (byte) 0x88 ? (byte) input.unsignedByte() : 0;
        final int length = input.unsignedByte();
        cdb[CdbFuzz.cdbBytes(cdb[0] & 0xFF) == 6 ? 4 : 8] = (byte) length;
        cdb[13] = (byte) length;
        return new byte[0];
    }

    /** A command on a few blocks, with data that repeats what the input has. */
    private static byte[] addressed(final FuzzInput input, final byte[] cdb, final int dataBytes) {
        final boolean ten = CdbFuzz.cdbBytes(cdb[0] & 0xFF) == 10;
        cdb[2] = 0;
        BigEndian.putShort(cdb, ten ? 4 : 8, input.unsignedShort() & 0x3FF);
        if (cdb[0] != (byte) 0x89) {
            BigEndian.putShort(cdb, ten ? 7 : 12, input.unsignedByte());
        }
        final byte[] pattern = input.upTo(1 + (input.unsignedByte() & 7));
        final byte[] data = new byte[dataBytes];
        for (int at = 0; at < dataBytes && pattern.length > 0; at++) {
            data[at] = pattern[at % pattern.length];
        }
        return data;
    }
}
