package org.isobar.testkit;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes and the place of a medium that they are for, cut where its blocks begin, so that whole blocks are handed on and not
 * copied. Nobody changes them.
 */
final class PlacedBytes {
    private static final int BLOCK_BYTES = SparseBytes.BLOCK_BYTES;

    private final long offset;
    private final int length;
    private final byte[][] pieces;

    private PlacedBytes(final long offset, final int length) {
        this.offset = offset;
        this.length = length;
        pieces = new byte[(within(offset) + length + BLOCK_BYTES - 1) / BLOCK_BYTES][];
    }

    /** A copy of some bytes of an array. */
    static PlacedBytes of(final long offset, final byte[] from, final int index, final int length) {
        final PlacedBytes placed = new PlacedBytes(offset, length);
        for (int piece = 0, at = 0; piece < placed.pieces.length; piece++) {
            final int end = placed.end(piece);
            placed.pieces[piece] = Arrays.copyOfRange(from, index + at, index + end);
            at = end;
        }
        return placed;
    }

    /** A copy of some bytes of a buffer. */
    static PlacedBytes of(final long offset, final ByteBuf from, final int index, final int length) {
        final PlacedBytes placed = new PlacedBytes(offset, length);
        final ByteBuffer bytes = from.nioBuffer(index, length);
        for (int piece = 0, at = 0; piece < placed.pieces.length; piece++) {
            final int end = placed.end(piece);
            placed.pieces[piece] = new byte[end - at];
            bytes.get(placed.pieces[piece]);
            at = end;
        }
        return placed;
    }

    /** Whether a buffer holds the same. */
    boolean equalTo(final ByteBuf other, final int index) {
        final ByteBuffer bytes = other.nioBuffer(index, length);
        for (final byte[] piece : pieces) {
            final int end = bytes.position() + piece.length;
            bytes.limit(end);
            if (!ByteBuffer.wrap(piece).equals(bytes)) {
                return false;
            }
            bytes.limit(length).position(end);
        }
        return true;
    }

    void putInto(final SparseBytes content) {
        long at = offset;
        for (final byte[] piece : pieces) {
            if (piece.length == BLOCK_BYTES) {
                content.put(at, piece);
            } else {
                content.write(at, piece);
            }
            at += piece.length;
        }
    }

    /** Some of them, for their part of the place. */
    PlacedBytes part(final int from, final int partLength) {
        final byte[] bytes = new byte[partLength];
        int at = 0;
        for (final byte[] piece : pieces) {
            final int start = Math.max(from, at);
            final int end = Math.min(from + partLength, at + piece.length);
            if (start < end) {
                System.arraycopy(piece, start - at, bytes, start - from, end - start);
            }
            at += piece.length;
        }
        return of(offset + from, bytes, 0, partLength);
    }

    /** Where a piece ends among these bytes. */
    private int end(final int piece) {
        return Math.min(length, (piece + 1) * BLOCK_BYTES - within(offset));
    }

    private static int within(final long offset) {
        return (int) (offset % BLOCK_BYTES);
    }
}
