package org.isobar.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceState;
import org.isobar.common.rng.SecureRng;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;

public class DeviceHealthWatchTest {
    private final TemporaryFolder folder = new TemporaryFolder();
    private final DeviceRig rig = new DeviceRig(folder).with("auto", false, 50);

    @Rule
    public final RuleChain rules = RuleChain.outerRule(folder).around(rig);

    @Test
    public void lossAndReturnAreNoticedWithoutAsking() throws Exception {
        final DeviceInfo info = rig.added("a");
        assertEquals("added " + info.uuid(), rig.event());
        final Path away =
                Files.move(rig.scanned.resolve("a"), folder.getRoot().toPath().resolve("away"));
        assertEquals("lost " + info.uuid(), rig.event());
        Files.move(away, rig.scanned.resolve("b"));
        assertEquals("returned " + info.uuid(), rig.event());
    }

    @Test
    public void deviceAddedOutsideOfTheScannedPathsReturnsToItsPlace() throws Exception {
        final Path outside =
                Files.move(rig.blank("a"), folder.getRoot().toPath().resolve("outside"));
        final DeviceInfo info = rig.add(outside);
        assertTrue(info.note(), info.note().contains("scan.paths"));
        assertEquals("added " + info.uuid(), rig.event());
        final Path away = Files.move(outside, folder.getRoot().toPath().resolve("away"));
        assertEquals("lost " + info.uuid(), rig.event());
        Files.move(away, outside);
        assertEquals("returned " + info.uuid(), rig.event());
    }

    @Test
    public void tooManyWriteErrorsGiveTheDeviceUpForGood() throws Exception {
        final ExecutorService control = Executors.newSingleThreadExecutor();
        final DeviceSettings settings =
                new DeviceSettings(List.of(folder.newFolder().toString()), 1000, 1 << 20, "auto", false, 3);
        final DeviceEvents events = new DeviceEvents(rig.lanes.control());
        final DeviceRoster roster = new DeviceRoster(
                settings, new DeviceOpener(rig.lanes, control, settings), events, control, new SecureRng());
        final Path path = Files.move(rig.blank("x"), folder.getRoot().toPath().resolve("x"));
        final DeviceInfo info = CompletableFuture.supplyAsync(() -> roster.add(path, false), control)
                .get(30, TimeUnit.SECONDS);
        events.addListener(rig);
        assertEquals("added " + info.uuid(), rig.event());
        final KnownDevice device = roster.find(info.uuid());
        for (int i = 0; i < 3; i++) {
            device.health().failed(IoOp.WRITE, Errno.EIO, 0);
        }
        assertEquals("lost " + info.uuid(), rig.event());
        assertEquals(DeviceState.FAILED, device.device().state());
        assertEquals(3, device.info().writeErrors());
        assertTrue(device.note(), device.note().contains("3 failed writes"));
        assertEquals(IoStatus.OFFLINE, Requests.flush(device.device(), rig.lanes.lane(0)));
        CompletableFuture.runAsync(roster::scan, control).get(30, TimeUnit.SECONDS);
        CompletableFuture.runAsync(roster::scan, control).get(30, TimeUnit.SECONDS);
        assertEquals(DeviceState.FAILED, device.device().state());
        control.shutdown();
    }
}
