package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.ParitySum;

/**
 * What a {@link GroupWrite} is to put into a range of some neighbouring data strips: the bytes it was given, or whole blocks
 * made of these and of what was there. Reused with its write.
 */
final class WriteContent {
    private int first;
    private int count;
    private int wantedFrom;
    private int wantedTo;
    private ByteBuf given;
    private int givenIndex;
    private int givenStride;
    /** Whole blocks, when less was given. */
    private ByteBuf filled;

    private int filledLength;

    /**
     * Begins.
     *
     * @param from first byte given of each strip
     * @param to first byte not given after that
     * @param data the bytes, or null for zeros
     * @param index where the first element's bytes begin
     * @param stride from one element's bytes to those of the next
     */
    void give(
            final int firstElement,
            final int elementCount,
            final int from,
            final int to,
            final ByteBuf data,
            final int index,
            final int stride) {
        first = firstElement;
        count = elementCount;
        wantedFrom = from;
        wantedTo = to;
        given = data;
        givenIndex = index;
        givenStride = stride;
    }

    int first() {
        return first;
    }

    /** First element after those that are written. */
    int end() {
        return first + count;
    }

    int count() {
        return count;
    }

    /** Mask of the data elements that are written. */
    long elements() {
        return ((1L << count) - 1) << first;
    }

    boolean holds(final int element) {
        return element >= first && element < first + count;
    }

    /** Whether nothing but zeros is written, and there is no buffer. */
    boolean isZero() {
        return data() == null;
    }

    ByteBuf data() {
        return filled == null ? given : filled;
    }

    /** Where an element's bytes begin in {@link #data}. */
    int index(final int element) {
        return filled == null ? givenIndex + (element - first) * givenStride : (element - first) * filledLength;
    }

    /** Whether more must be known than was given to write so many bytes of each strip. */
    boolean lacks(final int length) {
        return filled == null && wantedTo - wantedFrom < length;
    }

    boolean isFilled() {
        return filled != null;
    }

    /** Begins to make whole blocks, of so many bytes in each strip. */
    ByteBuf fill(final int length) {
        filledLength = length;
        filled = Buffers.allocate(count * length);
        return filled;
    }

    /** Puts what was given over what was there; the blocks begin at a byte of the strips. */
    void overlay(final int from) {
        for (int i = 0; i < count; i++) {
            final int at = i * filledLength + wantedFrom - from;
            if (given == null) {
                filled.setZero(at, wantedTo - wantedFrom);
            } else {
                filled.setBytes(at, given, givenIndex + i * givenStride, wantedTo - wantedFrom);
            }
        }
    }

    void addTo(final ParitySum sum) {
        if (!isZero()) {
            for (int element = first; element < first + count; element++) {
                sum.add(data(), index(element));
            }
        }
    }

    /** What was there may change: it is looked up again. */
    void forgetFilled() {
        if (filled != null) {
            filled.release();
            filled = null;
        }
    }

    /** Ends. */
    void clear() {
        forgetFilled();
        given = null;
    }
}
