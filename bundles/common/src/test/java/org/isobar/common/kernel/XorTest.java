package org.isobar.common.kernel;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.Random;
import org.isobar.common.buffer.Buffers;
import org.junit.Test;

public class XorTest {
    private static final int CAPACITY = 8192;

    @Test
    public void agreesWithBytewiseXorForAnyRange() {
        final long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("XorTest seed=" + seed);
        final Random random = new Random(seed);
        final ByteBuf source = Buffers.allocate(CAPACITY);
        final ByteBuf target = Buffers.allocate(CAPACITY);
        for (int round = 0; round < 200; round++) {
            final byte[] from = fill(random, source);
            final byte[] expected = fill(random, target);
            final int length = random.nextInt(round % 2 == 0 ? 40 : 4096);
            final int sourceAt = random.nextInt(CAPACITY - length);
            final int targetAt = random.nextInt(CAPACITY - length);
            for (int i = 0; i < length; i++) {
                expected[targetAt + i] ^= from[sourceAt + i];
            }
            Xor.into(source, sourceAt, target, targetAt, length);
            assertArrayEquals(expected, bytes(target));
            assertArrayEquals(from, bytes(source));
        }
        source.release();
        target.release();
    }

    @Test
    public void worksWithinOneBufferAndThroughSlices() {
        final Random random = new Random(3);
        final ByteBuf whole = Buffers.allocate(CAPACITY);
        final byte[] expected = fill(random, whole);
        for (int i = 0; i < 1000; i++) {
            expected[5000 + i] ^= expected[7 + i];
        }
        Xor.into(whole, 7, whole, 5000, 1000);
        assertArrayEquals(expected, bytes(whole));
        for (int i = 0; i < 100; i++) {
            expected[2000 + i] ^= expected[1000 + i];
        }
        Xor.into(whole.slice(1000, 200), 0, whole.slice(2000, 200), 0, 100);
        assertArrayEquals(expected, bytes(whole));
        whole.release();
    }

    @Test
    public void sameRangeBecomesZero() {
        final ByteBuf buffer = Buffers.allocate(CAPACITY);
        fill(new Random(4), buffer);
        Xor.into(buffer, 3, buffer, 3, 501);
        assertTrue(Xor.allZero(buffer, 3, 501));
        buffer.release();
    }

    @Test
    public void readerAndWriterIndexesStay() {
        final ByteBuf source = Buffers.allocateZeroed(64);
        final ByteBuf target = Buffers.allocateZeroed(64);
        source.setIndex(5, 9);
        target.setIndex(6, 60);
        Xor.into(source, 0, target, 0, 64);
        assertEquals(5, source.readerIndex());
        assertEquals(9, source.writerIndex());
        assertEquals(6, target.readerIndex());
        assertEquals(60, target.writerIndex());
        source.release();
        target.release();
    }

    @Test
    public void oneBitAnywhereIsNotAllZero() {
        final ByteBuf buffer = Buffers.allocateZeroed(100);
        assertTrue(Xor.allZero(buffer, 0, 100));
        assertTrue(Xor.allZero(buffer, 50, 0));
        for (int at = 0; at < 100; at++) {
            buffer.setByte(at, 0x80);
            assertFalse(Xor.allZero(buffer, 0, 100));
            assertFalse(Xor.allZero(buffer, at, 1));
            assertTrue(Xor.allZero(buffer, 0, at));
            assertTrue(Xor.allZero(buffer, at + 1, 99 - at));
            buffer.setByte(at, 0);
        }
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
