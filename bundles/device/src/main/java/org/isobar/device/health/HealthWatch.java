package org.isobar.device.health;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.BiConsumer;
import org.isobar.api.device.HealthState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the evidence against all devices, side by side. Single-threaded. */
public final class HealthWatch {
    private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);
    /** With fewer peers there is nothing to compare with. */
    private static final int PEERS_MIN = 2;

    private final BiConsumer<HealthRecord, String> failing;

    /**
     * Prepares.
     *
     * @param failing told at each look of each device that should be taken out, and why
     */
    public HealthWatch(final BiConsumer<HealthRecord, String> failing) {
        this.failing = failing;
    }

    /** Looks now. */
    public void look(final Collection<HealthRecord> devices) {
        devices.forEach(HealthRecord::gather);
        for (final HealthRecord device : devices) {
            for (int kind = 0; kind < Counters.KINDS; kind++) {
                device.latency(kind).peers(peersNs(devices, device, kind));
            }
        }
        for (final HealthRecord device : devices) {
            device.compare();
            final HealthState was = device.judge(peersStuck(devices, device));
            tell(device, was);
            if (device.state() == HealthState.FAILED) {
                failing.accept(device, String.join(", ", device.verdict().reasons()));
            }
        }
    }

    /** Median of what the device's peers need now, 0 when too few say. */
    private static double peersNs(final Collection<HealthRecord> devices, final HealthRecord device, final int kind) {
        final double[] means = new double[devices.size()];
        int known = 0;
        for (final HealthRecord peer : devices) {
            if (isPeer(peer, device) && peer.latency(kind).known()) {
                means[known++] = peer.latency(kind).meanNs();
            }
        }
        Arrays.sort(means, 0, known);
        return known < PEERS_MIN ? 0 : means[known / 2];
    }

    /** Whether at least half of a device's peers are stuck as well, so that what is stuck is something they share. */
    private static boolean peersStuck(final Collection<HealthRecord> devices, final HealthRecord device) {
        int peers = 0;
        int stuck = 0;
        for (final HealthRecord peer : devices) {
            if (isPeer(peer, device)) {
                peers++;
                stuck += peer.stuck() ? 1 : 0;
            }
        }
        return peers > 0 && 2 * stuck >= peers;
    }

    private static boolean isPeer(final HealthRecord peer, final HealthRecord device) {
        return peer != device && peer.kind().equals(device.kind());
    }

    private static void tell(final HealthRecord device, final HealthState was) {
        final HealthRules.Verdict verdict = device.verdict();
        if (verdict.state() == was || verdict.state() == HealthState.FAILED) {
            return;
        }
        final String reasons = String.join(", ", verdict.reasons());
        switch (verdict.state()) {
            case SUSPECT ->
                LOG.warn(
                        "device.suspect device={} score={} evidence=\"{}\" do=\"replace it soon; nothing new is put on"
                                + " it\"",
                        device.device(),
                        verdict.score(),
                        reasons);
            case SLOW ->
                LOG.warn(
                        "device.slow device={} score={} read=\"{}\" write=\"{}\" flush=\"{}\" do=\"watch it, look at"
                                + " cable and controller; it stays in use\"",
                        device.device(),
                        verdict.score(),
                        device.info().read(),
                        device.info().write(),
                        device.info().flush());
            default -> LOG.info("device.good device={} score={} was={}", device.device(), verdict.score(), was);
        }
    }
}
