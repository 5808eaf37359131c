package org.isobar.iscsi;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.isobar.common.lane.NettyLanes;
import org.isobar.common.time.SystemClock;
import org.isobar.iscsi.access.LoginAccess;
import org.isobar.iscsi.stats.TargetStatistics;
import org.isobar.iscsi.trace.PduTraces;
import org.junit.Assert;
import org.junit.rules.ExternalResource;

/** A portal with memory disks for one test; afterwards nothing may be left: no nexus, no task, no buffer. */
final class MemoryMemberRule extends ExternalResource {
    static final String TARGET = "iqn.2026-11.org.isobar:memory";
    static final int BLOCKS = 8192;

    private static final long WAIT_NS = 20_000_000_000L;
    private static NettyLanes lanes;

    final TestSettings settings = new TestSettings();
    /** Where the portal service keeps its portals. */
    Path configuration = Path.of("no-such-folder", "iscsi.cfg");

    /** Who may log in. */
    LoginAccess access = Authentication.NONE;

    final MemoryTargets targets = new MemoryTargets();
    TargetStatistics statistics = TargetStatistics.of(new SystemClock(), 60_000);
    /** Replaced by tests that record. */
    PduTraces traces = PduTraces.in(new SystemClock(), Path.of("no-traces"));

    MemoryDisk disk;
    PortalService portal;
    private final List<TestInitiator> initiators = new ArrayList<>();

    @Override
    protected void before() {
        LeakWatch.begin();
        disk = targets.add(TARGET, BLOCKS);
        restart();
    }

    /** Starts over with changed settings. */
    void restart() {
        if (portal != null) {
            portal.close();
        }
        portal = second();
    }

    /** Another portal with these settings. */
    PortalService second() {
        return new PortalService(
                lanes(), targets, new SystemClock(), settings.build(), access, statistics, traces, configuration);
    }

    TestInitiator connect() throws IOException {
        return connect("127.0.0.1", portal.portals().get(0).port());
    }

    /** An initiator that comes through the portal at this place. */
    TestInitiator connect(final String address, final int port) throws IOException {
        final TestInitiator initiator = new TestInitiator(InetAddress.getByName(address), port);
        initiators.add(initiator);
        return initiator;
    }

    /** An initiator that is logged in. */
    TestInitiator login(final String... keys) throws IOException {
        final TestInitiator initiator = connect();
        initiator.login(TARGET, keys);
        return initiator;
    }

    /** Waits for something that another thread brings about. */
    static void await(final String what, final BooleanSupplier condition) {
        final long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            Assert.assertTrue("not in time: " + what, System.nanoTime() - start < WAIT_NS);
            Thread.onSpinWait();
        }
    }

    @Override
    protected void after() {
        for (final TestInitiator initiator : initiators) {
            try {
                initiator.close();
            } catch (final IOException e) {
                throw new AssertionError(e);
            }
        }
        disk.release();
        await("sessions end", () -> portal.sessions().isEmpty());
        portal.close();
        await("nexuses closed", () -> disk.nexuses.get() == 0);
        Assert.assertEquals("tasks in hand", 0, disk.inHand.get());
        Assert.assertEquals("data buffers", 0, portal.dataBytesInUse());
        Assert.assertEquals("tasks counted", 0, portal.tasksInHand());
        Assert.assertEquals("targets counted for", 0, portal.targetsInUse());
        LeakWatch.assertNoLeaks();
    }

    static synchronized NettyLanes lanes() {
        if (lanes == null) {
            lanes = new NettyLanes(2, System.getProperty("isobar.transport", "auto"));
        }
        return lanes;
    }
}
