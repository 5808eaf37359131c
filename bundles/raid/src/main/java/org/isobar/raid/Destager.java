package org.isobar.raid;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.isobar.api.block.IoStatus;

/**
 * Brings blocks that a group's log keeps to their place, the oldest first: each with the neighbours in its stripe that are
 * kept as well, so that stripes which came in small pieces are written whole. A few at a time. Control lane only.
 */
final class Destager {
    private static final int PARALLEL = 16;
    private static final long RETRY_NS = 10_000_000;

    private final AssembledSet set;
    private final SetLog log;
    private final GroupLog group;
    /** Blocks in the order in which they were kept, and the slots; those that are kept no longer are passed over. */
    private final KeptOrder order = new KeptOrder();

    private final List<Part> parts = new ArrayList<>();
    private int running;
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

    /** Goes on, after the set began to serve, or something was kept in a slot that was asked for already. */
    void pump() {
        again = true;
        if (pumping) {
            return;
        }
        pumping = true;
        while (again && !resting && log.open()) {
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
        for (int i = 0; i < order.size() && running < PARALLEL && order.sequence(i) < goal; i++) {
            final long key = order.key(i);
            if (kept.sequence(key) == order.sequence(i) && !isUnderWay(key)) {
                free().start(key);
            }
        }
    }

    private boolean isUnderWay(final long key) {
        for (final Part part : parts) {
            if (part.holds(key)) {
                return true;
            }
        }
        return false;
    }

    private Part free() {
        for (final Part part : parts) {
            if (!part.busy) {
                return part;
            }
        }
        final Part part = new Part();
        parts.add(part);
        return part;
    }

    private void ended(final IoStatus status) {
        running--;
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

    /** Neighbouring blocks of one stripe. */
    private final class Part implements PartEnd {
        private boolean busy;
        private long stripe;
        private int first;
        private int end;
        private int from;
        private int to;

        private boolean holds(final long key) {
            final KeptBlocks kept = log.kept();
            final int element = kept.element(key);
            final int at = kept.at(key);
            return busy && kept.stripe(key) == stripe && element >= first && element < end && at >= from && at < to;
        }

        private void start(final long key) {
            final KeptBlocks kept = log.kept();
            stripe = kept.stripe(key);
            first = kept.element(key);
            end = first + 1;
            from = kept.at(key);
            to = from + LogLayout.BLOCK_BYTES;
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
            busy = true;
            running++;
            final GroupWrite write = set.controlWork().groupWrite();
            write.assign(set, stripe, group.group(), from, to);
            write.destage(this, first, end - first);
            write.start();
        }

        private boolean isKept(final int at) {
            for (int element = first; element < end; element++) {
                if (!log.kept().all(stripe, group.group(), element, at, at + LogLayout.BLOCK_BYTES)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void partEnded(final IoStatus status) {
            busy = false;
            ended(status);
        }
    }
}
