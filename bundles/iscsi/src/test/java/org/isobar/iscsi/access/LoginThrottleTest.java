package org.isobar.iscsi.access;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.concurrent.TimeUnit;
import org.isobar.testkit.Simulation;
import org.junit.Test;

public final class LoginThrottleTest {
    private final Simulation sim = new Simulation(1);
    private final LoginThrottle throttle = new LoginThrottle(sim.clock());

    @Test
    public void holdsBackLongerAfterEachFailure() {
        fail("10.0.0.5", LoginThrottle.FREE_FAILURES - 1);
        assertFalse(throttle.holdsBack("10.0.0.5"));
        long waitMs = 1000;
        for (int failure = 0; failure < 9; failure++) {
            fail("10.0.0.5", 1);
            sim.runFor(TimeUnit.MILLISECONDS.toNanos(waitMs - 1));
            assertTrue("after " + failure, throttle.holdsBack("10.0.0.5"));
            assertEquals(1, throttle.addressesHeldBack());
            sim.runFor(TimeUnit.MILLISECONDS.toNanos(1));
            assertFalse("after " + failure, throttle.holdsBack("10.0.0.5"));
            assertEquals(0, throttle.addressesHeldBack());
            waitMs = Math.min(2 * waitMs, 64_000);
        }
        assertFalse(throttle.holdsBack("10.0.0.6"));
        assertEquals(9, throttle.heldBack());
    }

    @Test
    public void forgetsAfterAProofOrLongQuiet() {
        fail("10.0.0.5", LoginThrottle.FREE_FAILURES);
        throttle.proved("10.0.0.5");
        assertFalse(throttle.holdsBack("10.0.0.5"));
        fail("10.0.0.5", LoginThrottle.FREE_FAILURES);
        sim.runFor(LoginThrottle.FORGET_NS + 1);
        assertEquals(1, throttle.proofFailed("10.0.0.5"));
        assertFalse(throttle.holdsBack("10.0.0.5"));
    }

    @Test
    public void countsAnIpv6NetworkAsOne() {
        for (int i = 0; i < LoginThrottle.FREE_FAILURES; i++) {
            throttle.proofFailed("fd00:7::" + i);
        }
        assertTrue(throttle.holdsBack("fd00:7::ffff"));
        assertFalse(throttle.holdsBack("fd00:7:0:1::1"));
    }

    @Test
    public void remembersNoMoreThanItsLimit() {
        fail("10.0.0.5", LoginThrottle.FREE_FAILURES);
        for (int i = 0; i < LoginThrottle.ADDRESSES_MAX - 1; i++) {
            throttle.proofFailed("11.0." + i / 256 + "." + i % 256);
        }
        assertTrue(throttle.holdsBack("10.0.0.5"));
        for (int i = 0; i < LoginThrottle.ADDRESSES_MAX; i++) {
            throttle.proofFailed("12.0." + i / 256 + "." + i % 256);
        }
        assertFalse(throttle.holdsBack("10.0.0.5"));
    }

    private void fail(final String address, final int times) {
        for (int i = 0; i < times; i++) {
            throttle.proofFailed(address);
        }
    }
}
