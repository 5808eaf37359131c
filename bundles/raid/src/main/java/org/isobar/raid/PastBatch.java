package org.isobar.raid;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.isobar.common.time.Clock;

/** Writes past the log that are logged together, on their way to two columns. Reused. Control lane only. */
final class PastBatch {
    private final JournalPart part = new JournalPart();
    private final List<LogEntry> entries = new ArrayList<>();
    private final BatchWrite write;
    private final Consumer<PastBatch> end;
    private final Clock clock;
    private LogJournal journal;
    private long number;
    private long beganNs;
    private long tookNs;
    private boolean ended;
    private boolean written;

    PastBatch(final AssembledSet set, final int group, final Consumer<PastBatch> end) {
        this.end = end;
        clock = set.controlWork().clock();
        write = new BatchWrite(set, group, part, this::ended);
    }

    /** Goes on with a slot. */
    void begin(final LogJournal slot, final long ofNumber) {
        journal = slot;
        number = ofNumber;
        ended = false;
        journal.begin(part);
    }

    void add(final LogEntry entry) {
        entries.add(entry);
    }

    /** It must be on stable media before its writes go on. */
    void mustBeDurable() {
        part.mustBeDurable();
    }

    /** Begins to write it; may have ended when this returns. */
    void start() {
        journal.seal(part);
        beganNs = clock.nanoTime();
        write.start();
    }

    private void ended(final boolean twoHaveIt) {
        ended = true;
        tookNs = clock.nanoTime() - beganNs;
        written = twoHaveIt;
        end.accept(this);
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether two columns have it. */
    boolean isWritten() {
        return written;
    }

    long number() {
        return number;
    }

    /** From when it began to be written until two columns had it, or it was given up. */
    long tookNs() {
        return tookNs;
    }

    /** The slot has it, or its writes will not go on. */
    void leave(final boolean logged) {
        journal.ended(part, logged);
    }

    /** Tells its writes, and is done. */
    void tell(final boolean logged) {
        for (final LogEntry entry : entries) {
            entry.write().logged(logged);
        }
        entries.clear();
    }
}
