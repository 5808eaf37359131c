package org.isobar.device.health;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.isobar.api.device.HealthKeeper;
import org.isobar.common.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the evidence against devices kept with the member's metadata, and gives it back after a restart. What changes a verdict
 * is kept at once; what adds to it, once a minute; what only decays, never. One thread, that of {@link HealthWatch#look}.
 */
public final class HealthKeeping {
    private static final Logger LOG = LoggerFactory.getLogger(HealthKeeping.class);
    private static final byte[] NOTHING = {};
    private static final long PAUSE_MS = TimeUnit.MINUTES.toMillis(1);
    /** Points off the score from which on evidence is worth keeping... */
    private static final double WORTH_POINTS = 5;
    /** ...until it has decayed to so many. */
    private static final double FORGET_POINTS = 2;
    /** Points that evidence must have grown by. */
    private static final double STEP_POINTS = 3;

    private final Clock clock;
    private final Executor thread;
    private final double halfLifeMs;
    private final Map<UUID, KeptHealth> kept = new HashMap<>();
    /** Devices that have not been seen since the start. */
    private final Set<UUID> unseen = new HashSet<>();
    /** Devices of which something is on its way to the metadata. */
    private final Set<UUID> underWay = new HashSet<>();

    private HealthKeeper keeper;

    /**
     * Knows nothing before {@link #recall}, and keeps nothing.
     *
     * @param thread where all is to be called
     */
    public HealthKeeping(final Clock clock, final Executor thread, final HealthSettings settings) {
        this.clock = clock;
        this.thread = thread;
        halfLifeMs = TimeUnit.SECONDS.toMillis(settings.halfLifeS());
    }

    /** What was kept before, and who keeps it from now on. {@link #apply} is to follow for each device. */
    public void recall(final Map<UUID, byte[]> documents, final HealthKeeper by) {
        keeper = by;
        kept.clear();
        documents.forEach((device, document) -> {
            try {
                kept.put(device, KeptHealth.decode(document));
            } catch (final IllegalArgumentException unknown) {
                LOG.warn(
                        "device.evidence-unreadable device={} why=\"{}\" do=\"look at the device; it is trusted anew\"",
                        device,
                        unknown.getMessage());
            }
        });
        unseen.clear();
        unseen.addAll(kept.keySet());
    }

    /** Gives a device back what was kept of it, once; answers whether it was failed, and is therefore to be out. */
    public boolean apply(final UUID device, final HealthRecord record) {
        final KeptHealth before = unseen.remove(device) ? kept.get(device) : null;
        if (before == null) {
            return false;
        }
        record.recall(before.decayed(clock.wallMs(), halfLifeMs));
        if (before.failed()) {
            LOG.error(
                    "device.failed-before device={} why=\"{}\" do=\"replace it, or device:clear when it is mended\"",
                    device,
                    record.outBecause());
        }
        return before.failed();
    }

    /** Keeps what is worth it of all devices. */
    public void look(final Map<UUID, HealthRecord> records) {
        records.forEach(this::look);
    }

    private void look(final UUID device, final HealthRecord record) {
        if (keeper == null || underWay.contains(device)) {
            return;
        }
        final KeptHealth now = record.toKeep();
        final KeptHealth before = kept.get(device);
        if (isWorthKeeping(now, before)) {
            if (isDue(now, before)) {
                keep(device, record, now);
            }
        } else if (before != null) {
            keep(device, record, null);
        }
    }

    private static boolean isWorthKeeping(final KeptHealth now, final KeptHealth before) {
        return now.failed()
                || now.suspect()
                || now.heldOffUntilMs() > 0
                || now.points() >= (before == null ? WORTH_POINTS : FORGET_POINTS);
    }

    private boolean isDue(final KeptHealth now, final KeptHealth before) {
        if (before == null
                || now.failed() != before.failed()
                || now.suspect() != before.suspect()
                || now.heldOffUntilMs() > before.heldOffUntilMs() + PAUSE_MS / 2) {
            return true;
        }
        final KeptHealth left = before.decayed(now.atMs(), halfLifeMs);
        return now.atMs() - before.atMs() >= PAUSE_MS && now.points() >= left.points() + STEP_POINTS;
    }

    private void keep(final UUID device, final HealthRecord record, final KeptHealth what) {
        underWay.add(device);
        keeper.keep(device, what == null ? NOTHING : what.encode())
                .whenComplete((done, failure) -> thread.execute(() -> {
                    underWay.remove(device);
                    if (failure != null) {
                        // The next look tries again.
                        LOG.debug("device.evidence-not-kept device={}", device, failure);
                        return;
                    }
                    if (what == null) {
                        kept.remove(device);
                    } else {
                        kept.put(device, what);
                    }
                    // It may have failed while that waited for it.
                    look(device, record);
                }));
    }

    /** The device is out of the member, and what was kept of it with it. */
    public void forget(final UUID device) {
        kept.remove(device);
        unseen.remove(device);
    }
}
