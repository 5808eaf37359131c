package org.isobar.iscsi;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Runs something once certain tasks are out of the logical unit's hands. */
final class Drain {
    private final Set<IscsiTask> tasks = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Runnable drained;

    Drain(final Runnable drained) {
        this.drained = drained;
    }

    void await(final IscsiTask task) {
        tasks.add(task);
    }

    /** A task has ended; returns whether this drain is over. */
    boolean ended(final IscsiTask task) {
        return tasks.remove(task) && tasks.isEmpty();
    }

    boolean idle() {
        return tasks.isEmpty();
    }

    void run() {
        drained.run();
    }
}
