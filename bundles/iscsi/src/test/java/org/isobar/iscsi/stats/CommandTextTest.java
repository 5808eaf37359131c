package org.isobar.iscsi.stats;

import static org.junit.Assert.assertEquals;

import java.nio.ByteBuffer;
import org.junit.Test;

public final class CommandTextTest {
    @Test
    public void readsEachLengthOfCdb() {
        assertSays("READ(6)", 0x1F1234, 256, cdb(0x08, 1).put(1, (byte) 0xFF).putShort(2, (short) 0x1234));
        assertSays(
                "WRITE(10)",
                0x81234567L,
                0x89AB,
                cdb(0x2A, 0).putInt(2, 0x81234567).putShort(7, (short) 0x89AB));
        assertSays("READ(12)", 5, 6, cdb(0xA8, 0).putInt(2, 5).putInt(6, 6));
        assertSays(
                "WRITE SAME(16)", 1L << 40, 7, cdb(0x93, 0).putLong(2, 1L << 40).putInt(10, 7));
        assertSays("COMPARE AND WRITE", 9, 3, cdb(0x89, 0).putLong(2, 9).put(13, (byte) 3));
        assertSays("WRITE ATOMIC(16)", 9, 4, cdb(0x9C, 0).putLong(2, 9).putShort(12, (short) 4));
        assertSays("SYNCHRONIZE CACHE(10)", 0, 0, cdb(0x35, 0));
    }

    @Test
    public void saysWhenThereIsNoBlock() {
        assertSays("INQUIRY", CommandText.NONE, CommandText.NONE, cdb(0x12, 0));
        assertSays("UNMAP", CommandText.NONE, CommandText.NONE, cdb(0x42, 0));
        assertSays("0xff", CommandText.NONE, CommandText.NONE, cdb(0xFF, 0));
        assertSays("READ CAPACITY(16)", CommandText.NONE, CommandText.NONE, cdb(0x9E, 0x10));
        assertSays("0x9e", CommandText.NONE, CommandText.NONE, cdb(0x9E, 0x1F));
    }

    private static ByteBuffer cdb(final int operationCode, final int serviceAction) {
        return ByteBuffer.allocate(260).put(0, (byte) operationCode).put(1, (byte) serviceAction);
    }

    private static void assertSays(final String name, final long lba, final long blocks, final ByteBuffer bytes) {
        final byte[] cdb = new byte[260];
        bytes.get(0, cdb);
        assertEquals(name, CommandText.name(cdb));
        assertEquals(name, lba, CommandText.lba(cdb));
        assertEquals(name, blocks, CommandText.blocks(cdb));
    }
}
