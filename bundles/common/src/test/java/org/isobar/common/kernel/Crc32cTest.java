package org.isobar.common.kernel;

import static org.junit.Assert.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.isobar.common.buffer.Buffers;
import org.junit.Test;

public class Crc32cTest {
    private final Crc32c crc = new Crc32c();

    /** The examples of RFC 3720 B.4, which RFC 7143 keeps; there the bytes are shown in wire order. */
    @Test
    public void agreesWithTheExamplesOfTheStandard() {
        final byte[] zeros = new byte[32];
        final byte[] ones = new byte[32];
        final byte[] up = new byte[32];
        final byte[] down = new byte[32];
        for (int i = 0; i < 32; i++) {
            ones[i] = (byte) 0xFF;
            up[i] = (byte) i;
            down[i] = (byte) (31 - i);
        }
        assertEquals(0x8A9136AA, of(zeros));
        assertEquals(0x62A8AB43, of(ones));
        assertEquals(0x46DD794E, of(up));
        assertEquals(0x113FDB5C, of(down));
    }

    @Test
    public void piecesAddUpToTheWhole() {
        final byte[] bytes = new byte[10_000];
        new Random(5).nextBytes(bytes);
        final int whole = of(bytes);
        final ByteBuf buffer = Buffers.allocate(bytes.length).setBytes(0, bytes);
        assertEquals(whole, crc.of(buffer, 0, bytes.length));
        assertEquals(
                whole,
                crc.reset()
                        .update(buffer, 0, 17)
                        .update(bytes, 17, 4000)
                        .update(buffer, 4017, 5983)
                        .value());
        buffer.release();
    }

    @Test
    public void takesBuffersOfSeveralParts() {
        final byte[] bytes = new byte[3000];
        new Random(6).nextBytes(bytes);
        final CompositeByteBuf parts = Unpooled.compositeBuffer()
                .addComponent(true, Unpooled.copiedBuffer(bytes, 0, 1000))
                .addComponent(
                        true,
                        Buffers.allocate(2000).setBytes(0, bytes, 1000, 2000).writerIndex(2000));
        final byte[] middle = new byte[1500];
        System.arraycopy(bytes, 500, middle, 0, 1500);
        assertEquals(of(middle), crc.of(parts, 500, 1500));
        parts.release();
    }

    @Test
    public void readerAndWriterIndexesStay() {
        final ByteBuf buffer = Buffers.allocateZeroed(64).setIndex(3, 7);
        crc.of(buffer, 0, 64);
        assertEquals(3, buffer.readerIndex());
        assertEquals(7, buffer.writerIndex());
        buffer.release();
    }

    private int of(final byte[] bytes) {
        return crc.reset().update(bytes, 0, bytes.length).value();
    }
}
