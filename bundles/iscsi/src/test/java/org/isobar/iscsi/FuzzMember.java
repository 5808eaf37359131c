package org.isobar.iscsi;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.isobar.api.scsi.ScsiTarget;
import org.isobar.api.scsi.TargetDirectory;
import org.isobar.common.Check;
import org.isobar.iscsi.stats.TargetStatistics;
import org.isobar.iscsi.trace.PduTraces;
import org.isobar.testkit.Simulation;
import org.isobar.testkit.fuzz.LiveBuffers;

/** A member in one thread with one target, its limits low enough that a short input reaches them. */
final class FuzzMember {
    static final int MAX_TASKS = 8;
    static final int MAX_RECEIVE_SEGMENT_BYTES = 4096;
    private static final int DATA_LIMIT_BYTES = 131_072;
    /** The data limit, and headers, chunks and unfetched answers of a few connections. */
    private static final long MAX_BUFFER_BYTES = DATA_LIMIT_BYTES + (4L << 20);
    /** Longer than every timer. */
    private static final long LONG_NS = 500_000_000_000L;

    final Simulation sim;
    final FuzzDisk disk = new FuzzDisk();
    final FuzzAccess access;
    final TargetContext context;
    /** Where connections say they come through; it never listens. */
    final Portal portal;

    private final long buffersBefore = LiveBuffers.count();
    private final List<FuzzConnection> connections = new ArrayList<>();

    FuzzMember(final int seed, final boolean pings, final boolean open, final boolean chap) {
        LiveBuffers.install();
        sim = new Simulation(seed);
        access = new FuzzAccess(open, chap, sim.rng(), sim.clock());
        final TestSettings settings = new TestSettings();
        settings.maxSessions = 4;
        settings.maxTasks = MAX_TASKS;
        settings.maxConnectionsPerSession = 2;
        settings.maxReceiveSegmentBytes = MAX_RECEIVE_SEGMENT_BYTES;
        settings.maxBurstBytes = 8192;
        settings.firstBurstBytes = 4096;
        settings.maxOutstandingR2t = 2;
        settings.maxTaskBytes = 32_768;
        settings.dataLimitBytes = DATA_LIMIT_BYTES;
        settings.pingIntervalMs = pings ? 1000 : 0;
        final TargetStatistics statistics = TargetStatistics.of(sim.clock(), 600_000);
        final AtomicReference<TargetSettings> current = new AtomicReference<>(settings.build());
        context = new TargetContext(
                current,
                new Portals(null, groups -> {}),
                new ConnectionLimits(),
                new LoginPlacements(),
                new OneTarget(),
                new SessionRegistry(statistics),
                sim.clock(),
                new DataBudget(settings.dataLimitBytes),
                new TaskLimits(current),
                access,
                statistics,
                PduTraces.in(sim.clock(), Path.of("no-traces")));
        portal = new Portal(context, null, settings.build().portals().get(0));
    }

    FuzzConnection connect() {
        final FuzzConnection connection = new FuzzConnection(
                this, sim.lanes().lane(connections.size() % sim.lanes().count()));
        connections.add(connection);
        return connection;
    }

    /** Runs what there is to do, then looks whether anything went wrong. */
    void settle() {
        sim.run();
        look();
    }

    /** Lets time pass. */
    void pass(final long durationNs) {
        sim.runFor(durationNs);
        look();
    }

    /** Ends everything: a newcomer must be served as ever, and nothing may be left behind. */
    void end() {
        disk.release();
        settle();
        connections.forEach(FuzzConnection::disconnect);
        disk.release();
        settle();
        pass(LONG_NS);
        disk.release();
        settle();
        Check.that(context.sessions().all().isEmpty(), "a session outlives its connection");
        Check.that(context.budget().usedBytes() == 0, "data buffers are still counted");
        final FuzzConnection newcomer = connect();
        newcomer.useAndLogOut();
        newcomer.disconnect();
        pass(LONG_NS);
        disk.assertIdle();
        Check.that(context.connections().count() == 0, "a connection keeps its place");
        Check.that(context.taskLimits().total() == 0, "tasks are still counted");
        Check.that(context.sessions().all().isEmpty(), "the newcomer's session outlives its connection");
        Check.that(LiveBuffers.count() == buffersBefore, "buffers leak: " + (LiveBuffers.count() - buffersBefore));
    }

    private void look() {
        connections.forEach(FuzzConnection::look);
        Check.that(LiveBuffers.bytes() < MAX_BUFFER_BYTES, "buffers grow out of bounds");
    }

    private final class OneTarget implements TargetDirectory {
        @Override
        public List<ScsiTarget> targets() {
            return List.of(disk);
        }

        @Override
        public Optional<ScsiTarget> find(final String iscsiName) {
            return iscsiName.equalsIgnoreCase(FuzzDisk.NAME) ? Optional.of(disk) : Optional.empty();
        }
    }
}
