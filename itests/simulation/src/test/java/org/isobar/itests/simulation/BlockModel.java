package org.isobar.itests.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What each 512-byte block of one volume may hold, by what was acknowledged. A value is the stamp of the write that made
 * it, 0 for zeros. {@code live} is what a read may find now and after the death of the process; {@code stable} is what it
 * may find after a loss of power.
 */
final class BlockModel {
    private static final long NEVER = -1;

    /** By number; null as long as nothing happened to it and it is zero. */
    private Block[] blocks;

    private long sequence;

    BlockModel(final int blockCount) {
        blocks = new Block[blockCount];
    }

    void grow(final int blockCount) {
        blocks = Arrays.copyOf(blocks, blockCount);
    }

    /** A change of some blocks on its way. */
    static final class Change {
        private final int from;
        private final int to;
        private final long stamp;
        /** By block, from the first on: stamps of changes that were on their way together with this one, or null. */
        private final Stamps[] overlaps;

        Change(final int from, final int to, final long stamp) {
            this.from = from;
            this.to = to;
            this.stamp = stamp;
            overlaps = new Stamps[to - from];
        }

        private void overlap(final int number, final long other) {
            if (overlaps[number - from] == null) {
                overlaps[number - from] = Stamps.of(other);
            } else {
                overlaps[number - from].add(other);
            }
        }
    }

    /** A read on its way. */
    record Look(int from, int to) {}

    /** A flush on its way, with what some blocks held when it began. */
    record Flush(long sequence, List<Held> held) {}

    /** What a block held. */
    record Held(Block block, Stamps live) {}

    int blockCount() {
        return blocks.length;
    }

    /** A write, or with stamp 0 a ZERO or DISCARD, of {@code [from, to)} begins. */
    Change begin(final int from, final int to, final long stamp) {
        final Change change = new Change(from, to, stamp);
        sequence++;
        for (int number = from; number < to; number++) {
            final Block block = block(number);
            for (int i = 0; i < block.inFlight.size(); i++) {
                final Change other = block.inFlight.get(i);
                other.overlap(number, stamp);
                change.overlap(number, other.stamp);
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
            block.live.become(change.stamp);
            final Stamps overlaps = change.overlaps[number - change.from];
            if (overlaps != null) {
                block.live.addAll(overlaps);
            }
            if (durable) {
                block.stable.become(block.live);
                block.begun.keepOnly(block.live);
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
                block.seen.become(block.live);
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
        final List<Held> held = new ArrayList<>();
        for (final Block block : blocks) {
            if (block != null && (block.live.size() > 1 || !block.stable.sameAs(block.live))) {
                held.add(new Held(block, block.live.copy()));
            }
        }
        return new Flush(sequence, held);
    }

    void flushed(final Flush flush) {
        for (final Held held : flush.held()) {
            final Block block = held.block();
            block.stable.become(held.live());
            block.zeroed = block.zeroed > flush.sequence() ? block.zeroed : NEVER;
            block.begun.addLaterThan(flush.sequence(), block.stable);
        }
    }

    /** Some blocks are lost: each must have been written since it was last stable. */
    void lost(final int from, final int to) {
        for (int number = from; number < to; number++) {
            final Block block = blocks[number];
            if (block == null || block.live.size() == 1 && block.zeroed < 0) {
                throw new AssertionError("block=" + number + " is lost and was not being written");
            }
        }
    }

    /** The process has died. */
    void killed() {
        for (final Block block : blocks) {
            if (block != null) {
                block.forgetProcess();
            }
        }
    }

    /** The power was gone. */
    void powerLost() {
        killed();
        for (final Block block : blocks) {
            if (block != null) {
                block.live.become(block.stable);
            }
        }
    }

    /** Nothing is on its way and redundancy is whole: what was found now stays. */
    void settled(final int from, final long[] found) {
        for (int i = 0; i < found.length; i++) {
            final Block block = blocks[from + i];
            if (block == null ? found[i] != 0 : !block.live.contains(found[i])) {
                throw new AssertionError("block=" + (from + i) + " holds=" + found[i] + " allowed="
                        + (block == null ? Stamps.of(0) : block.live));
            }
            if (block != null) {
                block.live.become(found[i]);
            }
        }
    }

    private Block block(final int number) {
        Block block = blocks[number];
        if (block == null) {
            block = new Block();
            blocks[number] = block;
        }
        return block;
    }

    private static final class Block {
        private final Stamps live = Stamps.of(0);
        private final Stamps stable = Stamps.of(0);
        private final Begun begun = new Begun();
        private final List<Change> inFlight = new ArrayList<>(2);
        private final Stamps seen = new Stamps();
        private int looks;
        /** When it was last zeroed, unless that is stable: zeros over zeros cannot be told apart. */
        private long zeroed = NEVER;

        void forgetProcess() {
            inFlight.clear();
            looks = 0;
        }
    }

    /** When the values that may be stable were begun; 0 may be begun many times, its last time counts. */
    private static final class Begun {
        private static final int SMALL = 4;

        private long[] stamps = new long[SMALL];
        private long[] when = new long[SMALL];
        private int size;

        void put(final long stamp, final long at) {
            int place = 0;
            while (place < size && stamps[place] != stamp) {
                place++;
            }
            if (place == stamps.length) {
                stamps = Arrays.copyOf(stamps, 2 * size);
                when = Arrays.copyOf(when, 2 * size);
            }
            stamps[place] = stamp;
            when[place] = at;
            size = Math.max(size, place + 1);
        }

        void keepOnly(final Stamps kept) {
            int left = 0;
            for (int i = 0; i < size; i++) {
                if (kept.contains(stamps[i])) {
                    stamps[left] = stamps[i];
                    when[left] = when[i];
                    left++;
                }
            }
            size = left;
        }

        void addLaterThan(final long sequence, final Stamps into) {
            for (int i = 0; i < size; i++) {
                if (when[i] > sequence) {
                    into.add(stamps[i]);
                }
            }
        }
    }
}
