package org.isobar.pool.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Grows a byte array with the primitive forms that metadata records are made of; see {@link RecordReader}. */
final class RecordWriter {
    private static final int START_BYTES = 64;

    private byte[] bytes = new byte[START_BYTES];
    private int length;

    /** A whole number of 0 or more: 7 bits a byte, lowest first, the top bit says that more follow. */
    RecordWriter number(final long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            oneByte((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        oneByte((int) rest);
        return this;
    }

    /** Eight bytes, highest first. */
    RecordWriter fixed(final long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            oneByte((int) (value >>> shift));
        }
        return this;
    }

    /** Four bytes, highest first. */
    RecordWriter fourBytes(final int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            oneByte(value >>> shift);
        }
        return this;
    }

    /** A UUID. */
    RecordWriter uuid(final UUID value) {
        return fixed(value.getMostSignificantBits()).fixed(value.getLeastSignificantBits());
    }

    /** Length in bytes, then UTF-8. */
    RecordWriter text(final String value) {
        return blob(ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** Length, then the remaining bytes of {@code value}. */
    RecordWriter blob(final ByteBuffer value) {
        final ByteBuffer source = value.duplicate();
        number(source.remaining());
        room(source.remaining());
        final int count = source.remaining();
        source.get(bytes, length, count);
        length += count;
        return this;
    }

    /** One byte. */
    RecordWriter oneByte(final int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /** Bytes written so far. */
    int length() {
        return length;
    }

    /** All that was written. */
    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void room(final int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
