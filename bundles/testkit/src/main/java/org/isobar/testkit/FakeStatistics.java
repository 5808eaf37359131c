package org.isobar.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.SessionInfo;
import org.isobar.api.statistics.CommandStatistics;
import org.isobar.api.statistics.LatencyStatistics;
import org.isobar.api.statistics.LoginStatistics;
import org.isobar.api.statistics.SessionStatistics;
import org.isobar.api.statistics.SlowCommand;
import org.isobar.api.statistics.SlowCommandLog;
import org.isobar.api.statistics.StatisticsService;
import org.isobar.api.statistics.StatusStatistics;
import org.isobar.api.statistics.TrafficStatistics;
import org.isobar.api.statistics.VolumeStatistics;

/** Every session has done 12 commands: 8 reads, 3 writes of which one failed, and another one. */
final class FakeStatistics implements StatisticsService {
    private final List<SessionInfo> sessions;

    FakeStatistics(final List<SessionInfo> sessions) {
        this.sessions = sessions;
    }

    @Override
    public List<SessionStatistics> sessions() {
        return sessions.stream()
                .map(session -> new SessionStatistics(
                        session.tsih(),
                        session.initiatorName(),
                        session.targetName(),
                        volume(session),
                        session.loggedInWallMs(),
                        traffic(1)))
                .toList();
    }

    @Override
    public SessionStatistics session(final int tsih) {
        return sessions().stream()
                .filter(session -> session.tsih() == tsih)
                .findFirst()
                .orElseThrow(
                        () -> new StorageException(StorageException.Code.NOT_FOUND, "no such session: tsih=" + tsih));
    }

    @Override
    public List<VolumeStatistics> volumes() {
        return sessions.stream()
                .map(FakeStatistics::volume)
                .distinct()
                .map(this::volume)
                .toList();
    }

    @Override
    public VolumeStatistics volume(final String name) {
        final int count = (int) sessions.stream()
                .filter(session -> volume(session).equals(name))
                .count();
        return new VolumeStatistics(name, count, traffic(count));
    }

    @Override
    public LoginStatistics logins() {
        return new LoginStatistics(sessions.size(), Map.of("0201", 3L));
    }

    @Override
    public SlowCommandLog slowCommands() {
        final SlowCommand slow = new SlowCommand(
                0, 1, "iqn.host", "iqn.target", "WRITE(10)", 8, 16, 0, 1_500_000, 10, 20, 1_499_960, 10);
        return new SlowCommandLog(1000, 1, List.of(slow));
    }

    private static String volume(final SessionInfo session) {
        return session.targetName().substring(session.targetName().indexOf(':') + 1);
    }

    private static TrafficStatistics traffic(final int times) {
        return new TrafficStatistics(
                commands(8L * times, 4096L * times),
                commands(3L * times, 8192L * times),
                commands(times, 0),
                new StatusStatistics(times, 0, 0, 0, 0),
                0,
                2L * times);
    }

    /** Each took 100 us. */
    private static CommandStatistics commands(final long count, final long bytes) {
        final int bounds = LatencyStatistics.boundsUs().size();
        final List<Long> below = new ArrayList<>(Collections.nCopies(bounds, count));
        below.set(0, 0L);
        below.set(1, 0L);
        return new CommandStatistics(
                count, bytes, new LatencyStatistics(count, 100 * count, 103, 103, 103, 103, 103, below));
    }
}
