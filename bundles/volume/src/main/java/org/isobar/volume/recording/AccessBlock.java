package org.isobar.volume.recording;

import java.nio.ByteBuffer;
import org.isobar.api.recording.RecordingInfo.State;
import org.isobar.common.kernel.Crc32c;

/**
 * One block of the file of a recording, big-endian; a view over its head and what follows it.
 *
 * <pre>
 *  0 magic "ACBL" (4)   4 kind (1): 1 accesses, 2 the end   5 of the end: how (1): 1 ended, 2 stopped, 3 full, 4 failed   6 zero (2)   8 length of what follows (4)
 * 12 accesses in it, of the end: in the whole file (4)  16 time of the first access, of the end: how long it lasted, µs (8)
 * 24 dropped so far (8)  32 CRC32C of the head before this and of what follows (4)
 * 36 accesses, each: time since the one before in zigzag, shifted left by two, and the operation; first block since the end of
 *    the one before, in zigzag; blocks. All three as variable-length numbers, 7 bits to the byte, the lowest first
 * </pre>
 */
final class AccessBlock {
    static final int HEAD_BYTES = 36;
    /** Of what follows the head. */
    static final int PAYLOAD_MAX = 1 << 16;

    static final byte ACCESSES = 1;
    static final byte END = 2;

    private static final int MAGIC = 0x4143424C;
    private static final int KIND_OFFSET = 4;
    private static final int STATE_OFFSET = 5;
    private static final int LENGTH_OFFSET = 8;
    private static final int COUNT_OFFSET = 12;
    private static final int TIME_OFFSET = 16;
    private static final int DROPPED_OFFSET = 24;
    private static final int CRC_OFFSET = 32;
    private static final int SEVEN = 7;
    private static final int MORE = 0x80;

    private final ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + PAYLOAD_MAX);

    /** What it is a view over: its beginning is at index 0. */
    ByteBuffer bytes() {
        return bytes;
    }

    void head(
            final byte kind,
            final State state,
            final int payloadBytes,
            final int count,
            final long timeUs,
            final long dropped) {
        bytes.putInt(0, MAGIC)
                .put(KIND_OFFSET, kind)
                .put(STATE_OFFSET, code(state))
                .putShort(STATE_OFFSET + 1, (short) 0)
                .putInt(LENGTH_OFFSET, payloadBytes)
                .putInt(COUNT_OFFSET, count)
                .putLong(TIME_OFFSET, timeUs)
                .putLong(DROPPED_OFFSET, dropped)
                .putInt(CRC_OFFSET, crc(payloadBytes));
    }

    private int crc(final int payloadBytes) {
        return new Crc32c()
                .update(bytes.array(), 0, CRC_OFFSET)
                .update(bytes.array(), HEAD_BYTES, payloadBytes)
                .value();
    }

    /** Whether its head could be one, so that its length may be asked. */
    boolean likely() {
        final int length = bytes.getInt(LENGTH_OFFSET);
        return bytes.getInt(0) == MAGIC
                && (kind() == ACCESSES || kind() == END)
                && length >= 0
                && length <= PAYLOAD_MAX
                && count() >= 0;
    }

    /** Whether it is what was written; all of it must be in the buffer. */
    boolean whole() {
        return bytes.getInt(CRC_OFFSET) == crc(payloadBytes());
    }

    byte kind() {
        return bytes.get(KIND_OFFSET);
    }

    /** How the recording ended; INTERRUPTED when that is not known. */
    State state() {
        return switch (bytes.get(STATE_OFFSET)) {
            case 1 -> State.ENDED;
            case 2 -> State.STOPPED;
            case 3 -> State.FULL;
            case 4 -> State.FAILED;
            default -> State.INTERRUPTED;
        };
    }

    private static byte code(final State state) {
        return switch (state) {
            case ENDED -> 1;
            case STOPPED -> 2;
            case FULL -> 3;
            case FAILED -> 4;
            case RUNNING, INTERRUPTED -> 0;
        };
    }

    int payloadBytes() {
        return bytes.getInt(LENGTH_OFFSET);
    }

    int count() {
        return bytes.getInt(COUNT_OFFSET);
    }

    long timeUs() {
        return bytes.getLong(TIME_OFFSET);
    }

    long dropped() {
        return bytes.getLong(DROPPED_OFFSET);
    }

    /** Writes a number at the position. */
    static void put(final ByteBuffer to, final long number) {
        long left = number;
        while (left >>> SEVEN != 0) {
            to.put((byte) (left | MORE));
            left >>>= SEVEN;
        }
        to.put((byte) left);
    }

    /** Reads a number at the position. */
    static long take(final ByteBuffer from) {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += SEVEN) {
            final byte next = from.get();
            number |= (long) (next & MORE - 1) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("a number is longer than 64 bits");
    }

    static long zigzag(final long number) {
        return number << 1 ^ number >> Long.SIZE - 1;
    }

    static long unzigzag(final long number) {
        return number >>> 1 ^ -(number & 1);
    }
}
