package org.isobar.common.kernel;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * XOR of any number of sources, in passes over four of them: most of what a pass loads is data, and it stores each word of
 * the sum once. Words are taken in the machine's own byte order, which XOR does not mind (figures: {@code
 * KernelBenchmark}). Buffers must be backed by one NIO buffer; lengths are bytes and need not be a multiple of 8. Used
 * again and again, by one thread at a time; keeps hold of no buffer after {@link #into}.
 */
public final class ParitySum {
    /** Sources of one sum: old and new data of a stripe, and its redundancy. */
    public static final int SOURCES_MAX = 128;

    private static final VarHandle WORDS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int PASS_SOURCES = 4;

    private final ByteBuffer[] sources = new ByteBuffer[SOURCES_MAX];
    private final int[] starts = new int[SOURCES_MAX];
    private int count;
    private int length;

    /** Begins a sum over ranges of this length. */
    public ParitySum begin(final int lengthBytes) {
        Arrays.fill(sources, 0, count, null);
        count = 0;
        length = lengthBytes;
        return this;
    }

    /** Adds the range of {@code source} from absolute {@code index} on. */
    public ParitySum add(final ByteBuf source, final int index) {
        final ByteBuffer bytes = bytes(source, index);
        starts[count] = bytes.position();
        sources[count] = bytes.clear();
        count++;
        return this;
    }

    /**
     * Overwrites the range of {@code target} from absolute {@code index} on with the sum. It must not overlap a source,
     * but may be the first one, whose old content then counts.
     */
    public void into(final ByteBuf target, final int index) {
        final ByteBuffer to = bytes(target, index);
        final int at = to.position();
        to.clear();
        int from = 0;
        int end = Math.min(PASS_SOURCES, count);
        pass(from, end, to, at);
        while (end < count) {
            // What is summed up so far is the first source of the next pass.
            from = end - 1;
            sources[from] = to;
            starts[from] = at;
            end = Math.min(from + PASS_SOURCES, count);
            pass(from, end, to, at);
        }
        begin(0);
    }

    private ByteBuffer bytes(final ByteBuf buffer, final int index) {
        Objects.checkFromIndexSize(index, length, buffer.capacity());
        // One object per ByteBuf, so its position is read out before the next call moves it.
        return buffer.internalNioBuffer(index, length);
    }

    private void pass(final int from, final int end, final ByteBuffer to, final int at) {
        switch (end - from) {
            case 0 -> zero(to, at);
            case 1 -> one(from, to, at);
            case 2 -> two(from, to, at);
            case 3 -> three(from, to, at);
            default -> four(from, to, at);
        }
    }

    private void zero(final ByteBuffer to, final int at) {
        for (int i = 0; i < length; i++) {
            to.put(at + i, (byte) 0);
        }
    }

    private void one(final int from, final ByteBuffer to, final int at) {
        to.put(at, sources[from], starts[from], length);
    }

    private void two(final int from, final ByteBuffer to, final int at) {
        final ByteBuffer a = sources[from];
        final ByteBuffer b = sources[from + 1];
        final int atA = starts[from];
        final int atB = starts[from + 1];
        final int words = length & -Long.BYTES;
        for (int i = 0; i < words; i += Long.BYTES) {
            WORDS.set(to, at + i, (long) WORDS.get(a, atA + i) ^ (long) WORDS.get(b, atB + i));
        }
        for (int i = words; i < length; i++) {
            to.put(at + i, (byte) (a.get(atA + i) ^ b.get(atB + i)));
        }
    }

    private void three(final int from, final ByteBuffer to, final int at) {
        final ByteBuffer a = sources[from];
        final ByteBuffer b = sources[from + 1];
        final ByteBuffer c = sources[from + 2];
        final int atA = starts[from];
        final int atB = starts[from + 1];
        final int atC = starts[from + 2];
        final int words = length & -Long.BYTES;
        for (int i = 0; i < words; i += Long.BYTES) {
            final long word =
                    (long) WORDS.get(a, atA + i) ^ (long) WORDS.get(b, atB + i) ^ (long) WORDS.get(c, atC + i);
            WORDS.set(to, at + i, word);
        }
        for (int i = words; i < length; i++) {
            to.put(at + i, (byte) (a.get(atA + i) ^ b.get(atB + i) ^ c.get(atC + i)));
        }
    }

    private void four(final int from, final ByteBuffer to, final int at) {
        final ByteBuffer a = sources[from];
        final ByteBuffer b = sources[from + 1];
        final ByteBuffer c = sources[from + 2];
        final ByteBuffer d = sources[from + 3];
        final int atA = starts[from];
        final int atB = starts[from + 1];
        final int atC = starts[from + 2];
        final int atD = starts[from + 3];
        final int words = length & -Long.BYTES;
        for (int i = 0; i < words; i += Long.BYTES) {
            final long word = (long) WORDS.get(a, atA + i)
                    ^ (long) WORDS.get(b, atB + i)
                    ^ (long) WORDS.get(c, atC + i)
                    ^ (long) WORDS.get(d, atD + i);
            WORDS.set(to, at + i, word);
        }
        for (int i = words; i < length; i++) {
            to.put(at + i, (byte) (a.get(atA + i) ^ b.get(atB + i) ^ c.get(atC + i) ^ d.get(atD + i)));
        }
    }
}
