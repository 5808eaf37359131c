package org.isobar.raid;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.SumBlock;

/**
 * One block of checksums in memory. Its entries are read and written by any lane without a lock: whoever writes one holds
 * the lock of the stripe and a pin; whoever reads one without the lock must not take a mismatch for the last word.
 */
final class SumPage {
    private static final int EVICTED = -1;

    final int number;
    final int[] sums = new int[SumBlock.ENTRIES];
    /** Whether the device has an older state. */
    volatile boolean dirty;
    /** Whether it was used since the cache last looked. */
    volatile boolean used = true;
    /** The write under way; control lane only. */
    CompletableFuture<IoStatus> writing;

    private final AtomicInteger pins = new AtomicInteger();

    SumPage(final int number) {
        this.number = number;
    }

    /** Keeps the page from being evicted; false when it has been. */
    boolean pin() {
        while (true) {
            final int now = pins.get();
            if (now == EVICTED) {
                return false;
            }
            if (pins.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void unpin() {
        pins.decrementAndGet();
    }

    /** Takes the page out of use, unless it is in use or dirty. Control lane, which alone makes pages clean. */
    boolean evict() {
        if (dirty || !pins.compareAndSet(0, EVICTED)) {
            return false;
        }
        if (dirty) {
            // Written by someone whose pin ended between the two looks.
            pins.set(0);
            return false;
        }
        return true;
    }
}
