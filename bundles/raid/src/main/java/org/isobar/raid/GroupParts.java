package org.isobar.raid;

/** What the different kinds of writes to the log of one group share. Control lane only. */
record GroupParts(
        AssembledSet set,
        LogLayout layout,
        int group,
        PastWrites past,
        LoggedStripes stripes,
        LogPending pending,
        KeptSlots kept,
        Destager destager) {
    /** An entry has its place in the log, the last of it in a slot. */
    void logged(final LogEntry entry, final long sequence) {
        stripes.logged(entry, sequence);
        past.forget(entry.stripe());
        pending.begin(entry.sequence());
    }

    /** As {@link #logged}, of partial parity. */
    void loggedPartial(final LogEntry entry, final long sequence) {
        stripes.loggedPartial(entry, sequence);
        past.forget(entry.stripe());
        pending.begin(entry.sequence());
    }

    /** A batch is not surely in the log: perhaps it is there all the same, and nothing must be written before that was looked up. */
    void haltUnless(final boolean logged) {
        if (!logged) {
            set.log().halt();
        }
    }
}
