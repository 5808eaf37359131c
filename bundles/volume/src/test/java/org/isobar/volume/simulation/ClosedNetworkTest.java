package org.isobar.volume.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public final class ClosedNetworkTest {
    private static final double NONE = 0;

    private static ClosedNetwork solve(final int clients, final double... queueS) {
        return ClosedNetwork.solve(queueS, new double[queueS.length], clients);
    }

    @Test
    public void givesOneClientTheServiceWithoutAQueue() {
        final ClosedNetwork one = solve(1, 0.002, 0.003);
        assertEquals(0.005, one.latencyS(), 1e-12);
        assertEquals(200, one.perS(), 1e-9);
        assertEquals(0.4, one.utilisation(0), 1e-9);
        assertEquals(0.003, one.atStationS(1), 1e-12);
    }

    @Test
    public void givesAStationNoMoreThanItIsAbleToDo() {
        final ClosedNetwork many = solve(1000, 0.001, 0.0001);
        assertEquals(1000, many.perS(), 1);
        assertEquals(1, many.utilisation(0), 1e-3);
        assertEquals("by Little's law", 1000, many.perS() * many.latencyS(), 1e-6);
    }

    /** Two alike stations: n/(n+1) of what both do, as is known in closed form. */
    @Test
    public void isRightForTwoAlikeStations() {
        for (int clients = 1; clients < 50; clients++) {
            assertEquals(
                    2000.0 * clients / (clients + 1),
                    solve(clients, 0.0005, 0.0005).perS(),
                    1e-6);
        }
    }

    @Test
    public void addsADelayThatNobodyWaitsFor() {
        final ClosedNetwork delayed = ClosedNetwork.solve(new double[] {0.001}, new double[] {0.009}, 10);
        assertEquals(0.009, delayed.atStationS(0) - 0.001 * (1 + delayed.perS() * 0.001), 0.002);
        assertTrue("perS=" + delayed.perS(), delayed.perS() > 600 && delayed.perS() < 1000);
        final ClosedNetwork only = ClosedNetwork.solve(new double[] {NONE}, new double[] {0.01}, 10);
        assertEquals(1000, only.perS(), 1e-9);
    }
}
