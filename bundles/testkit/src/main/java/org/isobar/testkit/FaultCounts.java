package org.isobar.testkit;

import java.util.StringJoiner;

/** How often each {@link Fault} happened. Not thread-safe. */
public final class FaultCounts {
    private final long[] counts = new long[Fault.values().length];

    /** One more. */
    public void count(final Fault fault) {
        counts[fault.ordinal()]++;
    }

    /** How many so far. */
    public long of(final Fault fault) {
        return counts[fault.ordinal()];
    }

    /** Adds all of another's. */
    public void add(final FaultCounts more) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += more.counts[i];
        }
    }

    /** {@code KILL=3 POWER_LOSS=0 ...}, all of them: a kind that never happens is worth knowing. */
    @Override
    public String toString() {
        final StringJoiner text = new StringJoiner(" ");
        for (final Fault fault : Fault.values()) {
            text.add(fault + "=" + of(fault));
        }
        return text.toString();
    }
}
