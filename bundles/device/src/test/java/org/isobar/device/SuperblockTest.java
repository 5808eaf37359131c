package org.isobar.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.Superblock;
import org.isobar.api.device.Superblock.Kind;
import org.junit.Test;

public class SuperblockTest {
    private static final long SIZE = 1L << 30;

    private final Superblock superblock = new Superblock(
            UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID(), 7, SIZE, 4096, Layouts.of(SIZE, 64 << 20));

    @Test
    public void comesBackAsItWasWritten() {
        final ByteBuffer block = superblock.encode();
        assertEquals(Superblock.BYTES, block.remaining());
        assertEquals(Kind.VALID, Superblock.kind(block));
        assertEquals(superblock, Superblock.decode(block));
    }

    @Test
    public void everyFlippedBitOfTheRecordIsNoticed() {
        final ByteBuffer block = superblock.encode();
        for (int bit = 8 * 8; bit < 160 * 8; bit++) {
            flip(block, bit);
            final Kind expected = bit < 12 * 8 ? Kind.UNKNOWN_VERSION : Kind.DAMAGED;
            assertEquals("bit " + bit, expected, Superblock.kind(block));
            flip(block, bit);
        }
        assertEquals(Kind.VALID, Superblock.kind(block));
    }

    @Test
    public void labelOfTheFirstVersionHasNoChecksumArea() {
        final ByteBuffer block = superblock.encode();
        block.putInt(8, 1);
        block.putInt(12, 144);
        block.putLong(144, 0);
        block.putLong(152, 0);
        block.putInt(16, 0);
        final CRC32C crc = new CRC32C();
        crc.update(block.slice(0, 144));
        block.putInt(16, (int) crc.getValue());
        assertEquals(Kind.VALID, Superblock.kind(block));
        final DeviceLayout layout = Superblock.decode(block).layout();
        assertFalse(layout.hasSums());
        assertEquals(superblock.layout().dataOffset(), layout.dataOffset());
    }

    @Test
    public void tornRecordIsDamaged() {
        final ByteBuffer block = superblock.encode();
        final ByteBuffer older = new Superblock(
                        superblock.device(),
                        superblock.member(),
                        superblock.group(),
                        6,
                        SIZE / 2,
                        512,
                        superblock.layout())
                .encode();
        for (int i = 0; i < 80; i++) {
            block.put(i, older.get(i));
        }
        assertEquals(Kind.DAMAGED, Superblock.kind(block));
    }

    @Test
    public void anythingElseIsNone() {
        assertEquals(Kind.NONE, Superblock.kind(ByteBuffer.allocate(Superblock.BYTES)));
    }

    private static void flip(final ByteBuffer block, final int bit) {
        block.put(bit / 8, (byte) (block.get(bit / 8) ^ 1 << bit % 8));
    }
}
