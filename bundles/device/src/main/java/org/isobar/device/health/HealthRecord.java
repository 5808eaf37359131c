package org.isobar.device.health;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.isobar.api.device.HealthInfo;
import org.isobar.api.device.HealthState;
import org.isobar.api.device.SmartInfo;
import org.isobar.common.lane.Lanes;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;
import org.isobar.device.health.Evidence.Pace;
import org.isobar.device.health.HealthRules.Verdict;

/**
 * All that is known of one device's health. The evidence is kept and judged by one thread, the one that calls
 * {@link HealthWatch#look}; the picture may be taken by any.
 */
public final class HealthRecord {
    private static final double ROUND = 10.0;

    private final String device;
    private final String kind;
    private final Clock clock;
    private final HealthSettings settings;
    private final Rng rng;
    private final IoWatch io;
    private final HealthRules rules;

    private final LatencyPast[] latency = new LatencyPast[Counters.KINDS];
    private final PaceRule paceRule = new PaceRule();
    private final Decaying readErrors;
    private final Decaying writeErrors;
    private final Decaying timeouts;
    private final Decaying retries;
    private final Decaying corrected;
    private final Decaying flaps;
    private long[] before = new long[Counters.SIZE];
    private long[] now = new long[Counters.SIZE];
    private long correctedBefore;
    private long lookedNs;
    private boolean out;
    private long outSinceMs;
    private String outWhy = "";
    private boolean overdue;
    private double newTimeouts;
    private Pace pace = Pace.USUAL;
    private volatile String refusedBecause = "";
    private SmartInfo smart = SmartInfo.unavailable("not asked yet");
    private long heldOffUntilNs;
    private boolean heldOff;
    private volatile Verdict verdict = new Verdict(HealthState.GOOD, 100, List.of());
    private volatile HealthInfo picture = HealthInfo.UNKNOWN;

    /**
     * Nothing against it so far.
     *
     * @param device how the log names it
     * @param kind devices of one kind are peers, e.g. {@code flash}
     * @param urgent told, on some lane, when the evidence should be looked at now
     */
    public HealthRecord(
            final String device,
            final String kind,
            final Lanes lanes,
            final Clock clock,
            final Rng rng,
            final HealthSettings settings,
            final Runnable urgent) {
        this.device = device;
        this.kind = kind;
        this.clock = clock;
        this.rng = rng;
        this.settings = settings;
        io = new IoWatch(lanes, clock, settings, urgent);
        rules = new HealthRules(settings.writeErrorLimit());
        for (int i = 0; i < latency.length; i++) {
            latency[i] = new LatencyPast(i);
        }
        readErrors = decaying();
        writeErrors = decaying();
        timeouts = decaying();
        retries = decaying();
        corrected = decaying();
        flaps = decaying();
        lookedNs = clock.nanoTime();
    }

    private Decaying decaying() {
        return new Decaying(TimeUnit.SECONDS.toNanos(settings.halfLifeS()));
    }

    /** What its requests go through. */
    public IoWatch io() {
        return io;
    }

    /** The verdict. Any thread. */
    public HealthState state() {
        return verdict.state();
    }

    /** The present picture. Any thread. */
    public HealthInfo info() {
        return picture;
    }

    String device() {
        return device;
    }

    String kind() {
        return kind;
    }

    LatencyPast latency(final int of) {
        return latency[of];
    }

    /** Whether operations are under way beyond the time-out. */
    boolean stuck() {
        return now[Counters.STUCK] > 0;
    }

    /** What the device says of itself. */
    public void smart(final SmartInfo said) {
        smart = said;
        paint();
    }

    /** What it said last. */
    public SmartInfo smart() {
        return smart;
    }

    /** The device was there and is not any more: from the second time on it is held off for a while. */
    public void wentAway() {
        gather();
        flaps.add(1);
        final long pauseNs = HoldOff.pauseNs(flaps.value(), settings, rng.nextLong());
        heldOff = pauseNs > 0;
        heldOffUntilNs = clock.nanoTime() + pauseNs;
        judge(false);
    }

    /** The device serves again; one that was failed is another now, or has been moved, and begins anew. */
    public void cameBack() {
        if (out) {
            clear();
        }
    }

    /** The device does not serve: what it still has under way beyond the limit ends for those who wait for it. */
    public void giveUpOverdue() {
        if (io.takeOverLimit()) {
            io.giveUpAll();
        }
    }

    /** Nanoseconds for which it must not be let in yet, 0 when it may. */
    public long heldOffNs() {
        final long leftNs = heldOff ? heldOffUntilNs - clock.nanoTime() : 0;
        if (heldOff && leftNs <= 0) {
            heldOff = false;
            paint();
        }
        return Math.max(0, leftNs);
    }

    /**
     * The device is failed: it stays so until {@link #clear}.
     *
     * @param why the evidence, for people
     */
    public void tookOut(final String why) {
        out = true;
        outSinceMs = clock.wallMs();
        outWhy = why;
        refusedBecause = "";
        judge(false);
    }

    /** Since when and why it is failed, for people; empty when it is not. */
    public String outBecause() {
        return out
                ? "failed since " + Instant.ofEpochMilli(outSinceMs).truncatedTo(ChronoUnit.SECONDS) + ": " + outWhy
                : "";
    }

    /** What is to be kept over a restart. */
    KeptHealth toKeep() {
        final long leftNs = heldOff ? heldOffUntilNs - clock.nanoTime() : 0;
        return new KeptHealth(
                clock.wallMs(),
                verdict.state() == HealthState.SUSPECT,
                out ? outSinceMs : 0,
                out ? outWhy : "",
                leftNs > 0 ? clock.wallMs() + TimeUnit.NANOSECONDS.toMillis(leftNs) : 0,
                readErrors.value(),
                writeErrors.value(),
                timeouts.value(),
                retries.value(),
                corrected.value(),
                flaps.value());
    }

    /** Adds what was kept before a restart. */
    void recall(final KeptHealth before) {
        gather();
        readErrors.add(before.readErrors());
        writeErrors.add(before.writeErrors());
        timeouts.add(before.timeouts());
        retries.add(before.retries());
        corrected.add(before.corrected());
        flaps.add(before.flaps());
        if (before.suspect()) {
            verdict = new Verdict(HealthState.SUSPECT, verdict.score(), verdict.reasons());
        }
        if (before.failed()) {
            out = true;
            outSinceMs = before.failedSinceMs();
            outWhy = before.why();
        }
        final long leftMs = before.heldOffUntilMs() - clock.wallMs();
        if (leftMs > 0) {
            heldOff = true;
            heldOffUntilNs =
                    clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(leftMs, settings.holdOffMaxMs()));
        }
        judge(false);
    }

    /** Notes why it was not taken out; answers whether that is news. */
    public boolean refused(final String because) {
        final boolean news = !because.equals(refusedBecause);
        refusedBecause = because;
        return news;
    }

    /** What needs the device though it fails, else empty. Any thread. */
    public String needed() {
        return refusedBecause;
    }

    /** Forgets all evidence, after the device was mended. */
    public void clear() {
        io.sums(now);
        System.arraycopy(now, 0, before, 0, now.length);
        io.forgetRow();
        io.takeOverLimit();
        correctedBefore = io.corrected();
        for (final Decaying count : List.of(readErrors, writeErrors, timeouts, retries, corrected, flaps)) {
            count.clear();
        }
        for (final LatencyPast one : latency) {
            one.clear();
        }
        pace = Pace.USUAL;
        overdue = false;
        out = false;
        heldOff = false;
        refusedBecause = "";
        judge(false);
    }

    /** Takes in what was counted since the last time. */
    void gather() {
        final long nowNs = clock.nanoTime();
        final long passedNs = Math.max(0, nowNs - lookedNs);
        lookedNs = nowNs;
        io.sums(now);
        for (final LatencyPast one : latency) {
            one.take(before, now, passedNs);
        }
        take(readErrors, Counters.READ_ERRORS, passedNs);
        take(writeErrors, Counters.WRITE_ERRORS, passedNs);
        take(timeouts, Counters.TIMEOUTS, passedNs);
        newTimeouts = (double) now[Counters.TIMEOUTS] - before[Counters.TIMEOUTS];
        take(retries, Counters.RETRIES, passedNs);
        corrected.pass(passedNs);
        corrected.add((double) io.corrected() - correctedBefore);
        correctedBefore = io.corrected();
        flaps.pass(passedNs);
        // It may have ended since.
        overdue = io.takeOverLimit() && stuck();
        System.arraycopy(now, 0, before, 0, now.length);
    }

    private void take(final Decaying count, final int counter, final long passedNs) {
        count.pass(passedNs);
        count.add((double) now[counter] - before[counter]);
    }

    /** Compares its pace, after all peers have gathered. */
    void compare() {
        pace = paceRule.look(latency, settings.slowFactor());
    }

    /**
     * Draws the conclusion; answers the state before it.
     *
     * @param peersStuck whether its peers are stuck as well: then its new time-outs are not held against it
     */
    HealthState judge(final boolean peersStuck) {
        if (peersStuck) {
            timeouts.add(-newTimeouts);
        }
        newTimeouts = 0;
        final HealthState was = verdict.state();
        HealthState basis = was;
        if (out) {
            basis = HealthState.FAILED;
        } else if (was == HealthState.FAILED) {
            // Not taken out: what it is now is for the evidence to say.
            basis = HealthState.SUSPECT;
        }
        verdict = rules.judge(new Evidence(
                basis,
                readErrors.value(),
                writeErrors.value(),
                io.writeErrorsInARow(),
                timeouts.value(),
                retries.value(),
                corrected.value(),
                flaps.value(),
                overdue,
                peersStuck,
                pace,
                smart.available() && !smart.passed()));
        if (out) {
            verdict = new Verdict(HealthState.FAILED, 0, List.of(outBecause()));
        } else if (verdict.state() != HealthState.FAILED) {
            refusedBecause = "";
        }
        paint();
        return was;
    }

    Verdict verdict() {
        return verdict;
    }

    private void paint() {
        final Verdict said = verdict;
        picture = new HealthInfo(
                said.state(),
                said.score(),
                said.reasons(),
                rounded(readErrors),
                rounded(writeErrors),
                rounded(timeouts),
                rounded(retries),
                rounded(corrected),
                rounded(flaps),
                io.lateEnds(),
                (int) now[Counters.STUCK],
                latency[Counters.READ].picture(),
                latency[Counters.WRITE].picture(),
                latency[Counters.FLUSH].picture(),
                heldOff ? clock.wallMs() + TimeUnit.NANOSECONDS.toMillis(heldOffUntilNs - clock.nanoTime()) : 0,
                smart);
    }

    private static double rounded(final Decaying count) {
        return Math.round(count.value() * ROUND) / ROUND;
    }
}
