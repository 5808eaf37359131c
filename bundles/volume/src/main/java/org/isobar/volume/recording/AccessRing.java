package org.isobar.volume.recording;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Accesses on their way from one lane to the thread that writes them: two longs for each, in an array that is made once. The
 * lane never waits: what finds no room is counted as dropped.
 */
final class AccessRing {
    /** Accesses that fit; a lane with a million accesses a second fills it in 32 ms. */
    static final int CAPACITY = 1 << 15;

    private static final VarHandle MARKS = MethodHandles.arrayElementVarHandle(long[].class);
    /** The marks of the two sides are cache lines apart. */
    private static final int HEAD = 16;

    private static final int TAIL = 32;
    private static final int DROPPED = 33;
    private static final int MARKS_LENGTH = 48;
    private static final int MASK = CAPACITY - 1;

    private final long[] entries = new long[2 * CAPACITY];
    private final long[] marks = new long[MARKS_LENGTH];

    /** The lane has an access. */
    void offer(final long first, final long second) {
        final long[] at = marks;
        final long tail = at[TAIL];
        if (tail - (long) MARKS.getAcquire(at, HEAD) == CAPACITY) {
            MARKS.setOpaque(at, DROPPED, at[DROPPED] + 1);
            return;
        }
        final int index = (int) (tail & MASK) << 1;
        entries[index] = first;
        entries[index + 1] = second;
        MARKS.setRelease(at, TAIL, tail + 1);
    }

    /** Whether the writer finds one. */
    boolean ready() {
        return (long) MARKS.getAcquire(marks, TAIL) != marks[HEAD];
    }

    /** The oldest one; only when {@link #ready}. */
    long first() {
        return entries[(int) (marks[HEAD] & MASK) << 1];
    }

    /** The rest of the oldest one. */
    long second() {
        return entries[((int) (marks[HEAD] & MASK) << 1) + 1];
    }

    /** The writer has taken the oldest one. */
    void taken() {
        MARKS.setRelease(marks, HEAD, marks[HEAD] + 1);
    }

    /** Accesses that found no room. Any thread. */
    long dropped() {
        return (long) MARKS.getOpaque(marks, DROPPED);
    }
}
