package org.isobar.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceState;
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
    public void aDeviceThatGoesAgainIsHeldOffUntilItIsCleared() throws Exception {
        final DeviceInfo info = rig.added("a");
        assertEquals("added " + info.uuid(), rig.event());
        final Path inside = rig.scanned.resolve("a");
        final Path outside = folder.getRoot().toPath().resolve("away");
        Files.move(inside, outside);
        assertEquals("lost " + info.uuid(), rig.event());
        Files.move(outside, inside);
        assertEquals("returned " + info.uuid(), rig.event());
        Files.move(inside, outside);
        assertEquals("lost " + info.uuid(), rig.event());
        Files.move(outside, inside);
        rig.scan();
        final DeviceInfo held = rig.infoOf(info);
        assertEquals(DeviceState.MISSING, held.state());
        assertTrue(held.note(), held.note().contains("held off"));
        assertTrue(held.health().heldOffUntilMs() > System.currentTimeMillis());
        final DeviceInfo cleared =
                rig.devices.clear(info.uuid()).toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertEquals("returned " + info.uuid(), rig.event());
        assertEquals(DeviceState.ONLINE, cleared.state());
        assertEquals(0, cleared.health().heldOffUntilMs());
        assertEquals(0, cleared.health().flaps(), 0);
    }

    @Test
    public void clearingAnUnknownDeviceIsRefused() throws Exception {
        try {
            rig.devices.clear(new UUID(1, 2)).toCompletableFuture().get(30, TimeUnit.SECONDS);
            throw new AssertionError("was cleared");
        } catch (final ExecutionException e) {
            assertEquals(StorageException.Code.NOT_FOUND, ((StorageException) e.getCause()).code());
        }
    }
}
