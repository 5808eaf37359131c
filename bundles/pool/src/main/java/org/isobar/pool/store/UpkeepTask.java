package org.isobar.pool.store;

import java.util.Comparator;

/**
 * Work that a set needs.
 *
 * @param column the column that it is for, or -1 for the set as a whole
 */
record UpkeepTask(LiveSet set, Kind kind, int column, Danger danger) {
    /** The most urgent first: where least redundancy is left, and of these what takes least time. */
    static final Comparator<UpkeepTask> ORDER = Comparator.<UpkeepTask, Boolean>comparing(
                    task -> task.kind() != Kind.ASSEMBLE)
            .thenComparing(task -> task.danger().left())
            .thenComparing(UpkeepTask::kind)
            .thenComparing(UpkeepTask::danger)
            .thenComparing(task -> task.set().id());

    /** What is done, in the order of the time it takes. */
    enum Kind {
        ASSEMBLE("assemble"),
        RESYNC("resync"),
        CATCH_UP("catch-up"),
        REBUILD("rebuild");

        private final String jobKind;

        Kind(final String jobKind) {
            this.jobKind = jobKind;
        }

        String jobKind() {
            return jobKind;
        }
    }

    /** What it is known by when it is looked for again. */
    record Key(long set, Kind kind, int column) {}

    Key key() {
        return new Key(set.id(), kind, column);
    }
}
