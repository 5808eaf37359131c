package org.isobar.pool.log;

import java.util.Comparator;

/**
 * How far a copy of the log reaches; the greatest is the newest.
 *
 * @param epoch the start of the log that wrote it, 1 or more
 * @param sequence number of its last batch
 */
public record Position(long epoch, long sequence) implements Comparable<Position> {
    private static final Comparator<Position> ORDER =
            Comparator.comparingLong(Position::epoch).thenComparingLong(Position::sequence);

    @Override
    public int compareTo(final Position other) {
        return ORDER.compare(this, other);
    }
}
