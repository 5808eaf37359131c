package org.isobar.testkit;

import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/** How often each {@link Fault} happened. Not thread-safe. */
public final class FaultCounts {
    /** Of each kind, in an array of one, as it is counted for each request. */
    private final Map<Fault, long[]> counts = new EnumMap<>(Fault.class);

    /** With none of any kind. */
    public FaultCounts() {
        for (final Fault fault : Fault.values()) {
            counts.put(fault, new long[1]);
        }
    }

    /** One more. */
    public void count(final Fault fault) {
        counts.get(fault)[0]++;
    }

    /** How many so far. */
    public long of(final Fault fault) {
        return counts.get(fault)[0];
    }

    /** Adds all of another's. */
    public void add(final FaultCounts more) {
        counts.forEach((fault, count) -> count[0] += more.of(fault));
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
