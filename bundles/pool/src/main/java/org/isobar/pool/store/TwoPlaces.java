package org.isobar.pool.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The two slots of a page that is being moved, and what goes on in them: work on ranges that overlap takes turns in the
 * order it came, other work goes on at the same time. Neither slot is cleaned before the last work has ended, nor is the new
 * one copied by a next move: changes may still be under way in it when the page lies there. Control lane.
 */
final class TwoPlaces {
    /** Work that may wait for its turn. */
    private static final int WAITING_MAX = 4096;

    private final DataPath path;
    private final LiveSet from;
    private final int fromSlot;
    private final LiveSet to;
    private final int toSlot;
    private final List<Work> running = new ArrayList<>();
    private final Deque<Work> waiting = new ArrayDeque<>();
    private boolean holding;
    private boolean closed;

    TwoPlaces(final DataPath path, final LiveSet from, final int fromSlot, final LiveSet to, final int toSlot) {
        this.path = path;
        this.from = from;
        this.fromSlot = fromSlot;
        this.to = to;
        this.toSlot = toSlot;
        from.pin(fromSlot, LiveSet.READER);
        to.pin(toSlot, LiveSet.WRITER);
    }

    /** Something that reads or changes a range of the page. */
    abstract static class Work {
        private final int fromBytes;
        private final int toBytes;

        Work(final int fromBytes, final int lengthBytes) {
            this.fromBytes = fromBytes;
            toBytes = fromBytes + lengthBytes;
        }

        int fromBytes() {
            return fromBytes;
        }

        int lengthBytes() {
            return toBytes - fromBytes;
        }

        /** Its turn has come; ends in {@link TwoPlaces#done}. */
        abstract void start();

        /** Its turn will not come: the move is over. */
        abstract void turnedAway();

        private boolean overlaps(final Work other) {
            return fromBytes < other.toBytes && other.fromBytes < toBytes;
        }
    }

    LiveSet from() {
        return from;
    }

    int fromSlot() {
        return fromSlot;
    }

    LiveSet to() {
        return to;
    }

    int toSlot() {
        return toSlot;
    }

    /** Starts some work, now or when its turn comes; returns false when too much waits. */
    boolean enter(final Work work) {
        if (!holding && mayStart(work, waiting.iterator())) {
            running.add(work);
            work.start();
            return true;
        }
        if (waiting.size() >= WAITING_MAX) {
            return false;
        }
        waiting.add(work);
        return true;
    }

    /** Some work has ended. */
    void done(final Work work) {
        running.remove(work);
        if (closed) {
            unpinWhenIdle();
        } else if (!holding) {
            startMore();
        }
    }

    /** Whether any work is under way. */
    boolean busy() {
        return !running.isEmpty();
    }

    /** Nothing is started any more: the move is about to end. */
    void hold() {
        holding = true;
    }

    /** The move has ended: what waits is turned away, what is under way ends. */
    void close() {
        holding = true;
        closed = true;
        final List<Work> left = new ArrayList<>(waiting);
        waiting.clear();
        left.forEach(Work::turnedAway);
        unpinWhenIdle();
    }

    private void startMore() {
        final List<Work> ready = new ArrayList<>();
        final Iterator<Work> all = waiting.iterator();
        while (all.hasNext()) {
            final Work work = all.next();
            if (mayStart(work, waiting.iterator())) {
                all.remove();
                running.add(work);
                ready.add(work);
            }
        }
        ready.forEach(Work::start);
    }

    /** Whether nothing that overlaps is under way, or has waited longer. */
    private boolean mayStart(final Work work, final Iterator<Work> before) {
        for (final Work other : running) {
            if (work.overlaps(other)) {
                return false;
            }
        }
        while (before.hasNext()) {
            final Work other = before.next();
            if (other == work) {
                return true;
            }
            if (work.overlaps(other)) {
                return false;
            }
        }
        return true;
    }

    private void unpinWhenIdle() {
        if (running.isEmpty()) {
            path.unpin(from, fromSlot, LiveSet.READER);
            path.unpin(to, toSlot, LiveSet.WRITER);
        }
    }
}
