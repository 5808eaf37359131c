package org.isobar.device.health;

import org.isobar.api.block.IoOp;

/** Where each figure of a {@link LaneWatch} is kept. All but {@link #STUCK} only grow. */
final class Counters {
    static final int READ_ERRORS = 0;
    static final int WRITE_ERRORS = 1;
    static final int TIMEOUTS = 2;
    static final int RETRIES = 3;
    /** Requests that were ended before the device had. */
    static final int GIVEN_UP = 4;
    /** Of these, those that the device has ended since. */
    static final int LATE_ENDS = 5;
    /** Under way beyond the time-out now. */
    static final int STUCK = 6;

    private static final int FIRST_LATENCY = 7;
    private static final int PER_KIND = 1 + LatencyScale.BUCKETS;

    /** Kinds of operations whose latency is kept. */
    static final int READ = 0;

    static final int WRITE = 1;
    static final int FLUSH = 2;
    static final int KINDS = 3;

    static final int SIZE = FIRST_LATENCY + KINDS * PER_KIND;

    private Counters() {}

    /** The kind of an operation, or -1 where latency depends on the length too much to say anything. */
    static int kind(final IoOp op) {
        return switch (op) {
            case READ -> READ;
            case WRITE -> WRITE;
            case FLUSH -> FLUSH;
            case ZERO, DISCARD -> -1;
        };
    }

    /** Index of the summed nanoseconds of a kind. */
    static int sum(final int kind) {
        return FIRST_LATENCY + kind * PER_KIND;
    }

    static int bucket(final int kind, final int bucket) {
        return sum(kind) + 1 + bucket;
    }
}
