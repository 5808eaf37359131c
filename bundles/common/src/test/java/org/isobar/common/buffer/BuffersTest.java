package org.isobar.common.buffer;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.isobar.common.kernel.Xor;
import org.junit.Test;

public class BuffersTest {
    private static final int[] LENGTHS = {1, 48, 512, 4095, 4096, 4097, 65536, 65536 + 512, 1 << 20, (8 << 20) + 1};

    @Test
    public void everyBufferIsDirectAlignedAndOfExactCapacity() {
        for (final int length : LENGTHS) {
            final ByteBuf buffer = Buffers.allocate(length);
            assertTrue(buffer.isDirect());
            assertEquals(1, buffer.nioBufferCount());
            assertEquals("length " + length, 0, buffer.memoryAddress() % Buffers.ALIGNMENT_BYTES);
            assertEquals(length, buffer.capacity());
            assertEquals(1, buffer.refCnt());
            buffer.release();
        }
    }

    @Test
    public void zeroedBufferIsZeroAlsoWhenReused() {
        for (int round = 0; round < 3; round++) {
            for (final int length : LENGTHS) {
                final ByteBuf buffer = Buffers.allocateZeroed(length);
                assertTrue(Xor.allZero(buffer, 0, length));
                buffer.setBytes(0, noise(length));
                buffer.release();
            }
        }
    }

    private static byte[] noise(final int length) {
        final byte[] noise = new byte[length];
        Arrays.fill(noise, (byte) 0xFF);
        return noise;
    }
}
