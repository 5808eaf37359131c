package org.isobar.scsi;

/**
 * Keeps COMPARE AND WRITE and ORWRITE apart from every other change of the same blocks: those lock their range
 * exclusively, all other writing commands lock it shared. Reads lock nothing.
 *
 * <p>The blocks are spread over {@value #BUCKET_COUNT} buckets of neighbouring blocks; a range locks the buckets it
 * touches in ascending order, so no two ranges can wait for each other. A bucket serves in order of arrival, so neither
 * kind starves.
 */
final class BlockLocks {
    static final int BUCKET_COUNT = 256;
    /** Neighbouring blocks in a bucket: 1 MiB. */
    static final int BUCKET_SHIFT = 11;

    private final Bucket[] buckets = new Bucket[BUCKET_COUNT];

    BlockLocks() {
        for (int i = 0; i < BUCKET_COUNT; i++) {
            buckets[i] = new Bucket();
        }
    }

    /**
     * Locks on from where the lock stands.
     *
     * @return true when the whole range is locked; false when {@code lock.run} gets its turn later, on its lane
     */
    boolean lock(final RangeLock lock) {
        while (lock.held < lock.count) {
            if (!buckets[lock.bucket(lock.held)].enter(lock)) {
                return false;
            }
            lock.held++;
        }
        return true;
    }

    /** Unlocks what is held. */
    void unlock(final RangeLock lock) {
        for (int i = 0; i < lock.held; i++) {
            buckets[lock.bucket(i)].leave(lock.exclusive);
        }
        lock.held = 0;
        lock.count = 0;
    }

    /** What one run locks: the buckets of a range, of which the first {@code held} are its own. */
    static final class RangeLock {
        private final CommandRun run;
        private boolean exclusive;
        private int first;
        private int count;
        private int held;
        private RangeLock next;

        RangeLock(final CommandRun run) {
            this.run = run;
        }

        void set(final long lba, final long blocks, final boolean exclusively) {
            final long firstStretch = lba >>> BUCKET_SHIFT;
            final long lastStretch = (lba + blocks - 1) >>> BUCKET_SHIFT;
            exclusive = exclusively;
            count = (int) Math.min(lastStretch - firstStretch + 1, BUCKET_COUNT);
            first = (int) firstStretch & (BUCKET_COUNT - 1);
            held = 0;
        }

        boolean taken() {
            return count > 0;
        }

        /** The bucket it waited for is its own now. */
        void granted() {
            held++;
        }

        /** Index of its n-th bucket, in ascending order of index although the range may wrap around. */
        private int bucket(final int position) {
            final int wrapped = Math.max(0, first + count - BUCKET_COUNT);
            return position < wrapped ? position : first + position - wrapped;
        }
    }

    /**
     * Holders and waiters of one bucket. Its monitor guards these four fields and nothing else; it is held for a few
     * instructions, never across a submit or a call out, and no other lock is taken under it.
     */
    private static final class Bucket {
        private int sharers;
        private boolean exclusive;
        private RangeLock firstWaiter;
        private RangeLock lastWaiter;

        synchronized boolean enter(final RangeLock lock) {
            if (firstWaiter == null && admits(lock)) {
                admit(lock);
                return true;
            }
            if (firstWaiter == null) {
                firstWaiter = lock;
            } else {
                lastWaiter.next = lock;
            }
            lastWaiter = lock;
            return false;
        }

        void leave(final boolean wasExclusive) {
            RangeLock turn = left(wasExclusive);
            while (turn != null) {
                final RangeLock following = turn.next;
                turn.next = null;
                turn.run.lockTurn();
                turn = following;
            }
        }

        /** The waiters that come in, chained. */
        private synchronized RangeLock left(final boolean wasExclusive) {
            if (wasExclusive) {
                exclusive = false;
            } else {
                sharers--;
            }
            final RangeLock firstAdmitted = firstWaiter;
            RangeLock lastAdmitted = null;
            while (firstWaiter != null && admits(firstWaiter)) {
                admit(firstWaiter);
                lastAdmitted = firstWaiter;
                firstWaiter = firstWaiter.next;
            }
            if (lastAdmitted == null) {
                return null;
            }
            lastAdmitted.next = null;
            if (firstWaiter == null) {
                lastWaiter = null;
            }
            return firstAdmitted;
        }

        private boolean admits(final RangeLock lock) {
            return !exclusive && (sharers == 0 || !lock.exclusive);
        }

        private void admit(final RangeLock lock) {
            if (lock.exclusive) {
                exclusive = true;
            } else {
                sharers++;
            }
        }
    }
}
