package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.isobar.api.device.SumBlock;
import org.isobar.common.kernel.Crc32c;
import org.junit.Test;

/** The codec of checksum blocks. */
public class SumBlockTest {
    private static final long SET = 77;

    private final int[] sums = new Random(1).ints(SumBlock.ENTRIES).toArray();
    private final byte[] block = new byte[SumBlock.BYTES];
    private final int[] read = new int[SumBlock.ENTRIES];

    @Test
    public void comesBackAsItWasWritten() {
        SumBlock.encode(sums, SET, 3, 5, block);
        assertEquals(0, SumBlock.decode(block, SET, 3, 5, read));
        assertArrayEquals(sums, read);
    }

    @Test
    public void isNobodyElses() {
        SumBlock.encode(sums, SET, 3, 5, block);
        final int[] none = new int[SumBlock.ENTRIES];
        assertEquals(8, SumBlock.decode(block, SET + 1, 3, 5, read));
        assertArrayEquals(none, read);
        assertEquals(8, SumBlock.decode(block, SET, 2, 5, read));
        assertEquals(8, SumBlock.decode(block, SET, 3, 4, read));
        assertEquals(8, SumBlock.decode(new byte[SumBlock.BYTES], SET, 3, 5, read));
    }

    @Test
    public void aFlippedBitCostsItsSectorOnly() {
        SumBlock.encode(sums, SET, 3, 5, block);
        for (int bit = 0; bit < SumBlock.BYTES * 8; bit += 7) {
            block[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals("bit " + bit, 1, SumBlock.decode(block, SET, 3, 5, read));
            final int sector = bit / 8 / 512;
            for (int entry = 0; entry < SumBlock.ENTRIES; entry++) {
                assertEquals(entry / 120 == sector ? SumBlock.UNKNOWN : sums[entry], read[entry]);
            }
            block[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    public void aTornBlockIsOldOrNewInEverySector() {
        SumBlock.encode(sums, SET, 3, 5, block);
        final int[] newer = new Random(2).ints(SumBlock.ENTRIES).toArray();
        final byte[] next = new byte[SumBlock.BYTES];
        SumBlock.encode(newer, SET, 3, 5, next);
        System.arraycopy(next, 0, block, 0, 3 * 512);
        assertEquals(0, SumBlock.decode(block, SET, 3, 5, read));
        assertArrayEquals(Arrays.copyOf(newer, 3 * 120), Arrays.copyOf(read, 3 * 120));
        assertArrayEquals(
                Arrays.copyOfRange(sums, 3 * 120, SumBlock.ENTRIES),
                Arrays.copyOfRange(read, 3 * 120, SumBlock.ENTRIES));
    }

    @Test
    public void neverTakesAReservedValue() {
        final Crc32c crc = new Crc32c();
        final ByteBuf data = Unpooled.directBuffer(SumBlock.DATA_BYTES);
        assertEquals(SumBlock.ZERO, SumBlock.of(crc, data.setZero(0, SumBlock.DATA_BYTES), 0));
        // CRC32C is linear, so a block with any checksum can be had by choosing its last four bytes; all are found by
        // search.
        for (int wanted = 0; wanted < 2; wanted++) {
            final int last = lastWordFor(crc, data, wanted);
            data.setInt(SumBlock.DATA_BYTES - 4, last);
            assertEquals(wanted, crc.of(data, 0, SumBlock.DATA_BYTES));
            assertNotEquals(wanted, SumBlock.of(crc, data, 0));
        }
        data.release();
    }

    /** Solves for the last word bit by bit: flipping one of its bits changes the checksum by a constant. */
    private static int lastWordFor(final Crc32c crc, final ByteBuf data, final int wanted) {
        final int at = SumBlock.DATA_BYTES - 4;
        data.setInt(at, 0);
        final int base = crc.of(data, 0, SumBlock.DATA_BYTES);
        final long[] rows = new long[32];
        for (int bit = 0; bit < 32; bit++) {
            data.setInt(at, 1 << bit);
            final int change = crc.of(data, 0, SumBlock.DATA_BYTES) ^ base;
            rows[bit] = (change & 0xFFFFFFFFL) | 1L << (32 + bit);
        }
        long goal = (base ^ wanted) & 0xFFFFFFFFL;
        for (int column = 0; column < 32; column++) {
            int pivot = column;
            while ((rows[pivot] >> column & 1) == 0) {
                pivot++;
            }
            final long row = rows[pivot];
            rows[pivot] = rows[column];
            rows[column] = row;
            for (int other = column + 1; other < 32; other++) {
                rows[other] ^= (rows[other] >> column & 1) == 0 ? 0 : row;
            }
            goal ^= (goal >> column & 1) == 0 ? 0 : row;
        }
        return (int) (goal >>> 32);
    }
}
