package org.isobar.testkit.fuzz;

import java.util.Arrays;

/**
 * Reads decisions from the bytes of a fuzzer. Past the end everything is zero, so every input means something and a
 * shorter one means a simpler story.
 */
public final class FuzzInput {
    private final byte[] bytes;
    private int at;

    public FuzzInput(final byte[] bytes) {
        this.bytes = bytes;
    }

    /** Whether there is more to read. */
    public boolean more() {
        return at < bytes.length;
    }

    /** The next byte, 0 to 255. */
    public int unsignedByte() {
        return at < bytes.length ? bytes[at++] & 0xFF : 0;
    }

    /** The next two bytes, big-endian. */
    public int unsignedShort() {
        return unsignedByte() << Byte.SIZE | unsignedByte();
    }

    /** The next four bytes, big-endian. */
    public int integer() {
        return unsignedShort() << Short.SIZE | unsignedShort();
    }

    /** The next eight bytes, big-endian. */
    public long longInteger() {
        return (long) integer() << Integer.SIZE | integer() & 0xFFFFFFFFL;
    }

    /** Exactly {@code count} bytes, zeros where the input has ended. */
    public byte[] bytes(final int count) {
        final byte[] taken = new byte[count];
        final int present = Math.min(count, bytes.length - at);
        System.arraycopy(bytes, at, taken, 0, present);
        at += present;
        return taken;
    }

    /** At most {@code count} bytes, fewer where the input ends. */
    public byte[] upTo(final int count) {
        final int end = Math.min(bytes.length, at + count);
        final byte[] taken = Arrays.copyOfRange(bytes, at, end);
        at = end;
        return taken;
    }
}
