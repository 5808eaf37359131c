package org.isobar.pool.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.isobar.api.StorageException;

/** Reads what {@link RecordWriter} wrote; refuses anything cut short or out of bounds. */
final class RecordReader {
    private static final int NUMBER_BITS_MAX = 63;

    private final ByteBuffer bytes;

    RecordReader(final ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** A whole number of 0 or more. */
    long number() {
        long value = 0;
        for (int shift = 0; shift < NUMBER_BITS_MAX; shift += 7) {
            final int next = oneByte();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw unreadable("number too long");
    }

    /** A number that fits an int. */
    int smallNumber() {
        final long value = number();
        if (value > Integer.MAX_VALUE) {
            throw unreadable("number too large: " + value);
        }
        return (int) value;
    }

    /** Number of list entries of at least one byte each. */
    int count() {
        final int value = smallNumber();
        if (value > bytes.remaining()) {
            throw unreadable("more entries than bytes: " + value);
        }
        return value;
    }

    /** Eight bytes. */
    long fixed() {
        require(Long.BYTES);
        return bytes.getLong();
    }

    /** Four bytes, a whole number of 0 or more. */
    int fourBytes() {
        require(Integer.BYTES);
        final int value = bytes.getInt();
        if (value < 0) {
            throw unreadable("negative number");
        }
        return value;
    }

    /** A UUID. */
    UUID uuid() {
        final long high = fixed();
        return new UUID(high, fixed());
    }

    /** A text. */
    String text() {
        return StandardCharsets.UTF_8.decode(blob()).toString();
    }

    /** Some bytes, a copy. */
    ByteBuffer blob() {
        final int count = smallNumber();
        require(count);
        final byte[] copy = new byte[count];
        bytes.get(copy);
        return ByteBuffer.wrap(copy).asReadOnlyBuffer();
    }

    /** One byte, unsigned. */
    int oneByte() {
        require(1);
        return bytes.get() & 0xFF;
    }

    /** Whether all is read. */
    boolean atEnd() {
        return !bytes.hasRemaining();
    }

    /** What to throw when a record cannot be understood. */
    static StorageException unreadable(final String why) {
        return new StorageException(StorageException.Code.IO, "metadata record cannot be read: " + why);
    }

    private void require(final int count) {
        if (bytes.remaining() < count) {
            throw unreadable("cut short");
        }
    }
}
