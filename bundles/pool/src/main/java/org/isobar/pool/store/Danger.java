package org.isobar.pool.store;

import java.util.Comparator;
import java.util.function.IntPredicate;
import org.isobar.pool.store.RebuildPlanner.Separation;

/**
 * How near a set is to losing data, as far as a piece of work on it would help; the least comes first.
 *
 * @param left losses that the redundancy group can still bear that the work is for
 * @param missing columns of the set that are not in sync, each a chance for the next loss to hit the same group
 * @param pages pages that lie in the set
 */
record Danger(int left, int missing, int pages) implements Comparable<Danger> {
    /** Every level keeps one strip of redundancy in a group. */
    private static final int REDUNDANCY = 1;

    private static final Comparator<Danger> ORDER = Comparator.comparingInt(Danger::left)
            .thenComparing(Comparator.comparingInt(Danger::missing).reversed())
            .thenComparing(Comparator.comparingInt(Danger::pages).reversed());

    /**
     * Looks at a set.
     *
     * @param column the column that the work is for, or -1 when it is for the redundancy of all
     * @param inSync tells which columns are there and in sync
     */
    static Danger of(
            final int column,
            final int columns,
            final int pages,
            final IntPredicate inSync,
            final Separation separation) {
        int missing = 0;
        int ofGroup = 0;
        for (int other = 0; other < columns; other++) {
            if (!inSync.test(other)) {
                missing++;
                ofGroup += other == column || (column >= 0 && separation.mustDiffer(column, other)) ? 1 : 0;
            }
        }
        final int left = column < 0 ? 0 : REDUNDANCY - ofGroup;
        return new Danger(left, missing, pages);
    }

    /** Whether it is so much worse that the other had better wait; pages alone are not. */
    boolean overtakes(final Danger other) {
        return left < other.left || (left == other.left && missing > other.missing);
    }

    @Override
    public int compareTo(final Danger other) {
        return ORDER.compare(this, other);
    }
}
