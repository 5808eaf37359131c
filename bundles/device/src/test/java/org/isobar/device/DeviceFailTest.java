package org.isobar.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceListener;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthState;
import org.isobar.common.lane.Lane;
import org.isobar.common.rng.SecureRng;
import org.isobar.common.time.SystemClock;
import org.isobar.device.health.HealthSettings;
import org.isobar.device.smart.SmartSettings;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;

/** A device fails on evidence: three failed writes in a row, or an operation that does not end. */
public class DeviceFailTest {
    private static final int ROW_LIMIT = 3;

    private final TemporaryFolder folder = new TemporaryFolder();
    private final DeviceRig rig = new DeviceRig(folder);

    @Rule
    public final RuleChain rules = RuleChain.outerRule(folder).around(rig);

    private final ExecutorService control = Executors.newSingleThreadExecutor();
    private DeviceRoster roster;
    private DeviceEvents events;
    private DeviceInfo info;
    private KnownDevice device;
    private volatile String need = "";
    private volatile String needWhenOneIsLost = "";

    @Before
    public void addOne() throws Exception {
        final HealthSettings patience = new HealthSettings(200, 600, 0, 1, 3_600, 3_600, 8, ROW_LIMIT, 1_000, 1_000);
        final DeviceSettings settings = new DeviceSettings(
                List.of(folder.newFolder().toString()),
                1000,
                1 << 20,
                "auto",
                false,
                patience,
                SmartSettings.OFF,
                true);
        events = new DeviceEvents(rig.lanes.control());
        final HealthDesk desk =
                new HealthDesk(rig.lanes, new SystemClock(), new SecureRng(), patience, control, events);
        roster = new DeviceRoster(
                settings, new DeviceOpener(rig.lanes, control, settings), events, control, new SecureRng(), desk);
        final Path path = Files.move(rig.blank("x"), folder.getRoot().toPath().resolve("x"));
        info = onControl(() -> roster.add(path, false));
        device = roster.find(info.uuid());
        events.addListener(rig);
        events.addListener(new NeedyListener());
        assertEquals("added " + info.uuid(), rig.event());
    }

    @After
    public void closeAll() throws Exception {
        onControl(() -> roster.closeAll()).forEach(closing -> closing.toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join());
        // Nor is the control thread done with what was lost before the lane and then it have had their turn.
        CompletableFuture.runAsync(() -> {}, rig.lanes.lane(0))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        onControl(() -> null);
        control.shutdown();
    }

    @Test
    public void failedWritesInARowTakeItOutForGood() throws Exception {
        failWrites();
        assertEquals("lost " + info.uuid(), rig.event());
        assertEquals(DeviceState.FAILED, device.device().state());
        assertEquals(HealthState.FAILED, device.device().health());
        assertTrue(device.note(), device.note().contains("3 failed writes in a row"));
        assertEquals(IoStatus.OFFLINE, Requests.flush(device.device(), rig.lanes.lane(0)));
        scan();
        scan();
        assertEquals(DeviceState.FAILED, device.device().state());
    }

    @Test
    public void aFailedDeviceIsLetInAgainWhenItIsCleared() throws Exception {
        failWrites();
        assertEquals("lost " + info.uuid(), rig.event());
        onControl(() -> roster.clear(info.uuid()));
        for (int i = 0; i < 100 && !device.online(); i++) {
            // The file is free once the session of before has closed.
            scan();
            Thread.onSpinWait();
        }
        assertEquals("returned " + info.uuid(), rig.event());
        assertEquals(HealthState.GOOD, device.device().health());
    }

    @Test
    public void aDeviceThatIsNeededStaysAndIsTakenOutWhenItNoLongerIs() throws Exception {
        need = "RAID set would be offline: set=7";
        failWrites();
        await(() -> device.info().note().contains("set=7"));
        assertEquals(DeviceState.ONLINE, device.device().state());
        assertEquals(HealthState.FAILED, device.device().health());
        assertNull(rig.events.peek());
        need = "";
        onControl(() -> {
            roster.look();
            return null;
        });
        assertEquals("lost " + info.uuid(), rig.event());
    }

    @Test
    public void ofTwoThatFailTogetherTheSecondIsAskedForWhenTheFirstIsKnownToBeGone() throws Exception {
        final Path path = Files.move(rig.blank("y"), folder.getRoot().toPath().resolve("y"));
        final DeviceInfo other = onControl(() -> roster.add(path, false));
        assertEquals("added " + other.uuid(), rig.event());
        needWhenOneIsLost = "RAID set would be offline: set=9";
        onControl(() -> {
            // Both have failed before anybody looks.
            fail(device);
            fail(roster.find(other.uuid()));
            roster.look();
            return null;
        });
        final String lost = rig.event();
        onControl(() -> {
            roster.look();
            return null;
        });
        final KnownDevice left = lost.endsWith(info.uuid().toString()) ? roster.find(other.uuid()) : device;
        await(() -> left.info().note().contains("set=9"));
        assertEquals(DeviceState.ONLINE, left.device().state());
        assertNull(rig.events.peek());
    }

    @Test
    public void whoCannotSayWhetherItIsNeededKeepsIt() throws Exception {
        need = null;
        failWrites();
        await(() -> device.info().note().contains("unknown"));
        assertEquals(DeviceState.ONLINE, device.device().state());
    }

    @Test
    public void whatDoesNotEndIsEndedAndItsLateEndIsHarmless() throws Exception {
        final Lane lane = rig.lanes.lane(0);
        final List<IoRequest> swallowed = new ArrayList<>();
        final Requests.Awaited stuck = new Requests.Awaited();
        lane.execute(() -> {
            stuck.flush(lane);
            device.health().io().submit(stuck, swallowed::add);
        });
        assertEquals(IoStatus.ABORTED, stuck.await());
        assertEquals("lost " + info.uuid(), rig.event());
        assertEquals(1, device.health().io().outstanding());
        lane.execute(() -> swallowed.get(0).complete(IoStatus.OK));
        await(() -> device.health().io().lateEnds() == 1);
        assertEquals(0, device.health().io().outstanding());
    }

    private void failWrites() {
        fail(device);
    }

    private void fail(final KnownDevice failing) {
        final Lane lane = rig.lanes.lane(0);
        for (int i = 0; i < ROW_LIMIT; i++) {
            final Requests.Awaited request = new Requests.Awaited();
            lane.execute(() -> {
                request.flush(lane);
                failing.health().io().submit(request, io -> io.complete(IoStatus.IO_ERROR));
            });
            assertEquals(IoStatus.IO_ERROR, request.await());
        }
    }

    private void scan() {
        onControl(() -> {
            roster.scan();
            return null;
        });
    }

    private <T> T onControl(final Callable<T> work) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return work.call();
                            } catch (final Exception e) {
                                throw new CompletionException(e);
                            }
                        },
                        control)
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static void await(final Callable<Boolean> condition) throws Exception {
        final long giveUpNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.call()) {
            assertTrue("in time", System.nanoTime() < giveUpNs);
            Thread.onSpinWait();
        }
    }

    private final class NeedyListener implements DeviceListener {
        @Override
        public void deviceAdded(final Device added) {}

        @Override
        public void deviceLost(final Device lost) {
            need = needWhenOneIsLost;
        }

        @Override
        public void deviceReturned(final Device returned) {}

        @Override
        public String needs(final Device asked) {
            if (need == null) {
                throw new IllegalStateException("no answer");
            }
            return need;
        }
    }
}
