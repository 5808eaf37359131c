package org.isobar.raid;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Who waits until slots of a group's log are free: writes that gave their lock back, and others. Control lane only. */
final class LogWaiters {
    private final ArrayDeque<GroupWrite> standing = new ArrayDeque<>();
    private final List<Passing> passings = new ArrayList<>();

    private record Passing(long sequence, CompletableFuture<Boolean> end) {}

    /** A write that goes on with {@link #resume}. */
    void stand(final GroupWrite write) {
        standing.addLast(write);
    }

    void resume() {
        for (GroupWrite write = standing.pollFirst(); write != null; write = standing.pollFirst()) {
            write.again();
        }
    }

    /** Ends when {@link #passed} tells of the sequence number; with false when the set stops serving. */
    CompletableFuture<Boolean> until(final long sequence) {
        final Passing passing = new Passing(sequence, new CompletableFuture<>());
        passings.add(passing);
        return passing.end;
    }

    /** Slots before {@code tail} are free. */
    void passed(final long tail) {
        final List<Passing> over = new ArrayList<>();
        passings.removeIf(passing -> tail >= passing.sequence && over.add(passing));
        over.forEach(passing -> passing.end.complete(true));
    }

    /** Whether nobody waits for slots as such. */
    boolean isEmpty() {
        return passings.isEmpty();
    }

    /** The last sequence number that somebody waits for; there is one. */
    long goal() {
        return passings.get(passings.size() - 1).sequence;
    }

    void refuse() {
        resume();
        for (final Passing passing : List.copyOf(passings)) {
            passing.end.complete(false);
        }
        passings.clear();
    }
}
