package org.isobar.iscsi;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that the buffers of all tasks in hand may hold together, so that no initiator eats the member's memory. */
final class DataBudget {
    private volatile long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    DataBudget(final long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Changes the limit; what is taken already stays so. */
    void limit(final long bytes) {
        limitBytes = bytes;
    }

    /** Takes {@code bytes} unless that passes the limit. */
    boolean take(final int bytes) {
        if (usedBytes.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        usedBytes.addAndGet(-bytes);
        return false;
    }

    /** Gives back what was taken. */
    void give(final int bytes) {
        usedBytes.addAndGet(-bytes);
    }

    long usedBytes() {
        return usedBytes.get();
    }
}
