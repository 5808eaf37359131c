package org.isobar.device.health;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.concurrent.TimeUnit;
import org.isobar.device.health.Evidence.Pace;
import org.junit.Test;

public class PaceRuleTest {
    private static final int FACTOR = 8;
    private static final double MS = 1e6;
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(5);

    private final LatencyPast past = new LatencyPast(Counters.READ);
    private final LatencyPast[] kinds = {past};
    private final PaceRule rule = new PaceRule();

    @Test
    public void slowAgainstPeers() {
        assertFalse(PaceRule.slow(79 * MS, 0, 10 * MS, FACTOR));
        assertTrue(PaceRule.slow(80 * MS, 0, 10 * MS, FACTOR));
    }

    @Test
    public void slowAgainstItsOwnPastWhenPeersAreNotAsSlow() {
        assertTrue(PaceRule.slow(80 * MS, 10 * MS, 0, FACTOR));
        assertTrue(PaceRule.slow(80 * MS, 10 * MS, 40 * MS, FACTOR));
        assertFalse("all have become slow", PaceRule.slow(80 * MS, 10 * MS, 41 * MS, FACTOR));
        assertFalse(PaceRule.slow(79 * MS, 10 * MS, 0, FACTOR));
    }

    @Test
    public void fastIsNeverSlow() {
        assertFalse(PaceRule.slow(19 * MS, 0.01 * MS, 0.01 * MS, FACTOR));
        assertTrue(PaceRule.slow(20 * MS, 0.01 * MS, 0.01 * MS, FACTOR));
    }

    @Test
    public void nothingKnownIsNotSlow() {
        assertFalse(PaceRule.slow(0, 0, 0, FACTOR));
        assertFalse(PaceRule.slow(500 * MS, 0, 0, FACTOR));
    }

    @Test
    public void slowMustLastAndSoMustItsEnd() {
        past.peers(1 * MS);
        feed(100, 100 * MS);
        assertEquals(Pace.BETWEEN, rule.look(kinds, FACTOR));
        assertEquals(Pace.BETWEEN, rule.look(kinds, FACTOR));
        assertEquals(Pace.SLOW, rule.look(kinds, FACTOR));
        assertEquals(Pace.SLOW, rule.look(kinds, FACTOR));
        for (int i = 0; i < 60; i++) {
            feed(100, 1 * MS);
        }
        assertEquals(Pace.BETWEEN, rule.look(kinds, FACTOR));
        assertEquals(Pace.BETWEEN, rule.look(kinds, FACTOR));
        assertEquals(Pace.USUAL, rule.look(kinds, FACTOR));
    }

    @Test
    public void oneSlowLookIsForgotten() {
        past.peers(1 * MS);
        feed(100, 100 * MS);
        rule.look(kinds, FACTOR);
        rule.look(kinds, FACTOR);
        past.clear();
        assertEquals(Pace.BETWEEN, rule.look(kinds, FACTOR));
        past.peers(1 * MS);
        feed(100, 100 * MS);
        assertEquals(Pace.BETWEEN, rule.look(kinds, FACTOR));
    }

    @Test
    public void aDeviceThatIsNoLongerAskedIsUsualAgain() {
        past.peers(1 * MS);
        feed(100, 100 * MS);
        for (int i = 0; i < PaceRule.LOOKS; i++) {
            rule.look(kinds, FACTOR);
        }
        Pace pace = Pace.SLOW;
        for (int i = 0; i < 30; i++) {
            feed(0, 0);
            pace = rule.look(kinds, FACTOR);
        }
        assertEquals(Pace.USUAL, pace);
    }

    @Test
    public void meanHighShareAndPastAreKept() {
        for (int i = 0; i < 100; i++) {
            feed(100, 2 * MS);
        }
        assertTrue(past.known());
        assertEquals(2 * MS, past.meanNs(), 1);
        assertEquals(2 * MS, past.usualNs(), 1);
        final long[] before = new long[Counters.SIZE];
        final long[] now = new long[Counters.SIZE];
        now[Counters.bucket(Counters.READ, LatencyScale.bucket((long) (64 * MS)))] = 20;
        now[Counters.sum(Counters.READ)] = (long) (20 * 64 * MS);
        past.take(before, now, 0);
        assertTrue(
                "" + past.picture(),
                past.picture().p99Us() >= 64_000 && past.picture().p99Us() <= 81_920);
        assertTrue(past.usualNs() < 3 * MS);
    }

    private void feed(final long count, final double ns) {
        final long[] before = new long[Counters.SIZE];
        final long[] now = new long[Counters.SIZE];
        now[Counters.bucket(Counters.READ, LatencyScale.bucket((long) ns))] = count;
        now[Counters.sum(Counters.READ)] = (long) (count * ns);
        past.take(before, now, LOOK_NS);
    }
}
