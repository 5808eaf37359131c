package org.isobar.common.kernel;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import io.netty.buffer.ByteBuf;
import java.util.Random;
import org.isobar.common.buffer.Buffers;
import org.junit.Test;

public class ParitySumTest {
    private static final int CAPACITY = 4096;

    private final ParitySum sum = new ParitySum();

    @Test
    public void agreesWithBytewiseXorForAnyNumberOfSources() {
        final long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ParitySumTest seed=" + seed);
        final Random random = new Random(seed);
        final ByteBuf[] sources = new ByteBuf[ParitySum.SOURCES_MAX];
        final byte[][] contents = new byte[sources.length][];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = Buffers.allocate(CAPACITY);
            contents[i] = fill(random, sources[i]);
        }
        final ByteBuf target = Buffers.allocate(CAPACITY);
        for (int round = 0; round < 300; round++) {
            final int count = round < sources.length ? round + 1 : 1 + random.nextInt(9);
            final byte[] expected = fill(random, target);
            final int length = random.nextInt(round % 2 == 0 ? 40 : 2000);
            final int targetAt = random.nextInt(CAPACITY - length);
            final byte[] wanted = new byte[length];
            sum.begin(length);
            for (int i = 0; i < count; i++) {
                final int at = random.nextInt(CAPACITY - length);
                sum.add(sources[i], at);
                for (int k = 0; k < length; k++) {
                    wanted[k] ^= contents[i][at + k];
                }
            }
            System.arraycopy(wanted, 0, expected, targetAt, length);
            sum.into(target, targetAt);
            assertArrayEquals(expected, bytes(target));
        }
        for (int i = 0; i < sources.length; i++) {
            assertArrayEquals(contents[i], bytes(sources[i]));
            sources[i].release();
        }
        target.release();
    }

    @Test
    public void takesTheOldContentOfTheTargetAsItsFirstSource() {
        final Random random = new Random(5);
        final ByteBuf data = Buffers.allocate(CAPACITY);
        final ByteBuf target = Buffers.allocate(CAPACITY);
        final byte[] content = fill(random, data);
        for (int others = 0; others < 12; others++) {
            final byte[] expected = fill(random, target);
            sum.begin(101).add(target, 7);
            for (int i = 0; i < others; i++) {
                sum.add(data, i * 300);
                for (int k = 0; k < 101; k++) {
                    expected[7 + k] ^= content[i * 300 + k];
                }
            }
            sum.into(target, 7);
            assertArrayEquals("sources besides the target: " + others, expected, bytes(target));
        }
        data.release();
        target.release();
    }

    @Test
    public void addsPiecesOfOneBufferThroughSlices() {
        final Random random = new Random(6);
        final ByteBuf whole = Buffers.allocate(CAPACITY);
        final byte[] expected = fill(random, whole);
        for (int i = 0; i < 64; i++) {
            expected[i] = (byte) (expected[3000 + i] ^ expected[1000 + i]);
        }
        sum.begin(64).add(whole.slice(2900, 200), 100).add(whole.slice(1000, 64), 0);
        sum.into(whole.slice(0, 64), 0);
        assertArrayEquals(expected, bytes(whole));
        whole.release();
    }

    @Test
    public void nothingAddsUpToZeros() {
        final ByteBuf target = Buffers.allocate(CAPACITY);
        final byte[] expected = fill(new Random(7), target);
        for (int i = 0; i < 33; i++) {
            expected[100 + i] = 0;
        }
        sum.begin(33).into(target, 100);
        assertArrayEquals(expected, bytes(target));
        target.release();
    }

    @Test
    public void refusesRangesBeyondABuffer() {
        final ByteBuf buffer = Buffers.allocate(64);
        sum.begin(32);
        assertThrows(IndexOutOfBoundsException.class, () -> sum.add(buffer, 33));
        assertThrows(IndexOutOfBoundsException.class, () -> sum.into(buffer, -1));
        buffer.release();
    }

    private static byte[] fill(final Random random, final ByteBuf buffer) {
        final byte[] bytes = new byte[buffer.capacity()];
        random.nextBytes(bytes);
        buffer.setBytes(0, bytes);
        return bytes;
    }

    private static byte[] bytes(final ByteBuf buffer) {
        final byte[] bytes = new byte[buffer.capacity()];
        buffer.getBytes(0, bytes);
        return bytes;
    }
}
