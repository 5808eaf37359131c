package org.isobar.rest.metrics;

import java.util.List;
import org.isobar.api.statistics.CommandStatistics;
import org.isobar.api.statistics.LoginStatistics;
import org.isobar.api.statistics.SessionStatistics;
import org.isobar.api.statistics.StatisticsService;
import org.isobar.api.statistics.StatusStatistics;
import org.isobar.api.statistics.TrafficStatistics;
import org.isobar.api.statistics.VolumeStatistics;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeInfo;

/** Figures of volumes, sessions and log-ins. There are as many points as volumes exist and sessions are logged in. */
final class TrafficMetrics {
    private static final String VOLUME = "isobar_volume_";
    private static final String SESSION = "isobar_session_";
    private static final String DURATION = "command_duration_seconds";
    private static final String DURATION_HELP = "From the receipt of a command to its answer";

    private final Families families;

    TrafficMetrics(final Families families) {
        this.families = families;
    }

    void add(final List<Volume> volumes, final StatisticsService statistics) {
        volumes.stream().map(Volume::info).forEach(volume -> add(volume, statistics.volume(volume.name())));
        final List<SessionStatistics> sessions = statistics.sessions();
        sessions.forEach(this::add);
        families.gauge("isobar_sessions", "Sessions logged in", sessions.size());
        final LoginStatistics logins = statistics.logins();
        families.counter("isobar_logins", "Sessions that logged in", logins.accepted());
        logins.refusedByStatus()
                .forEach((status, count) -> families.counter(
                        "isobar_login_failures",
                        "Log-ins refused, by login status (RFC 7143 section 11.13.5)",
                        count,
                        "status",
                        status));
        families.counter(
                "isobar_slow_commands",
                "Commands that took longer than the threshold",
                statistics.slowCommands().total());
    }

    private void add(final VolumeInfo volume, final VolumeStatistics statistics) {
        final String[] labels = {"volume", volume.name()};
        families.gauge(VOLUME + "size_bytes", "Length of the volume", volume.sizeBytes(), labels);
        families.gauge(VOLUME + "allocated_bytes", "Of it, in pages", volume.allocatedBytes(), labels);
        families.gauge(VOLUME + "sessions", "Sessions logged in to the volume", statistics.sessions(), labels);
        final TrafficStatistics traffic = statistics.traffic();
        common(VOLUME, traffic, labels);
        final String name = VOLUME + DURATION;
        families.histogram(name, DURATION_HELP, traffic.read().latency(), kind(labels, "read"));
        families.histogram(name, DURATION_HELP, traffic.write().latency(), kind(labels, "write"));
        families.histogram(name, DURATION_HELP, traffic.other().latency(), kind(labels, "other"));
    }

    private void add(final SessionStatistics session) {
        final String[] labels = {
            "tsih", Integer.toString(session.tsih()), "initiator", session.initiatorName(), "volume", session.volume()
        };
        final TrafficStatistics traffic = session.traffic();
        common(SESSION, traffic, labels);
        final String name = SESSION + DURATION;
        families.summary(name, DURATION_HELP, traffic.read().latency(), kind(labels, "read"));
        families.summary(name, DURATION_HELP, traffic.write().latency(), kind(labels, "write"));
        families.summary(name, DURATION_HELP, traffic.other().latency(), kind(labels, "other"));
    }

    private void common(final String of, final TrafficStatistics traffic, final String... labels) {
        kind(of, "read", traffic.read(), labels);
        kind(of, "write", traffic.write(), labels);
        kind(of, "other", traffic.other(), labels);
        final StatusStatistics errors = traffic.errors();
        status(of, "check_condition", errors.checkCondition(), labels);
        status(of, "busy", errors.busy(), labels);
        status(of, "reservation_conflict", errors.reservationConflict(), labels);
        status(of, "task_set_full", errors.taskSetFull(), labels);
        status(of, "other", errors.other(), labels);
        families.counter(of + "commands_aborted", "Commands that ended without an answer", traffic.aborted(), labels);
        families.gauge(of + "commands_in_flight", "Commands not answered yet", traffic.inFlight(), labels);
    }

    private void kind(final String of, final String kind, final CommandStatistics statistics, final String... labels) {
        families.counter(of + "commands", "Commands answered", statistics.commands(), kind(labels, kind));
        families.counter(of + "transferred_bytes", "Payload moved", statistics.bytes(), kind(labels, kind));
    }

    private void status(final String of, final String status, final long count, final String... labels) {
        families.counter(
                of + "command_errors",
                "Commands that did not end in GOOD",
                count,
                MemberMetrics.with(labels, "status", status));
    }

    private static String[] kind(final String[] labels, final String kind) {
        return MemberMetrics.with(labels, "kind", kind);
    }
}
