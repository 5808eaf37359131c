package org.isobar.device.health;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.device.HealthState;

/**
 * What follows from the evidence against a device. Pure.
 *
 * <p>A device that went away twice is suspect: what is put on it would have to be moved again.
 *
 * <p>The score begins at 100; each kind of evidence takes points off for each event, but not more than it may alone. Latency,
 * retries, flaps, mended blocks and what the device says of itself can make a device suspect between them, never failed: that
 * takes errors or time-outs, which are the ones that initiators would feel.
 */
final class HealthRules {
    private static final int SCORE_MAX = 100;
    /** Below this a device is suspect... */
    static final int SUSPECT_BELOW = 50;
    /** ...until it is at least here again. */
    static final int TRUSTED_FROM = 70;
    /** From here down a device with errors or time-outs is failed. */
    static final int FAILED_TO = 10;

    private static final int SLOW_POINTS = 25;
    private static final int SMART_POINTS = 60;
    /** An event that has decayed to less is not spoken of. */
    private static final double WORTH_SAYING = 0.05;

    private static final double TENTHS = 10;
    /** Errors and time-outs that it takes at least. */
    private static final double HARD_EVENTS_MIN = 3;

    private final int writeErrorLimit;

    HealthRules(final int writeErrorLimit) {
        this.writeErrorLimit = writeErrorLimit;
    }

    /** Points off for each event of a kind, and the most it may take off alone. */
    private enum Kind {
        READ_ERRORS("failed reads", 4, 60),
        WRITE_ERRORS("failed writes", 6, 60),
        TIMEOUTS("time-outs", 8, 60),
        RETRIES("repeated reads", 0.5, 30),
        CORRECTED("mended blocks", 0.5, 40),
        FLAPS("times gone", 26, 55);

        private final String words;
        private final double points;
        private final int pointsMax;

        Kind(final String words, final double points, final int pointsMax) {
            this.words = words;
            this.points = points;
            this.pointsMax = pointsMax;
        }

        private double points(final double events) {
            return Math.min(pointsMax, events * points);
        }
    }

    /** A verdict and its reasons, for people. */
    record Verdict(HealthState state, int score, List<String> reasons) {}

    Verdict judge(final Evidence seen) {
        final List<String> reasons = new ArrayList<>();
        final boolean failed = seen.state() == HealthState.FAILED || mustFail(seen, reasons);
        double points = 0;
        points += points(Kind.READ_ERRORS, seen.readErrors(), reasons);
        points += points(Kind.WRITE_ERRORS, seen.writeErrors(), reasons);
        points += points(Kind.TIMEOUTS, seen.timeouts(), reasons);
        points += points(Kind.RETRIES, seen.retries(), reasons);
        points += points(Kind.CORRECTED, seen.corrected(), reasons);
        points += points(Kind.FLAPS, seen.flaps(), reasons);
        final boolean slow = slow(seen);
        if (slow) {
            points += SLOW_POINTS;
            reasons.add("slow");
        }
        if (seen.smartFailing()) {
            points += SMART_POINTS;
            reasons.add("says itself that it fails");
        }
        final int score = failed ? 0 : (int) Math.max(0, Math.round(SCORE_MAX - points));
        final double hard = seen.readErrors() + seen.writeErrors() + seen.timeouts();
        return new Verdict(state(seen.state(), failed, score, hard, slow), score, List.copyOf(reasons));
    }

    /** Points that counts take off the score, all others apart. */
    static double points(
            final double readErrors,
            final double writeErrors,
            final double timeouts,
            final double retries,
            final double corrected,
            final double flaps) {
        return Kind.READ_ERRORS.points(readErrors)
                + Kind.WRITE_ERRORS.points(writeErrors)
                + Kind.TIMEOUTS.points(timeouts)
                + Kind.RETRIES.points(retries)
                + Kind.CORRECTED.points(corrected)
                + Kind.FLAPS.points(flaps);
    }

    private boolean mustFail(final Evidence seen, final List<String> reasons) {
        if (seen.writeErrorsInARow() >= writeErrorLimit) {
            reasons.add(seen.writeErrorsInARow() + " failed writes in a row");
        }
        if (seen.overdue() && !seen.peersStuck()) {
            reasons.add("an operation over the limit");
        }
        return !reasons.isEmpty();
    }

    private static double points(final Kind kind, final double events, final List<String> reasons) {
        if (events >= WORTH_SAYING) {
            reasons.add(kind.words + " " + Math.round(events * TENTHS) / TENTHS);
        }
        return kind.points(events);
    }

    private static boolean slow(final Evidence seen) {
        return switch (seen.latency()) {
            case SLOW -> true;
            case BETWEEN -> seen.state() == HealthState.SLOW;
            case USUAL -> false;
        };
    }

    private static HealthState state(
            final HealthState before, final boolean failed, final int score, final double hard, final boolean slow) {
        if (failed || (score <= FAILED_TO && hard >= HARD_EVENTS_MIN)) {
            return HealthState.FAILED;
        }
        if (score < SUSPECT_BELOW || (before == HealthState.SUSPECT && score < TRUSTED_FROM)) {
            return HealthState.SUSPECT;
        }
        return slow ? HealthState.SLOW : HealthState.GOOD;
    }
}
