package org.isobar.allocation.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePool;

/** A pool while a plan is made: what is asked of it and how full it is after the moves planned so far. */
final class PoolLoad {
    /** Beyond this the wait of a queue grows without bound; from here on it is taken to grow linearly. */
    private static final double BUSY_MAX = 0.95;

    private static final int PERCENT = 100;
    private static final int RESERVE_PERCENT = 2;
    private static final int COPY_SHIFT = 16;

    private final BalancePool pool;
    /** Its pages in the picture that are not planned to leave, the least busy first. */
    private final List<BalancePage> coldest = new ArrayList<>();

    /** Share of its time that is asked of it. */
    private double own;
    /** Share of its devices' time that other pools ask. */
    private double others;

    private long usedBytes;
    private int nextColdest;

    PoolLoad(final BalancePool pool) {
        this.pool = pool;
        own = pool.utilisation();
        others = pool.otherUtilisation();
        usedBytes = pool.usedBytes();
    }

    String name() {
        return pool.name();
    }

    BalancePool pool() {
        return pool;
    }

    /** Share of their time for which its devices are busy. */
    double utilisation() {
        return own + others;
    }

    /** By how much its devices are busier when another pool is busy for a share of 1 of its time more. */
    double sharing(final PoolLoad other) {
        return pool.sharing().getOrDefault(other.name(), 0.0);
    }

    /** Adds a page of this pool; the least busy first. */
    void add(final BalancePage page) {
        coldest.add(page);
    }

    /**
     * The least busy page that will do; null when there is none in the picture.
     *
     * @param gone pages that will never do any more
     * @param fits what is asked of it this time
     */
    BalancePage coldest(final Predicate<BalancePage> gone, final Predicate<BalancePage> fits) {
        while (nextColdest < coldest.size() && gone.test(coldest.get(nextColdest))) {
            nextColdest++;
        }
        for (int i = nextColdest; i < coldest.size(); i++) {
            final BalancePage page = coldest.get(i);
            if (fits.test(page) && !gone.test(page)) {
                return page;
            }
        }
        return null;
    }

    /** Share of the pool's time that so many requests take. */
    double share(final double readsPerS, final double writesPerS) {
        return readsPerS / pool.ableReadsPerS() + writesPerS / pool.ableWritesPerS();
    }

    /** By how many more requests wait here when such shares of its time are asked in addition; negative for fewer. */
    double change(final double ownMore, final double othersMore) {
        return waiting(Math.max(0, own + ownMore), Math.max(0, others + othersMore)) - waiting(own, others);
    }

    /** What reading a page here costs others, in seconds of waiting. */
    double readingCostsS(final int bytes) {
        return slope() * (bytes >>> COPY_SHIFT) / pool.ableReadsPerS();
    }

    /** What writing a page here costs others, in seconds of waiting. */
    double writingCostsS(final int bytes) {
        return slope() * (bytes >>> COPY_SHIFT) / pool.ableWritesPerS();
    }

    /** Requests of this pool in a queue that those of others stand in too. */
    private static double waiting(final double own, final double others) {
        final double all = own + others;
        return all <= 0 ? 0 : own / all * waiting(all);
    }

    /** Requests in a queue with one server that is busy for such a share of its time. */
    private static double waiting(final double share) {
        return share <= BUSY_MAX
                ? share / (1 - share)
                : BUSY_MAX / (1 - BUSY_MAX) + (share - BUSY_MAX) / ((1 - BUSY_MAX) * (1 - BUSY_MAX));
    }

    private double slope() {
        final double idle = 1 - Math.min(utilisation(), BUSY_MAX);
        return 1 / (idle * idle);
    }

    /** Whether it may take so many bytes more. */
    boolean hasRoomFor(final long bytes) {
        return usedBytes + bytes <= limitBytes() && bytes <= totalBytes() - usedBytes;
    }

    /** Whether it may take so many bytes more when as many leave it right afterwards. */
    boolean hasRoomToSwap(final long bytes) {
        return usedBytes <= limitBytes() && bytes <= totalBytes() - usedBytes;
    }

    /** Whether it is at its warning threshold, or beyond. */
    boolean overfull() {
        return usedBytes > totalBytes() / PERCENT * pool.warningPercent();
    }

    private long limitBytes() {
        return totalBytes() / PERCENT * Math.max(0, pool.warningPercent() - RESERVE_PERCENT);
    }

    /** Whether it is fuller than it is to be filled. */
    boolean beyondLimit() {
        return usedBytes > limitBytes();
    }

    private long totalBytes() {
        return pool.usedBytes() + pool.freeBytes();
    }

    /** A page comes. */
    void take(final BalancePage page) {
        own += share(page.readsPerS(), page.writesPerS());
        usedBytes += page.bytes();
    }

    /** A page leaves. */
    void lose(final BalancePage page) {
        own = Math.max(0, own - share(page.readsPerS(), page.writesPerS()));
        usedBytes -= page.bytes();
    }

    /** Pools that share its devices are asked more, or less. */
    void disturb(final double share) {
        others = Math.max(0, others + share);
    }
}
