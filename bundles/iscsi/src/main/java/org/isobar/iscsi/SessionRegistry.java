package org.isobar.iscsi;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.scsi.ScsiTarget;
import org.isobar.iscsi.stats.TargetStatistics;

/** All sessions of the member. Any thread may call. */
final class SessionRegistry {
    private static final int MAX_TSIH = 0xFFFF;

    private final TargetStatistics statistics;
    private final Map<Integer, IscsiSession> byTsih = new ConcurrentHashMap<>();
    private final Map<IscsiSession.Key, IscsiSession> byKey = new ConcurrentHashMap<>();
    private final Set<ScsiTarget> watched = ConcurrentHashMap.newKeySet();
    private final AtomicInteger lastTsih = new AtomicInteger();

    SessionRegistry(final TargetStatistics statistics) {
        this.statistics = statistics;
    }

    /** Gives the session its TSIH; false when there are too many. */
    boolean add(final IscsiSession session, final int maxSessions) {
        if (byTsih.size() >= maxSessions && !byKey.containsKey(session.key())) {
            return false;
        }
        for (int attempts = 0; attempts < MAX_TSIH; attempts++) {
            final int tsih = lastTsih.updateAndGet(last -> last % MAX_TSIH + 1);
            session.tsih(tsih);
            if (byTsih.putIfAbsent(tsih, session) == null) {
                return true;
            }
        }
        return false;
    }

    /** Makes an added session the one of its key; returns the one that it takes the place of, which has to end first. */
    Optional<IscsiSession> supersede(final IscsiSession session) {
        return Optional.ofNullable(byKey.put(session.key(), session));
    }

    void remove(final IscsiSession session) {
        byTsih.remove(session.tsih(), session);
        byKey.remove(session.key(), session);
    }

    Optional<IscsiSession> find(final int tsih) {
        return Optional.ofNullable(byTsih.get(tsih));
    }

    /** All sessions, those that are still logging in or ending included. */
    Collection<IscsiSession> all() {
        return List.copyOf(byTsih.values());
    }

    /** Sessions in full-feature phase with this target. */
    List<IscsiSession> of(final String targetName) {
        return all().stream()
                .filter(session ->
                        session.fullFeature() && session.agreed().targetName.equalsIgnoreCase(targetName))
                .toList();
    }

    /** Asks the sessions of {@code target} to log out once it is removed. */
    void watch(final ScsiTarget target) {
        if (watched.add(target)) {
            target.onRemoved(() -> {
                watched.remove(target);
                statistics.forget(target.volume());
                of(target.name()).forEach(IscsiSession::requestLogout);
            });
        }
    }
}
