package org.isobar.common.time;

/** Time enters the product only through this seam. */
public interface Clock {
    /** Monotonic nanoseconds; only differences mean something. */
    long nanoTime();

    /** Wall-clock milliseconds since 1970-01-01T00:00Z; may jump. For people and records, never for ordering. */
    long wallMs();
}
