package org.isobar.raid;

import org.isobar.common.Check;

/**
 * Locks on sub-ranges of redundancy groups. A group that someone holds or waits for has an entry with a mask of its 64
 * sub-ranges, so that small writes at different offsets of one stripe go on side by side while a whole stripe takes all
 * bits. Waiters are served in order of arrival, each on its own lane; one that overlaps nobody before it goes ahead. The
 * number of entries is bounded by the number of tasks, which their pools bound.
 */
final class GroupLocks {
    private static final int SHARDS = 64;
    private static final int BUCKETS = 16;
    private static final int FREE_ENTRIES_MAX = 64;
    private static final long HASH = 0x9E3779B97F4A7C15L;
    private static final int HASH_SHIFT = 40;

    private final Shard[] shards = new Shard[SHARDS];

    GroupLocks() {
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new Shard();
        }
    }

    /** Takes the task's sub-ranges and answers true, or queues the task, which is run on its lane when it has them. */
    boolean acquire(final GroupTask task) {
        final int hash = hash(task.lockKey());
        return shards[hash % SHARDS].acquire(task, hash / SHARDS % BUCKETS);
    }

    /** Takes the task's sub-ranges and answers true, or answers false when somebody has or waits for any of them. */
    boolean tryAcquire(final GroupTask task) {
        final int hash = hash(task.lockKey());
        return shards[hash % SHARDS].tryAcquire(task, hash / SHARDS % BUCKETS);
    }

    /** Gives the task's sub-ranges back and wakes those that waited for them. */
    void release(final GroupTask task) {
        final int hash = hash(task.lockKey());
        GroupTask granted = shards[hash % SHARDS].release(task, hash / SHARDS % BUCKETS);
        while (granted != null) {
            final GroupTask next = granted.lockNext();
            granted.lockNext(null);
            granted.lane().execute(granted);
            granted = next;
        }
    }

    /** Entries in use; for tests. */
    int entryCount() {
        int count = 0;
        for (final Shard shard : shards) {
            count += shard.entryCount();
        }
        return count;
    }

    private static int hash(final long key) {
        return (int) ((key * HASH) >>> HASH_SHIFT);
    }

    /**
     * One part of the table. The monitor of a shard guards its buckets, its free list, and the lock links of the tasks
     * that wait in it. It is held for a few dozen instructions, never across a submit, an allocation beyond the free
     * list or a wake-up, and nobody takes a second lock under it.
     */
    private static final class Shard {
        private final Entry[] buckets = new Entry[BUCKETS];
        private Entry free;
        private int freeCount;
        private int used;

        synchronized boolean acquire(final GroupTask task, final int bucket) {
            final long wanted = task.lockMask();
            Entry entry = find(task.lockKey(), bucket);
            if (entry == null) {
                entry = add(task.lockKey(), bucket);
            } else if (((entry.held | entry.waitedFor) & wanted) != 0) {
                entry.append(task);
                return false;
            }
            entry.held |= wanted;
            return true;
        }

        synchronized boolean tryAcquire(final GroupTask task, final int bucket) {
            final Entry entry = find(task.lockKey(), bucket);
            return (entry == null || ((entry.held | entry.waitedFor) & task.lockMask()) == 0) && acquire(task, bucket);
        }

        /** Returns the tasks that hold their sub-ranges now, linked. */
        synchronized GroupTask release(final GroupTask task, final int bucket) {
            final Entry entry = find(task.lockKey(), bucket);
            Check.that(entry != null, "group lock released but not held");
            entry.held &= ~task.lockMask();
            final GroupTask granted = entry.waitedFor == 0 ? null : entry.grant();
            if (entry.held == 0) {
                remove(entry, bucket);
            }
            return granted;
        }

        synchronized int entryCount() {
            return used;
        }

        private Entry find(final long key, final int bucket) {
            Entry entry = buckets[bucket];
            while (entry != null && entry.key != key) {
                entry = entry.next;
            }
            return entry;
        }

        private Entry add(final long key, final int bucket) {
            Entry entry = free;
            if (entry == null) {
                entry = new Entry();
            } else {
                free = entry.next;
                freeCount--;
            }
            entry.key = key;
            entry.next = buckets[bucket];
            buckets[bucket] = entry;
            used++;
            return entry;
        }

        private void remove(final Entry entry, final int bucket) {
            if (buckets[bucket] == entry) {
                buckets[bucket] = entry.next;
            } else {
                Entry before = buckets[bucket];
                while (before.next != entry) {
                    before = before.next;
                }
                before.next = entry.next;
            }
            used--;
            if (freeCount < FREE_ENTRIES_MAX) {
                entry.next = free;
                free = entry;
                freeCount++;
            }
        }
    }

    /** A group that is held; one that is waited for is held as well, by whom the first waiter waits for. */
    private static final class Entry {
        private long key;
        private long held;
        private long waitedFor;
        private GroupTask first;
        private GroupTask last;
        private Entry next;

        private void append(final GroupTask task) {
            waitedFor |= task.lockMask();
            if (first == null) {
                first = task;
            } else {
                last.lockNext(task);
            }
            last = task;
        }

        /** Takes out all waiters that overlap neither a holder nor a waiter before them. */
        private GroupTask grant() {
            GroupTask granted = null;
            GroupTask lastGranted = null;
            GroupTask lastKept = null;
            GroupTask task = first;
            first = null;
            waitedFor = 0;
            while (task != null) {
                final GroupTask following = task.lockNext();
                task.lockNext(null);
                if (((held | waitedFor) & task.lockMask()) == 0) {
                    held |= task.lockMask();
                    if (lastGranted == null) {
                        granted = task;
                    } else {
                        lastGranted.lockNext(task);
                    }
                    lastGranted = task;
                } else {
                    waitedFor |= task.lockMask();
                    if (lastKept == null) {
                        first = task;
                    } else {
                        lastKept.lockNext(task);
                    }
                    lastKept = task;
                }
                task = following;
            }
            last = lastKept;
            return granted;
        }
    }
}
