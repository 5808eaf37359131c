package org.isobar.itests.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What each 512-byte block of one volume may hold, by what was acknowledged. A value is the stamp of the write that made
 * it, 0 for zeros. {@code live} is what a read may find now and after the death of the process; {@code stable} is what it
 * may find after a loss of power.
 */
final class BlockModel {
    private static final Set<Long> ZERO = Set.of(0L);
    private static final long NEVER = -1;

    private int blockCount;
    private final Map<Integer, Block> blocks = new HashMap<>();
    private long sequence;

    BlockModel(final int blockCount) {
        this.blockCount = blockCount;
    }

    void grow(final int blocks) {
        blockCount = blocks;
    }

    /** A change of some blocks on its way. */
    static final class Change {
        private final int from;
        private final int to;
        private final long stamp;
        private final Map<Integer, Set<Long>> overlaps = new HashMap<>();

        Change(final int from, final int to, final long stamp) {
            this.from = from;
            this.to = to;
            this.stamp = stamp;
        }
    }

    /** A read on its way. */
    record Look(int from, int to) {}

    /** A flush on its way. */
    record Flush(long sequence, Map<Integer, Set<Long>> live) {}

    int blockCount() {
        return blockCount;
    }

    /** A write, or with stamp 0 a ZERO or DISCARD, of {@code [from, to)} begins. */
    Change begin(final int from, final int to, final long stamp) {
        final Change change = new Change(from, to, stamp);
        sequence++;
        for (int number = from; number < to; number++) {
            final Block block = block(number);
            for (final Change other : block.inFlight) {
                other.overlaps.computeIfAbsent(number, key -> new HashSet<>()).add(stamp);
                change.overlaps.computeIfAbsent(number, key -> new HashSet<>()).add(other.stamp);
            }
            block.inFlight.add(change);
            block.live.add(stamp);
            block.stable.add(stamp);
            block.begun.put(stamp, sequence);
            block.zeroed = stamp == 0 ? sequence : block.zeroed;
            if (block.looks > 0) {
                block.seen.add(stamp);
            }
        }
        return change;
    }

    /** The change ended well. */
    void done(final Change change, final boolean durable) {
        for (int number = change.from; number < change.to; number++) {
            final Block block = block(number);
            block.inFlight.remove(change);
            block.live.clear();
            block.live.add(change.stamp);
            block.live.addAll(change.overlaps.getOrDefault(number, Set.of()));
            if (durable) {
                block.stable.clear();
                block.stable.addAll(block.live);
                block.begun.keySet().retainAll(block.live);
                block.zeroed = NEVER;
            }
        }
    }

    /** The change failed: it may have happened or not. */
    void failed(final Change change) {
        for (int number = change.from; number < change.to; number++) {
            block(number).inFlight.remove(change);
        }
    }

    Look look(final int from, final int to) {
        for (int number = from; number < to; number++) {
            final Block block = block(number);
            if (block.looks == 0) {
                block.seen.clear();
                block.seen.addAll(block.live);
            }
            block.looks++;
        }
        return new Look(from, to);
    }

    /** The read is over; {@code found} are the values, null when it failed. */
    void looked(final Look look, final long[] found) {
        for (int number = look.from(); number < look.to(); number++) {
            final Block block = block(number);
            block.looks--;
            if (found != null && !block.seen.contains(found[number - look.from()])) {
                throw new AssertionError("block=" + number + " holds=" + found[number - look.from()] + " allowed="
                        + block.seen + " live=" + block.live + " stable=" + block.stable);
            }
        }
    }

    Flush flush() {
        final Map<Integer, Set<Long>> live = new HashMap<>();
        blocks.forEach((number, block) -> {
            if (!block.stable.equals(block.live) || block.live.size() > 1) {
                live.put(number, new HashSet<>(block.live));
            }
        });
        return new Flush(sequence, live);
    }

    void flushed(final Flush flush) {
        flush.live().forEach((number, live) -> {
            final Block block = block(number);
            block.stable.clear();
            block.stable.addAll(live);
            block.zeroed = block.zeroed > flush.sequence() ? block.zeroed : NEVER;
            block.begun.forEach((stamp, when) -> {
                if (when > flush.sequence()) {
                    block.stable.add(stamp);
                }
            });
        });
    }

    /** Some blocks are lost: each must have been written since it was last stable. */
    void lost(final int from, final int to) {
        for (int number = from; number < to; number++) {
            final Block block = blocks.get(number);
            if (block == null || block.live.size() == 1 && block.zeroed < 0) {
                throw new AssertionError("block=" + number + " is lost and was not being written");
            }
        }
    }

    /** The process has died. */
    void killed() {
        blocks.values().forEach(Block::forgetProcess);
    }

    /** The power was gone. */
    void powerLost() {
        blocks.values().forEach(block -> {
            block.forgetProcess();
            block.live.clear();
            block.live.addAll(block.stable);
        });
    }

    /** Nothing is on its way and redundancy is whole: what was found now stays. */
    void settled(final int from, final long[] found) {
        for (int i = 0; i < found.length; i++) {
            final Block block = blocks.get(from + i);
            final Set<Long> allowed = block == null ? ZERO : block.live;
            if (!allowed.contains(found[i])) {
                throw new AssertionError("block=" + (from + i) + " holds=" + found[i] + " allowed=" + allowed);
            }
            if (allowed.size() > 1) {
                block.live.clear();
                block.live.add(found[i]);
            }
        }
    }

    private Block block(final int number) {
        return blocks.computeIfAbsent(number, key -> new Block());
    }

    private static final class Block {
        private final Set<Long> live = new LinkedHashSet<>(ZERO);
        private final Set<Long> stable = new LinkedHashSet<>(ZERO);
        /** When the values that may be stable were begun; 0 may be begun many times, its last time counts. */
        private final Map<Long, Long> begun = new HashMap<>();

        private final List<Change> inFlight = new ArrayList<>();
        private final Set<Long> seen = new HashSet<>();
        private int looks;
        /** When it was last zeroed, unless that is stable: zeros over zeros cannot be told apart. */
        private long zeroed = NEVER;

        void forgetProcess() {
            inFlight.clear();
            looks = 0;
        }
    }
}
