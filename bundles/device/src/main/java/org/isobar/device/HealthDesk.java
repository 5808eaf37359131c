package org.isobar.device;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.isobar.common.lane.Lanes;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;
import org.isobar.device.health.HealthKeeping;
import org.isobar.device.health.HealthRecord;
import org.isobar.device.health.HealthSettings;
import org.isobar.device.health.HealthWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the health records of this member's devices, has them looked at, and asks whether one that fails can be done without.
 * Owned by the control thread.
 */
final class HealthDesk {
    private static final Logger LOG = LoggerFactory.getLogger(HealthDesk.class);

    private final Lanes lanes;
    private final Clock clock;
    private final Rng rng;
    private final HealthSettings settings;
    private final Executor control;
    private final DeviceEvents events;
    private final HealthKeeping keeping;
    private final AtomicBoolean lookQueued = new AtomicBoolean();
    /**
     * Whether an answer is awaited. One at a time: of two that fail together each could be done without, but not both, and who is
     * asked hears that the first is gone before the question about the second.
     */
    private boolean asking;

    HealthDesk(
            final Lanes lanes,
            final Clock clock,
            final Rng rng,
            final HealthSettings settings,
            final Executor control,
            final DeviceEvents events) {
        this.lanes = lanes;
        this.clock = clock;
        this.rng = rng;
        this.settings = settings;
        this.control = control;
        this.events = events;
        keeping = new HealthKeeping(clock, control, settings);
    }

    /** What outlives the process. */
    HealthKeeping keeping() {
        return keeping;
    }

    /** Has kept what is worth it. */
    void keep(final Map<UUID, KnownDevice> known) {
        final Map<UUID, HealthRecord> records = new HashMap<>();
        known.forEach((uuid, device) -> records.put(uuid, device.health()));
        keeping.look(records);
    }

    /**
     * A record for a device.
     *
     * @param kind devices of one kind are peers
     * @param look looks at all evidence; run by the control thread
     */
    HealthRecord open(final UUID uuid, final String kind, final Runnable look) {
        return new HealthRecord(uuid.toString(), kind, lanes, clock, rng, settings, () -> lookSoon(look));
    }

    private void lookSoon(final Runnable look) {
        if (lookQueued.compareAndSet(false, true)) {
            control.execute(() -> {
                lookQueued.set(false);
                look.run();
            });
        }
    }

    /**
     * Looks at the evidence.
     *
     * @param takeOut takes a device out that fails and that nobody needs; run by the control thread
     */
    void look(final Collection<KnownDevice> known, final BiConsumer<KnownDevice, String> takeOut) {
        final Map<HealthRecord, KnownDevice> online = new HashMap<>();
        final List<HealthRecord> records = new ArrayList<>();
        for (final KnownDevice device : known) {
            if (device.online()) {
                online.put(device.health(), device);
                records.add(device.health());
            } else {
                device.health().giveUpOverdue();
            }
        }
        new HealthWatch((record, why) -> ask(online.get(record), why, takeOut)).look(records);
    }

    private void ask(final KnownDevice device, final String why, final BiConsumer<KnownDevice, String> takeOut) {
        if (asking) {
            return;
        }
        asking = true;
        events.needs(device.device())
                .thenAcceptAsync(
                        need -> {
                            asking = false;
                            if (!device.online()) {
                                return;
                            }
                            if (need.isEmpty()) {
                                takeOut.accept(device, why);
                            } else {
                                keep(device, why, need);
                            }
                        },
                        control)
                .exceptionally(failure -> {
                    asking = false;
                    LOG.error("device.fail.failed device={}", device.device().uuid(), failure);
                    return null;
                });
    }

    private static void keep(final KnownDevice device, final String why, final String need) {
        if (device.health().refused(need)) {
            LOG.error(
                    "device.failing device={} path={} evidence=\"{}\" kept=\"{}\" do=\"bring redundancy back, then"
                            + " replace it\"",
                    device.device().uuid(),
                    device.path(),
                    why,
                    need);
        }
    }
}
