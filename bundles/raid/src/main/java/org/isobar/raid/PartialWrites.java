package org.isobar.raid;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isobar.api.block.IoStatus;

/**
 * The writes of parts of a stripe of which the log gets partial parity, on stable media before anything is changed in place: what
 * the strips that are not written give together, and hashes of those that are. It goes to the column of the stripe's
 * redundancy alone: when that is lost, nothing depends on it, and when another is lost, that one is there. Control lane only.
 *
 * <p>Partial parity tells of what lies in place, so what it was made of must be on stable media. Where the log has some of the same
 * rows already, made beside other strips, what was written with that is brought there first.
 */
final class PartialWrites {
    private static final long FLUSH_RETRY_NS = 10_000_000;

    private final GroupParts parts;
    private final Runnable end;
    private final OfColumn[] columns;
    private final ArrayDeque<LogEntry> waiting = new ArrayDeque<>();
    /** By stripe, the rows that the log has partial parity of, and that may not be on stable media in place. */
    private final Map<Long, List<Rows>> written = new HashMap<>();

    private boolean settling;
    private int writing;

    /** Rows of a stripe whose partial parity was made beside these elements, and the last slot that has it. */
    private record Rows(long stripe, int from, int to, long elements, long sequence) {
        boolean contradict(final LogEntry entry) {
            return elements != entry.covered() && from < entry.from() + entry.length() && to > entry.from();
        }
    }

    /**
     * Sets it up.
     *
     * @param end hears that something has ended, and its writes were told
     */
    PartialWrites(final GroupParts parts, final Runnable end) {
        this.parts = parts;
        this.end = end;
        columns = new OfColumn[parts.set().layout().columns()];
        for (int column = 0; column < columns.length; column++) {
            columns[column] = new OfColumn(column);
        }
    }

    /** Whether an entry is of that kind, as far as its form goes. */
    boolean takes(final LogEntry entry) {
        return entry.hasSums() && !entry.isWhole();
    }

    void add(final LogEntry entry) {
        waiting.addLast(entry);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    ArrayDeque<LogEntry> waiting() {
        return waiting;
    }

    /** Whether a flush or a batch is under way. */
    boolean isRunning() {
        return settling || writing > 0;
    }

    /**
     * Hands over those of whose stripes the log holds other things, and of a stream: these are logged as they are, for the next ones
     * come to the same stripes, beside other strips. Begins to bring to stable media what others must wait for.
     */
    void sortOut(final Deque<LogEntry> asTheyAre) {
        for (int left = waiting.size(); left > 0; left--) {
            final LogEntry entry = waiting.pollFirst();
            final boolean alone = parts.stripes().admitsPartial(entry);
            entry.partial(alone);
            (alone ? waiting : asTheyAre).addLast(entry);
        }
        if (!settling) {
            settle();
        }
    }

    private void settle() {
        final Set<Rows> ended = new HashSet<>();
        for (final LogEntry entry : waiting) {
            for (final Rows rows : rows(entry)) {
                if (rows.contradict(entry)) {
                    ended.add(rows);
                }
            }
        }
        if (!ended.isEmpty()) {
            settling = true;
            // Those were in place before the write that waits got its lock.
            parts.set().flushUnlogged(status -> settled(status == IoStatus.OK, ended));
        }
    }

    private void settled(final boolean flushed, final Set<Rows> ended) {
        if (!flushed) {
            parts.set().control().schedule(this::settlingEnds, FLUSH_RETRY_NS);
            return;
        }
        written.values().forEach(rows -> rows.removeAll(ended));
        written.values().removeIf(List::isEmpty);
        settlingEnds();
    }

    private void settlingEnds() {
        settling = false;
        end.run();
    }

    private List<Rows> rows(final LogEntry entry) {
        return written.getOrDefault(entry.stripe(), List.of());
    }

    private boolean mayStart(final LogEntry entry) {
        return !columnOf(entry).running && rows(entry).stream().noneMatch(rows -> rows.contradict(entry));
    }

    private OfColumn columnOf(final LogEntry entry) {
        return columns[entry.write().redundancyColumn()];
    }

    /** The first that need not wait, or null. */
    LogEntry first() {
        for (final LogEntry entry : waiting) {
            if (mayStart(entry)) {
                return entry;
            }
        }
        return null;
    }

    /**
     * Makes a batch of {@link #first} and of others that go to the same column, as many as go. {@link #write} is next, once the log has
     * taken note of the slots.
     *
     * @param next the first sequence number to use
     * @param room slots from there on, with those that must be left free
     * @return slots that they take
     */
    int take(final LogEntry first, final long next, final int room) {
        final LogLayout layout = parts.layout();
        final OfColumn column = columnOf(first);
        final int upTo = Math.min(room, layout.slots() - layout.slot(next));
        final LogBatch batch = column.batch;
        batch.begin(next, Math.min(upTo, Math.max(first.slots(layout), ContentWrites.BATCH_SLOTS)));
        for (int left = waiting.size(); left > 0; left--) {
            final LogEntry entry = waiting.pollFirst();
            final boolean fits = entry.slots(layout) + parts.kept().reserve() <= room - batch.slots();
            if (columnOf(entry) != column || !mayStart(entry) || !fits || !batch.add(entry)) {
                waiting.addLast(entry);
            } else {
                logged(entry, batch.first() + batch.slots() - 1);
            }
        }
        batch.seal();
        return batch.slots();
    }

    private void logged(final LogEntry entry, final long last) {
        parts.loggedPartial(entry, last);
        final List<Rows> rows = written.computeIfAbsent(entry.stripe(), stripe -> new ArrayList<>());
        final int to = entry.from() + entry.length();
        rows.removeIf(one -> one.from >= entry.from() && one.to <= to);
        rows.add(new Rows(entry.stripe(), entry.from(), to, entry.covered(), last));
    }

    /** Logs the batch with an entry; it may have ended when this returns. */
    void write(final LogEntry first) {
        columnOf(first).start();
    }

    /** The log holds nothing from before {@code tail} any more. */
    void passed(final long tail) {
        written.values().forEach(rows -> rows.removeIf(one -> one.sequence < tail));
        written.values().removeIf(List::isEmpty);
    }

    /** The batches of one column, one at a time. */
    private final class OfColumn {
        private final LogBatch batch;
        private final BatchWrite write;
        private boolean running;

        OfColumn(final int column) {
            batch = new LogBatch(parts.layout(), parts.set().id(), parts.group(), column);
            write = new BatchWrite(parts.set(), parts.group(), batch, this::ended);
        }

        void start() {
            running = true;
            writing++;
            write.start();
        }

        private void ended(final boolean logged) {
            running = false;
            writing--;
            parts.haltUnless(logged);
            batch.end(one -> one.logged(logged));
            end.run();
        }
    }
}
