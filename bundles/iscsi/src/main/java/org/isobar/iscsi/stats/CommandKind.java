package org.isobar.iscsi.stats;

import java.util.Arrays;

/** What a command does with blocks, told by its operation code (SBC-4). */
final class CommandKind {
    static final int READ = 0;
    static final int WRITE = 1;
    static final int OTHER = 2;
    static final int COUNT = 3;

    private static final int[] READS = {0x08, 0x28, 0xA8, 0x88};
    /** WRITE, WRITE AND VERIFY, WRITE SAME, COMPARE AND WRITE, ORWRITE and WRITE ATOMIC in all lengths. */
    private static final int[] WRITES = {0x0A, 0x2A, 0xAA, 0x8A, 0x2E, 0xAE, 0x8E, 0x41, 0x93, 0x89, 0x8B, 0x9C};

    private static final byte[] BY_OPERATION_CODE = table();

    private CommandKind() {}

    static int of(final int operationCode) {
        return BY_OPERATION_CODE[operationCode & 0xFF];
    }

    private static byte[] table() {
        final byte[] table = new byte[256];
        Arrays.fill(table, (byte) OTHER);
        for (final int code : READS) {
            table[code] = READ;
        }
        for (final int code : WRITES) {
            table[code] = WRITE;
        }
        return table;
    }
}
