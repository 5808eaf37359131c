package org.isobar.iscsi.stats;

import java.util.Locale;

/** What a CDB says, for people (SPC-5 and SBC-4): name, first block and number of blocks. */
final class CommandText {
    /** The command has no such field. */
    static final long NONE = -1;

    private static final int GROUP_SHIFT = 5;
    private static final int SERVICE_ACTION_MASK = 0x1F;

    private CommandText() {}

    static String name(final byte[] cdb) {
        final int code = cdb[0] & 0xFF;
        return switch (code) {
            case 0x00 -> "TEST UNIT READY";
            case 0x03 -> "REQUEST SENSE";
            case 0x08 -> "READ(6)";
            case 0x0A -> "WRITE(6)";
            case 0x12 -> "INQUIRY";
            case 0x15 -> "MODE SELECT(6)";
            case 0x16 -> "RESERVE(6)";
            case 0x17 -> "RELEASE(6)";
            case 0x1A -> "MODE SENSE(6)";
            case 0x1B -> "START STOP UNIT";
            case 0x25 -> "READ CAPACITY(10)";
            case 0x28 -> "READ(10)";
            case 0x2A -> "WRITE(10)";
            case 0x2E -> "WRITE AND VERIFY(10)";
            case 0x2F -> "VERIFY(10)";
            case 0x34 -> "PRE-FETCH(10)";
            case 0x35 -> "SYNCHRONIZE CACHE(10)";
            case 0x37 -> "READ DEFECT DATA(10)";
            case 0x41 -> "WRITE SAME(10)";
            case 0x42 -> "UNMAP";
            case 0x48 -> "SANITIZE";
            case 0x55 -> "MODE SELECT(10)";
            case 0x5A -> "MODE SENSE(10)";
            case 0x5E -> "PERSISTENT RESERVE IN";
            case 0x5F -> "PERSISTENT RESERVE OUT";
            case 0x83 -> "EXTENDED COPY";
            case 0x84 -> "RECEIVE COPY RESULTS";
            case 0x88 -> "READ(16)";
            case 0x89 -> "COMPARE AND WRITE";
            case 0x8A -> "WRITE(16)";
            case 0x8B -> "ORWRITE(16)";
            case 0x8E -> "WRITE AND VERIFY(16)";
            case 0x8F -> "VERIFY(16)";
            case 0x90 -> "PRE-FETCH(16)";
            case 0x91 -> "SYNCHRONIZE CACHE(16)";
            case 0x93 -> "WRITE SAME(16)";
            case 0x9C -> "WRITE ATOMIC(16)";
            case 0x9E ->
                switch (cdb[1] & SERVICE_ACTION_MASK) {
                    case 0x10 -> "READ CAPACITY(16)";
                    case 0x12 -> "GET LBA STATUS";
                    default -> unnamed(code);
                };
            case 0xA0 -> "REPORT LUNS";
            case 0xA8 -> "READ(12)";
            case 0xAA -> "WRITE(12)";
            case 0xAE -> "WRITE AND VERIFY(12)";
            case 0xAF -> "VERIFY(12)";
            default -> unnamed(code);
        };
    }

    /** First block, or {@link #NONE}. */
    static long lba(final byte[] cdb) {
        if (!addressesBlocks(cdb[0] & 0xFF)) {
            return NONE;
        }
        return switch ((cdb[0] & 0xFF) >> GROUP_SHIFT) {
            case 0 -> number(cdb, 1, 3) & 0x1FFFFF;
            case 4 -> number(cdb, 2, Long.BYTES);
            default -> number(cdb, 2, Integer.BYTES);
        };
    }

    /** Number of blocks, or {@link #NONE}. */
    static long blocks(final byte[] cdb) {
        final int code = cdb[0] & 0xFF;
        if (!addressesBlocks(code)) {
            return NONE;
        }
        return switch (code >> GROUP_SHIFT) {
            case 0 -> cdb[4] == 0 ? 256 : cdb[4] & 0xFF;
            case 1, 2 -> number(cdb, 7, Short.BYTES);
            case 5 -> number(cdb, 6, Integer.BYTES);
            default ->
                switch (code) {
                    case 0x89 -> cdb[13] & 0xFF;
                    case 0x9C -> number(cdb, 12, Short.BYTES);
                    default -> number(cdb, 10, Integer.BYTES);
                };
        };
    }

    private static boolean addressesBlocks(final int code) {
        return switch (code) {
            case 0x2F, 0x34, 0x35, 0x8F, 0x90, 0x91, 0xAF -> true;
            default -> CommandKind.of(code) != CommandKind.OTHER;
        };
    }

    private static String unnamed(final int code) {
        return String.format(Locale.ROOT, "0x%02x", code);
    }

    private static long number(final byte[] bytes, final int at, final int length) {
        long value = 0;
        for (int i = at; i < at + length; i++) {
            value = value << Byte.SIZE | (bytes[i] & 0xFF);
        }
        return value;
    }
}
