package org.isobar.scsi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.volume.VolumeSpace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the nexuses of a unit, once for each crossing, that the space of its volume or pool has crossed a threshold
 * (SBC-4 §4.7.3.7.6). Any lane may call; everything that changes is guarded by this.
 */
final class Thresholds {
    /** Where the catalog keeps what initiators have saved, by the volume's UUID. */
    static final String TOPIC = "scsi.thresholds";

    private static final Logger LOG = LoggerFactory.getLogger(Thresholds.class);

    private final LogicalUnit unit;
    private final UnitServices services;
    private final long setBytes;
    /** Attentions for whoever comes first. */
    private final AtomicInteger waiting = new AtomicInteger();

    private ThresholdModes saved = ThresholdModes.AS_SHIPPED;
    private volatile ThresholdModes current = ThresholdModes.AS_SHIPPED;
    /** What was in force at the last look; null before the first. */
    private final SoftThreshold.Setting[] known = new SoftThreshold.Setting[SoftThreshold.COUNT];

    private boolean knownReporting;
    /** Those that are crossed and were told of. */
    private final boolean[] told = new boolean[SoftThreshold.COUNT];

    Thresholds(final LogicalUnit unit, final UnitServices services) {
        this.unit = unit;
        this.services = services;
        setBytes = SoftThreshold.setBytes(unit.pageBlocks());
    }

    /** Takes up what initiators have saved. */
    synchronized void resume() {
        final byte[] document = services.catalog().all(TOPIC).get(unit.uuid().toString());
        final ThresholdModes kept = document == null ? ThresholdModes.AS_SHIPPED : ThresholdModes.decode(document);
        if (kept == null) {
            LOG.error("scsi.thresholds.unreadable target={} uses=\"those of operators\"", unit.targetName());
        }
        saved = kept == null ? ThresholdModes.AS_SHIPPED : kept;
        current = saved;
    }

    /** Bytes of a threshold set. */
    long setBytes() {
        return setBytes;
    }

    boolean reporting() {
        return current.reporting();
    }

    boolean single() {
        return current.single();
    }

    /** Those in force, one for each of {@link SoftThreshold}. */
    List<SoftThreshold.Setting> settings(final VolumeSpace space) {
        return settings(current, space);
    }

    /** Those that a reset brings back. */
    synchronized ThresholdModes saved() {
        return saved;
    }

    List<SoftThreshold.Setting> settings(final ThresholdModes modes, final VolumeSpace space) {
        final List<SoftThreshold.Setting> all = new ArrayList<>();
        for (final SoftThreshold threshold : SoftThreshold.values()) {
            all.add(modes.settings().get(threshold.index()).orElseGet(() -> threshold.operators(space, setBytes)));
        }
        return all;
    }

    /** The modes in which these values are in force; those that are as operators have them stay so when that changes. */
    ThresholdModes modes(final ModeValues values, final VolumeSpace space) {
        final List<Optional<SoftThreshold.Setting>> set = new ArrayList<>();
        for (final SoftThreshold threshold : SoftThreshold.values()) {
            final SoftThreshold.Setting wanted = values.thresholds().get(threshold.index());
            set.add(Optional.of(wanted).filter(one -> !one.equals(threshold.operators(space, setBytes))));
        }
        return new ThresholdModes(values.reporting(), values.single(), set);
    }

    /** Keeps modes; they are what a reset brings back once the stage completes. */
    CompletionStage<Void> save(final ThresholdModes modes) {
        return services.put(TOPIC, unit.uuid().toString(), modes.encode()).thenRun(() -> {
            synchronized (this) {
                saved = modes;
            }
        });
    }

    /** An initiator has set them so. */
    void select(final ThresholdModes modes) {
        current = modes;
        look(unit.volume().space(), false);
    }

    void reset() {
        select(saved());
    }

    /** The volume is no more. */
    void forget() {
        if (services.catalog().all(TOPIC).containsKey(unit.uuid().toString())) {
            services.remove(TOPIC, unit.uuid().toString());
        }
    }

    /** The space may have changed, or what operators want to hear of. */
    void look(final VolumeSpace space) {
        look(space, true);
    }

    /**
     * Looks at all thresholds. One that was moved is told of anew. The first look tells of nothing: who logs in hears of
     * the power-on.
     *
     * @param moved whether nexuses are told when thresholds are not where they were: an initiator did not do it
     */
    private synchronized void look(final VolumeSpace space, final boolean moved) {
        final boolean first = known[0] == null;
        final SoftThreshold.Setting[] now = settings(space).toArray(SoftThreshold.Setting[]::new);
        final boolean anew = knownReporting != reporting();
        if (!first && moved && !Arrays.equals(known, now)) {
            unit.nexuses().raise(UnitAttention.MODE_CHANGED, null);
        }
        for (final SoftThreshold threshold : SoftThreshold.values()) {
            final int at = threshold.index();
            if (anew || !now[at].equals(known[at]) || threshold.rearmed(now[at], space, setBytes)) {
                told[at] = false;
            }
            known[at] = now[at];
            if (!told[at] && reporting() && now[at].enabled() && threshold.reached(now[at], space, setBytes)) {
                told[at] = true;
                if (!first) {
                    tell(threshold);
                }
            }
        }
        knownReporting = reporting();
    }

    private void tell(final SoftThreshold threshold) {
        LOG.info("scsi.threshold.reached target={} threshold={} single={}", unit.targetName(), threshold, single());
        if (single()) {
            waiting.getAndUpdate(bits -> bits | threshold.attention().bit());
        } else {
            unit.nexuses().raise(threshold.attention(), null);
        }
    }

    /** A command came through a nexus that can be told: it is the one for what waits for whoever comes first. */
    void handTo(final Nexus nexus) {
        if (waiting.get() != 0) {
            nexus.raise(waiting.getAndSet(0));
        }
    }

    /** Whether {@code settings} may be set; else the threshold that may not. */
    Optional<SoftThreshold> unacceptable(final List<SoftThreshold.Setting> settings) {
        return Arrays.stream(SoftThreshold.values())
                .filter(threshold -> !threshold.accepts(
                        settings.get(threshold.index()), unit.volume().sizeBytes(), setBytes))
                .findFirst();
    }
}
