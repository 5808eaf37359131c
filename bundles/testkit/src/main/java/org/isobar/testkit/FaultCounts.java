package org.isobar.testkit;

import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/** How often each {@link Fault} happened. Not thread-safe. */
public final class FaultCounts {
    private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);

    /** One more. */
    public void count(final Fault fault) {
        counts.merge(fault, 1L, Long::sum);
    }

    /** How many so far. */
    public long of(final Fault fault) {
        return counts.getOrDefault(fault, 0L);
    }

    /** Adds all of another's. */
    public void add(final FaultCounts more) {
        more.counts.forEach((fault, count) -> counts.merge(fault, count, Long::sum));
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
