package org.isobar.common;

/**
 * Assertions about our own code that stay on in production. A failed check is a bug, never bad input and never an
 * operating failure; the lane that runs into one fails the request at hand and survives.
 */
public final class Check {
    private Check() {}

    /** Throws {@link IllegalStateException} with {@code what} when {@code condition} does not hold. */
    public static void that(final boolean condition, final String what) {
        if (!condition) {
            throw new IllegalStateException(what);
        }
    }

    /** Throws {@link IllegalStateException} naming both values when they differ. */
    public static void equal(final String what, final long expected, final long actual) {
        if (expected != actual) {
            throw new IllegalStateException(what + ": expected=" + expected + " actual=" + actual);
        }
    }

    /**
     * Returns {@code value} when it lies in {@code [min, max]}; for settings and arguments, at the door.
     *
     * @throws IllegalArgumentException naming the field and its bounds
     */
    public static long range(final String field, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + ": must be " + min + " to " + max + ", is " + value);
        }
        return value;
    }

    /** As {@link #range(String, long, long, long)} for {@code int}. */
    public static int range(final String field, final int value, final int min, final int max) {
        return (int) range(field, (long) value, (long) min, (long) max);
    }

    /**
     * Returns {@code value} when it is a positive power of two; for settings and arguments, at the door.
     *
     * @throws IllegalArgumentException naming the field
     */
    public static int powerOfTwo(final String field, final int value) {
        if (value <= 0 || Integer.bitCount(value) != 1) {
            throw new IllegalArgumentException(field + ": must be a power of two, is " + value);
        }
        return value;
    }
}
