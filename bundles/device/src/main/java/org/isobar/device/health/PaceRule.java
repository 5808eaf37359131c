package org.isobar.device.health;

import org.isobar.device.health.Evidence.Pace;

/**
 * Tells slow devices: much slower than their peers are now, or much slower than they were themselves and slower than their peers.
 * Slow must last for some looks to count, and so must its end.
 */
final class PaceRule {
    /** Nothing faster is called slow, however fast its peers are. */
    static final double FLOOR_NS = 20e6;
    /** Looks in a row that make a device slow, or not. */
    static final int LOOKS = 3;
    /** A device that became slow must also be so many times slower than its peers. */
    private static final double BEYOND_PEERS = 2;

    private int slowLooks;
    private int usualLooks;

    /** Looks at all kinds of operations of a device. */
    Pace look(final LatencyPast[] kinds, final int factor) {
        boolean slow = false;
        boolean nearly = false;
        for (final LatencyPast kind : kinds) {
            slow |= slow(kind.meanNs(), kind.usualNs(), kind.peersNs(), factor);
            // Halfway back is not back.
            nearly |= slow(2 * kind.meanNs(), kind.usualNs(), kind.peersNs(), factor);
        }
        slowLooks = slow ? Math.min(LOOKS, slowLooks + 1) : 0;
        usualLooks = nearly ? 0 : Math.min(LOOKS, usualLooks + 1);
        if (slowLooks == LOOKS) {
            return Pace.SLOW;
        }
        return usualLooks == LOOKS ? Pace.USUAL : Pace.BETWEEN;
    }

    /** Whether a mean is slow; 0 stands for what is not known. */
    static boolean slow(final double meanNs, final double usualNs, final double peersNs, final int factor) {
        if (meanNs < FLOOR_NS) {
            return false;
        }
        if (peersNs > 0 && meanNs >= factor * peersNs) {
            return true;
        }
        return usualNs > 0 && meanNs >= factor * usualNs && meanNs >= BEYOND_PEERS * peersNs;
    }
}
