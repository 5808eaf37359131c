package org.isobar.device.health;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.isobar.api.device.HealthState;
import org.isobar.device.health.Evidence.Pace;
import org.isobar.device.health.HealthRules.Verdict;
import org.junit.Test;

public class HealthRulesTest {
    private static final int ROW_LIMIT = 16;
    private final HealthRules rules = new HealthRules(ROW_LIMIT);

    private HealthState state = HealthState.GOOD;
    private double readErrors;
    private double writeErrors;
    private int row;
    private double timeouts;
    private double retries;
    private double corrected;
    private double flaps;
    private boolean overdue;
    private boolean peersStuck;
    private Pace pace = Pace.USUAL;
    private boolean smart;

    private Verdict judge() {
        return rules.judge(new Evidence(
                state,
                readErrors,
                writeErrors,
                row,
                timeouts,
                retries,
                corrected,
                flaps,
                overdue,
                peersStuck,
                pace,
                smart));
    }

    @Test
    public void nothingAgainstItIsGood() {
        final Verdict verdict = judge();
        assertEquals(HealthState.GOOD, verdict.state());
        assertEquals(100, verdict.score());
        assertTrue(verdict.reasons().isEmpty());
    }

    @Test
    public void eachKindOfEvidenceCostsPointsAndIsNamed() {
        readErrors = 1;
        assertEquals(96, judge().score());
        assertEquals("[failed reads 1.0]", judge().reasons().toString());
        readErrors = 0;
        writeErrors = 1;
        assertEquals(94, judge().score());
        writeErrors = 0;
        timeouts = 1;
        assertEquals(92, judge().score());
        timeouts = 0;
        retries = 2;
        assertEquals(99, judge().score());
        retries = 0;
        corrected = 2;
        assertEquals(99, judge().score());
        corrected = 0;
        flaps = 1;
        assertEquals(74, judge().score());
        flaps = 0;
        smart = true;
        assertEquals(40, judge().score());
        assertEquals("[says itself that it fails]", judge().reasons().toString());
    }

    @Test
    public void noKindTakesOffMoreThanItMay() {
        retries = 1e9;
        assertEquals(70, judge().score());
        retries = 0;
        corrected = 1e9;
        assertEquals(60, judge().score());
        corrected = 0;
        flaps = 1e9;
        assertEquals(45, judge().score());
        flaps = 0;
        readErrors = 1e9;
        assertEquals(40, judge().score());
        assertEquals(HealthState.SUSPECT, judge().state());
    }

    @Test
    public void decayedEventsAreNotSpokenOf() {
        readErrors = 0.04;
        assertTrue(judge().reasons().isEmpty());
        readErrors = 0.05;
        assertEquals(1, judge().reasons().size());
    }

    @Test
    public void suspectBelowItsThresholdAndNotBeforeTheOtherIsReached() {
        // 4 points each.
        readErrors = 12.5;
        assertEquals(50, judge().score());
        assertEquals(HealthState.GOOD, judge().state());
        readErrors = 12.9;
        assertEquals(HealthState.SUSPECT, judge().state());
        state = HealthState.SUSPECT;
        readErrors = 12;
        assertEquals(HealthState.SUSPECT, judge().state());
        readErrors = 7.7;
        assertEquals(69, judge().score());
        assertEquals(HealthState.SUSPECT, judge().state());
        readErrors = 7.5;
        assertEquals(70, judge().score());
        assertEquals(HealthState.GOOD, judge().state());
    }

    @Test
    public void slowWarnsAndIsNothingElse() {
        pace = Pace.SLOW;
        assertEquals(HealthState.SLOW, judge().state());
        assertEquals(75, judge().score());
        state = HealthState.SLOW;
        pace = Pace.BETWEEN;
        assertEquals(HealthState.SLOW, judge().state());
        pace = Pace.USUAL;
        assertEquals(HealthState.GOOD, judge().state());
        state = HealthState.GOOD;
        pace = Pace.BETWEEN;
        assertEquals(HealthState.GOOD, judge().state());
    }

    @Test
    public void nothingFailsADeviceWithoutErrorsOrTimeouts() {
        for (final HealthState before : new HealthState[] {HealthState.GOOD, HealthState.SLOW, HealthState.SUSPECT}) {
            state = before;
            pace = Pace.SLOW;
            smart = true;
            retries = 1e9;
            corrected = 1e9;
            flaps = 1e9;
            assertEquals(0, judge().score());
            assertEquals(HealthState.SUSPECT, judge().state());
        }
    }

    @Test
    public void aDeviceThatWentAwayTwiceIsSuspect() {
        flaps = 1;
        assertEquals(HealthState.GOOD, judge().state());
        flaps = 1.95;
        assertEquals(HealthState.SUSPECT, judge().state());
    }

    @Test
    public void errorsOnTopOfOtherEvidenceFailIt() {
        smart = true;
        readErrors = 7.3;
        assertEquals(HealthState.SUSPECT, judge().state());
        readErrors = 7.5;
        assertEquals(10, judge().score());
        readErrors = 8;
        assertEquals(HealthState.FAILED, judge().state());
    }

    @Test
    public void aFewErrorsAreTooFewWhateverElseThereIs() {
        smart = true;
        flaps = 1e9;
        timeouts = 2.9;
        assertEquals(0, judge().score());
        assertEquals(HealthState.SUSPECT, judge().state());
        timeouts = 3;
        assertEquals(HealthState.FAILED, judge().state());
    }

    @Test
    public void readAndWriteErrorsTogetherFailIt() {
        readErrors = 15;
        assertEquals(HealthState.SUSPECT, judge().state());
        writeErrors = 5;
        assertEquals(10, judge().score());
        assertEquals(HealthState.FAILED, judge().state());
    }

    @Test
    public void failedWritesInARowFailItAtTheLimit() {
        row = ROW_LIMIT - 1;
        assertEquals(HealthState.GOOD, judge().state());
        row = ROW_LIMIT;
        assertEquals(HealthState.FAILED, judge().state());
        assertEquals(0, judge().score());
        assertEquals("16 failed writes in a row", judge().reasons().get(0));
    }

    @Test
    public void anOperationOverTheLimitFailsItUnlessItsPeersAreStuckToo() {
        overdue = true;
        assertEquals(HealthState.FAILED, judge().state());
        peersStuck = true;
        assertEquals(HealthState.GOOD, judge().state());
    }

    @Test
    public void failedStaysFailed() {
        state = HealthState.FAILED;
        assertEquals(HealthState.FAILED, judge().state());
        assertEquals(0, judge().score());
    }

    /** Every combination of little, some and much: the verdict never gets better by more evidence. */
    @Test
    public void moreEvidenceNeverHelps() {
        final double[] steps = {0, 1, 4, 40};
        for (int mask = 0; mask < 1 << 12; mask++) {
            readErrors = steps[mask & 3];
            writeErrors = steps[mask >> 2 & 3];
            timeouts = steps[mask >> 4 & 3];
            retries = steps[mask >> 6 & 3];
            corrected = steps[mask >> 8 & 3];
            flaps = steps[mask >> 10 & 3];
            final Verdict one = judge();
            assertTrue(one.score() >= 0 && one.score() <= 100);
            readErrors++;
            writeErrors++;
            timeouts++;
            flaps++;
            final Verdict more = judge();
            assertTrue("mask=" + mask, more.score() <= one.score());
            assertTrue("mask=" + mask, more.state().compareTo(one.state()) >= 0);
        }
    }
}
