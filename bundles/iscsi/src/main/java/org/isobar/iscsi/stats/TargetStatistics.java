package org.isobar.iscsi.stats;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.isobar.api.StorageException;
import org.isobar.api.statistics.LoginStatistics;
import org.isobar.api.statistics.SessionStatistics;
import org.isobar.api.statistics.SlowCommandLog;
import org.isobar.api.statistics.StatisticsService;
import org.isobar.api.statistics.VolumeStatistics;
import org.isobar.common.time.Clock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Knows the traffic of all sessions and volumes; outlives the portals. Any thread may call. */
@Component(
        service = {StatisticsService.class, TargetStatistics.class},
        configurationPid = "org.isobar.iscsi.statistics")
@Designate(ocd = TargetStatistics.Config.class)
public final class TargetStatistics implements StatisticsService {
    private static final int LINES_WAITING_MAX = 64;

    /** Settings. */
    @ObjectClassDefinition(name = "iSCSI statistics")
    public @interface Config {
        @AttributeDefinition(
                name = "Slow command",
                description = "ms; commands that take at least this long are slow",
                min = "1",
                max = "600000")
        int slow_threshold_ms() default 1000;

        @AttributeDefinition(
                name = "Slow commands kept",
                description = "how many of the last slow commands are shown",
                min = "1",
                max = "4096")
        int slow_kept() default 128;

        @AttributeDefinition(
                name = "Slow commands logged",
                description = "lines about slow commands in the log, for each minute; 0 for none",
                min = "0",
                max = "6000")
        int slow_lines_per_minute() default 60;
    }

    private final Set<SessionTraffic> sessions = ConcurrentHashMap.newKeySet();
    private final Map<String, VolumeTraffic> volumes = new ConcurrentHashMap<>();
    private final LongAdder accepted = new LongAdder();
    private final Map<Integer, LongAdder> refused = new ConcurrentHashMap<>();
    private final Clock clock;
    private final SlowCommands slow;
    private final ExecutorService logWriter;

    @Activate
    public TargetStatistics(@Reference final Clock clock, final Config config) {
        this(clock, config.slow_threshold_ms(), config.slow_kept(), config.slow_lines_per_minute());
    }

    private TargetStatistics(final Clock clock, final int thresholdMs, final int kept, final int linesPerMinute) {
        this.clock = clock;
        // What does not fit is left out: better no line than a lane that waits for the log's disk.
        logWriter = new ThreadPoolExecutor(
                0,
                1,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(LINES_WAITING_MAX),
                TargetStatistics::daemon,
                new ThreadPoolExecutor.DiscardPolicy());
        slow = new SlowCommands(thresholdMs, kept, linesPerMinute, clock, logWriter);
    }

    private static Thread daemon(final Runnable task) {
        final Thread thread = new Thread(task, "isobar-slow-commands");
        thread.setDaemon(true);
        return thread;
    }

    /** Without a container. */
    public static TargetStatistics of(final Clock clock, final int slowThresholdMs) {
        return new TargetStatistics(clock, slowThresholdMs, 128, 60);
    }

    @Deactivate
    public void close() {
        logWriter.shutdown();
    }

    public Clock clock() {
        return clock;
    }

    public SlowCommands slow() {
        return slow;
    }

    /** A log-in was refused. */
    public void loginRefused(final int status) {
        refused.computeIfAbsent(status, first -> new LongAdder()).increment();
    }

    /**
     * A session's log-in is over.
     *
     * @param targetName empty for discovery
     * @param volume volume behind the target, null for discovery
     */
    public SessionTraffic begin(
            final String initiatorName,
            final String targetName,
            final String volume,
            final long loggedInWallMs,
            final int tsih) {
        final VolumeTraffic behind = volume == null ? null : volumes.computeIfAbsent(volume, VolumeTraffic::new);
        final SessionTraffic session = new SessionTraffic(initiatorName, targetName, loggedInWallMs, behind, tsih);
        accepted.increment();
        sessions.add(session);
        if (behind != null) {
            behind.began(session);
        }
        return session;
    }

    /** A session is over. */
    public void ended(final SessionTraffic session) {
        sessions.remove(session);
        if (session.volume() != null) {
            session.volume().ended(session);
        }
    }

    /** A volume's target was removed: a later volume of that name starts from zero. */
    public void forget(final String volume) {
        volumes.remove(volume);
    }

    @Override
    public List<SessionStatistics> sessions() {
        return sessions.stream()
                .map(SessionTraffic::statistics)
                .sorted(Comparator.comparingInt(SessionStatistics::tsih))
                .toList();
    }

    @Override
    public SessionStatistics session(final int tsih) {
        return sessions.stream()
                .filter(session -> session.tsih() == tsih)
                .map(SessionTraffic::statistics)
                .findFirst()
                .orElseThrow(
                        () -> new StorageException(StorageException.Code.NOT_FOUND, "no such session: tsih=" + tsih));
    }

    @Override
    public List<VolumeStatistics> volumes() {
        return volumes.values().stream()
                .map(VolumeTraffic::statistics)
                .sorted(Comparator.comparing(VolumeStatistics::volume))
                .toList();
    }

    @Override
    public VolumeStatistics volume(final String name) {
        return volumes.getOrDefault(name, new VolumeTraffic(name)).statistics();
    }

    @Override
    public LoginStatistics logins() {
        return new LoginStatistics(
                accepted.sum(),
                refused.entrySet().stream()
                        .collect(Collectors.toMap(
                                status -> String.format(Locale.ROOT, "%04x", status.getKey()),
                                status -> status.getValue().sum())));
    }

    @Override
    public SlowCommandLog slowCommands() {
        return slow.log();
    }
}
