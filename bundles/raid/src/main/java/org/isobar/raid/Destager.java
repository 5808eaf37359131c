package org.isobar.raid;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isobar.api.block.IoStatus;

/**
 * Brings blocks that a group's log keeps to their place, the oldest first: each with the neighbours in its stripe that are
 * kept as well, so that stripes which came in small pieces are written whole. In rounds: all of a round go to the log
 * together, which costs one wait for stable media, and a round is as large as it can be, so that slots are used well. A
 * new round begins when all of the last are in place. Few parts of a round use the devices at a time: initiators' requests would
 * wait behind hundreds. Control lane only.
 */
final class Destager {
    /** Blocks of a round, unless its last part has more. */
    private static final int ROUND_BLOCKS = 512;
    /** A round has so many, if there are, also when fewer would do. */
    private static final int ROUND_BLOCKS_MIN = 16;

    /** So many parts read what their redundancy is made of, or are written in place, at a time. */
    private static final int UNDER_WAY_MAX = 16;

    private static final long RETRY_NS = 10_000_000;

    private final AssembledSet set;
    private final SetLog log;
    private final GroupLog group;
    /** Blocks in the order in which they were kept, and the slots; those that are kept no longer are passed over. */
    private final KeptOrder order = new KeptOrder();

    private final ArrayDeque<Part> free = new ArrayDeque<>();
    /** Those under way, by stripe: one of each at most. */
    private final Map<Long, Part> busy = new HashMap<>();
    /** The same, by their writes. */
    private final IdentityHashMap<GroupWrite, Part> parts = new IdentityHashMap<>();
    /** Those that are to begin. */
    private final ArrayDeque<Part> toRead = new ArrayDeque<>();
    /** Those that are logged and to be written in place. */
    private final ArrayDeque<Part> toPlace = new ArrayDeque<>();

    private int running;
    /** Those that have not come to the log yet. */
    private int travelling;

    private int reading;
    private int placing;
    private boolean beginning;

    private long goal;
    private boolean pumping;
    private boolean again;
    private boolean resting;

    Destager(final AssembledSet set, final SetLog log, final GroupLog group) {
        this.set = set;
        this.log = log;
        this.group = group;
    }

    /** A block is kept in a slot. */
    void kept(final long key, final long sequence) {
        order.add(key, sequence);
    }

    /** The blocks that are kept, the oldest first. */
    List<Long> keys() {
        final Set<Long> keys = new LinkedHashSet<>();
        for (int i = 0; i < order.size(); i++) {
            if (log.kept().sequence(order.key(i)) == order.sequence(i)) {
                keys.add(order.key(i));
            }
        }
        return List.copyOf(keys);
    }

    /** Sees to it that nothing is kept in slots before {@code sequence}. */
    void upTo(final long sequence) {
        if (sequence > goal) {
            goal = sequence;
            pump();
        }
    }

    boolean isBusy() {
        return running > 0;
    }

    /** Whether all of the round that will come to the log are there. */
    boolean isThere() {
        return travelling == 0;
    }

    /** A write of the round has come to the log. */
    void arrived(final GroupWrite write) {
        parts.get(write).enter(Step.AT_LOG);
        readNext();
    }

    /** A write of the round has been logged, or cannot be; it is told when it is its turn. */
    void logged(final GroupWrite write, final boolean logged) {
        if (logged) {
            toPlace.addLast(parts.get(write));
            placeNext();
        } else {
            write.logged(false);
        }
    }

    private void readNext() {
        if (beginning) {
            // One has ended before it had begun.
            return;
        }
        beginning = true;
        while (reading < UNDER_WAY_MAX && !toRead.isEmpty()) {
            toRead.pollFirst().read();
        }
        beginning = false;
    }

    private void count(final Step step, final int more) {
        switch (step) {
            case TO_READ -> travelling += more;
            case READING -> {
                travelling += more;
                reading += more;
            }
            case PLACING -> placing += more;
            default -> {}
        }
    }

    private void placeNext() {
        while (placing < UNDER_WAY_MAX && !toPlace.isEmpty()) {
            toPlace.pollFirst().place();
        }
    }

    /** Goes on, after the set began to serve, or something was kept in a slot that was asked for already. */
    void pump() {
        again = true;
        if (pumping) {
            return;
        }
        pumping = true;
        while (again && !resting && running == 0 && log.open()) {
            again = false;
            startOldest();
        }
        pumping = false;
    }

    private void startOldest() {
        final KeptBlocks kept = log.kept();
        while (!order.isEmpty() && kept.sequence(order.key(0)) != order.sequence(0)) {
            order.removeFirst();
        }
        final boolean due = !order.isEmpty() && order.sequence(0) < goal;
        int blocks = 0;
        for (int i = 0; i < order.size() && due && blocks < ROUND_BLOCKS; i++) {
            if (order.sequence(i) >= goal && blocks >= ROUND_BLOCKS_MIN) {
                return;
            }
            final long key = order.key(i);
            // Whoever waited for two parts of a stripe would let the later one wait, and with it all of the round.
            if (kept.sequence(key) == order.sequence(i) && !busy.containsKey(kept.stripe(key))) {
                blocks += start(key);
            }
        }
    }

    /** Answers how many blocks go together. */
    private int start(final long key) {
        final Part part = free.isEmpty() ? new Part() : free.pollLast();
        return part.start(key);
    }

    private void ended(final IoStatus status) {
        running--;
        readNext();
        placeNext();
        if (status != IoStatus.OK && !resting) {
            resting = true;
            set.control().schedule(this::rested, RETRY_NS);
        }
        group.destaged();
        pump();
    }

    private void rested() {
        resting = false;
        pump();
    }

    private enum Step {
        NONE,
        TO_READ,
        READING,
        AT_LOG,
        PLACING
    }

    /** Neighbouring blocks of one stripe. */
    private final class Part implements PartEnd {
        private GroupWrite write;
        private Step step = Step.NONE;
        private long stripe;
        private int first;
        private int end;
        private int from;
        private int to;

        /** Answers how many blocks it has. */
        private int start(final long key) {
            take(key);
            grow();
            return start();
        }

        private void take(final long key) {
            final KeptBlocks kept = log.kept();
            stripe = kept.stripe(key);
            first = kept.element(key);
            end = first + 1;
            from = kept.at(key);
            to = from + LogLayout.BLOCK_BYTES;
        }

        private void grow() {
            final KeptBlocks kept = log.kept();
            while (first > 0 && kept.all(stripe, group.group(), first - 1, from, to)) {
                first--;
            }
            while (end < set.layout().dataStrips() && kept.all(stripe, group.group(), end, from, to)) {
                end++;
            }
            while (from > 0 && isKept(from - LogLayout.BLOCK_BYTES)) {
                from -= LogLayout.BLOCK_BYTES;
            }
            while (to < set.layout().stripBytes() && isKept(to)) {
                to += LogLayout.BLOCK_BYTES;
            }
        }

        private int start() {
            running++;
            enter(Step.TO_READ);
            busy.put(stripe, this);
            final int blocks = (end - first) * ((to - from) / LogLayout.BLOCK_BYTES);
            write = set.controlWork().groupWrite();
            parts.put(write, this);
            write.assign(set, stripe, group.group(), from, to);
            write.destage(this, first, end - first);
            toRead.addLast(this);
            readNext();
            return blocks;
        }

        private void read() {
            enter(Step.READING);
            write.start();
        }

        private void place() {
            enter(Step.PLACING);
            write.logged(true);
        }

        private void enter(final Step next) {
            count(step, -1);
            step = next;
            count(next, 1);
        }

        private boolean isKept(final int at) {
            for (int element = first; element < end; element++) {
                if (!log.kept().all(stripe, group.group(), element, at, at + LogLayout.BLOCK_BYTES)) {
                    return false;
                }
            }
            return true;
        }

        private void leave() {
            enter(Step.NONE);
            // The write may be another's by now.
            parts.remove(write, this);
            busy.remove(stripe);
        }

        @Override
        public void partEnded(final IoStatus status) {
            leave();
            free.addLast(this);
            ended(status);
        }
    }
}
