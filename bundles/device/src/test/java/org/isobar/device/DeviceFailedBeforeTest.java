package org.isobar.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthState;
import org.isobar.common.rng.SecureRng;
import org.isobar.common.time.SystemClock;
import org.isobar.device.health.HealthKeeping;
import org.isobar.device.health.HealthRecord;
import org.isobar.device.health.HealthSettings;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;

/** A device that was failed before the member was restarted. */
public class DeviceFailedBeforeTest {
    private static final HealthSettings SETTINGS =
            new HealthSettings(8_000, 24_000, 0, 100, 5_000, 3_600, 8, 100, 10_000, 60_000);

    private final TemporaryFolder folder = new TemporaryFolder();
    private final DeviceRig rig = new DeviceRig(folder);

    @Rule
    public final RuleChain rules = RuleChain.outerRule(folder).around(rig);

    private final Map<UUID, byte[]> kept = new ConcurrentHashMap<>();

    private CompletableFuture<Void> keep(final UUID device, final byte[] evidence) {
        if (evidence.length == 0) {
            kept.remove(device);
        } else {
            kept.put(device, evidence);
        }
        return CompletableFuture.completedFuture(null);
    }

    /** What is kept of a device that failed. */
    private void failed(final UUID device) {
        final HealthRecord record =
                new HealthRecord("d", "file", rig.lanes, new SystemClock(), new SecureRng(), SETTINGS, () -> {});
        record.tookOut("12 failed writes in a row");
        final HealthKeeping keeping = new HealthKeeping(new SystemClock(), Runnable::run, SETTINGS);
        keeping.recall(Map.of(), this::keep);
        keeping.look(Map.of(device, record));
    }

    private void restart() {
        rig.stop();
        rig.start();
    }

    private void recall() throws Exception {
        rig.devices
                .recall(new HashMap<>(kept), this::keep)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private void assertFailed(final DeviceInfo device) {
        final DeviceInfo info = rig.infoOf(device);
        assertEquals(DeviceState.FAILED, info.state());
        assertEquals(HealthState.FAILED, info.health().state());
        assertTrue(info.note(), info.note().matches("failed since .*Z: 12 failed writes in a row; replace it, or .*"));
        assertTrue(
                info.health().reasons().toString(),
                info.health().reasons().get(0).startsWith("failed since "));
    }

    private DeviceInfo addedAndFailed() throws Exception {
        final DeviceInfo info = rig.added("a");
        assertEquals("added " + info.uuid(), rig.event());
        failed(info.uuid());
        return info;
    }

    @Test
    public void isOutAgainAndNotLetInBefore() throws Exception {
        final DeviceInfo info = addedAndFailed();
        restart();
        assertEquals("added " + info.uuid(), rig.event());
        recall();
        assertEquals("lost " + info.uuid(), rig.event());
        assertFailed(info);
        rig.scan();
        rig.scan();
        assertFailed(info);
        assertEquals(1, kept.size());
    }

    @Test
    public void isLetInWhenItIsCleared() throws Exception {
        final DeviceInfo info = addedAndFailed();
        restart();
        recall();
        rig.devices.clear(info.uuid()).toCompletableFuture().get(30, TimeUnit.SECONDS);
        for (int i = 0; i < 100 && rig.infoOf(info).state() != DeviceState.ONLINE; i++) {
            // The file is free once the session of before has closed.
            rig.scan();
        }
        assertEquals(DeviceState.ONLINE, rig.infoOf(info).state());
        assertEquals(HealthState.GOOD, rig.infoOf(info).health().state());
        assertEquals(Map.of(), kept);
    }

    @Test
    public void isNotLetInWhenItTurnsUpLater() throws Exception {
        final DeviceInfo info = addedAndFailed();
        final DeviceInfo other = rig.added("b");
        final Path away =
                Files.move(rig.scanned.resolve("a"), folder.getRoot().toPath().resolve("away"));
        restart();
        assertEquals("added " + other.uuid(), rig.event());
        recall();
        Files.move(away, rig.scanned.resolve("a"));
        rig.scan();
        assertEquals("added " + info.uuid(), rig.event());
        assertFailed(info);
        rig.scan();
        assertFailed(info);
        assertEquals(DeviceState.ONLINE, rig.infoOf(other).state());
    }

    @Test
    public void isForgottenWithTheDevice() throws Exception {
        final DeviceInfo info = rig.added("a");
        recall();
        rig.devices.forget(info.uuid()).toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertEquals(
                List.of(),
                rig.devices.infos().stream()
                        .filter(one -> info.uuid().equals(one.uuid()))
                        .toList());
    }
}
