package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The live sets by id. A look-up is an array read from any lane; changed on the control lane only. */
final class SetTable {
    private static final int START_LENGTH = 64;

    private volatile AtomicReferenceArray<LiveSet> sets = new AtomicReferenceArray<>(START_LENGTH);

    /** The set with this id, or null. */
    LiveSet find(final long id) {
        final AtomicReferenceArray<LiveSet> table = sets;
        return id < table.length() ? table.get((int) id) : null;
    }

    /** All sets by id. */
    List<LiveSet> all() {
        final AtomicReferenceArray<LiveSet> table = sets;
        final List<LiveSet> found = new ArrayList<>();
        for (int i = 0; i < table.length(); i++) {
            final LiveSet set = table.get(i);
            if (set != null) {
                found.add(set);
            }
        }
        return found;
    }

    void add(final LiveSet set) {
        final AtomicReferenceArray<LiveSet> old = sets;
        if (set.id() >= old.length()) {
            final AtomicReferenceArray<LiveSet> larger = new AtomicReferenceArray<>(set.id() * 2);
            for (int i = 0; i < old.length(); i++) {
                larger.set(i, old.get(i));
            }
            sets = larger;
        }
        sets.set(set.id(), set);
    }

    void remove(final LiveSet set) {
        sets.set(set.id(), null);
    }
}
