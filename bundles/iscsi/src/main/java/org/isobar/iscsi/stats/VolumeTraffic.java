package org.isobar.iscsi.stats;

import java.util.HashSet;
import java.util.Set;
import org.isobar.api.statistics.VolumeStatistics;

/** What all sessions do with one volume: those that are over in one sum, the present ones as they are. */
final class VolumeTraffic {
    private final String name;
    // The lock guards both: a session is in exactly one of them. Taken at log-in, session end and by readers only.
    private final TrafficCounts past = new TrafficCounts();
    private final Set<SessionTraffic> present = new HashSet<>();

    VolumeTraffic(final String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    synchronized void began(final SessionTraffic session) {
        present.add(session);
    }

    synchronized void ended(final SessionTraffic session) {
        if (present.remove(session)) {
            session.addTo(past);
        }
    }

    synchronized VolumeStatistics statistics() {
        final TrafficCounts sum = new TrafficCounts();
        sum.addAll(past);
        present.forEach(session -> session.addTo(sum));
        return new VolumeStatistics(name, present.size(), sum.statistics());
    }
}
