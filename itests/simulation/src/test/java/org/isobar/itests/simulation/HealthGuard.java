package org.isobar.itests.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthKeeper;
import org.isobar.api.device.HealthState;
import org.isobar.device.health.HealthKeeping;
import org.isobar.device.health.HealthRecord;
import org.isobar.device.health.HealthSettings;
import org.isobar.device.health.HealthWatch;
import org.isobar.testkit.SimDevices;
import org.isobar.testkit.Simulation;

/**
 * Does for simulated devices what the device bundle does for real ones: has the evidence looked at, takes out what fails and
 * nobody needs, and holds off what comes and goes. One for each process.
 */
final class HealthGuard {
    static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

    private static final int LOOK_MS = 1_000;
    private static final HealthSettings SETTINGS =
            new HealthSettings(20_000, 60_000, 2, 100, LOOK_MS, 3_600, 8, 16, 1_000, 60_000);

    private final Simulation sim;
    private final Map<UUID, HealthRecord> records = new TreeMap<>();
    private final HealthWatch watch = new HealthWatch(this::failing);
    private final HealthKeeping keeping;
    private SimDevices directory;
    private int takenOut;
    private boolean tookOne;

    HealthGuard(final Simulation sim) {
        this.sim = sim;
        keeping = new HealthKeeping(sim.clock(), sim.lanes().control(), SETTINGS);
    }

    Device guard(final Device device) {
        final HealthRecord record = new HealthRecord(
                device.uuid().toString(), "simulated", sim.lanes(), sim.clock(), sim.rng(), SETTINGS, () -> {});
        records.put(device.uuid(), record);
        return new GuardedDevice(device, record);
    }

    void start(final SimDevices of) {
        directory = of;
        of.onRecall(this::recall);
        look();
    }

    private void recall(final Map<UUID, byte[]> kept, final HealthKeeper keeper) {
        keeping.recall(kept, keeper);
        records.forEach((uuid, record) -> {
            if (keeping.apply(uuid, record) && serves(uuid)) {
                directory.lose(uuid);
            }
        });
    }

    private void look() {
        tookOne = false;
        watch.look(records.entrySet().stream()
                .filter(entry -> serves(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList());
        records.forEach((uuid, record) -> {
            if (!serves(uuid)) {
                record.giveUpOverdue();
            }
        });
        keeping.look(records);
        sim.lanes().control().schedule(this::look, TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
    }

    private boolean serves(final UUID uuid) {
        return directory
                .find(uuid)
                .filter(device -> device.state() == DeviceState.ONLINE)
                .isPresent();
    }

    private void failing(final HealthRecord record, final String why) {
        final UUID uuid = records.entrySet().stream()
                .filter(entry -> entry.getValue() == record)
                .findFirst()
                .orElseThrow()
                .getKey();
        // What the next one is needed for shows only when this one is known to be gone.
        if (!tookOne && directory.needs(uuid).isEmpty()) {
            tookOne = true;
            record.tookOut(why);
            directory.lose(uuid);
            record.io().giveUpAll();
            takenOut++;
        }
    }

    /** A device is pulled. */
    void pull(final UUID uuid) {
        directory.lose(uuid);
        records.get(uuid).wentAway();
    }

    /** A device is there again: it is let in at once, or when it was held off long enough. */
    void plug(final UUID uuid) {
        final long pauseNs = records.get(uuid).heldOffNs();
        if (pauseNs == 0) {
            directory.comeBack(uuid);
        } else {
            sim.lanes().control().schedule(() -> plug(uuid), pauseNs);
        }
    }

    /** A failed device was mended, and nothing of what it had under way is left. */
    void mend(final UUID uuid) {
        records.get(uuid).clear();
        directory.comeBack(uuid);
    }

    /** Requests of a device that were given up and that it has not ended yet. */
    long outstanding(final UUID uuid) {
        return records.get(uuid).io().outstanding();
    }

    HealthState health(final UUID uuid) {
        return records.get(uuid).state();
    }

    /** Devices that were taken out on evidence. */
    int takenOut() {
        return takenOut;
    }

    /** Devices that are taken out now. */
    List<UUID> out() {
        return records.entrySet().stream()
                .filter(entry -> entry.getValue().state() == HealthState.FAILED && !serves(entry.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }
}
