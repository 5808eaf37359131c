package org.isobar.device.health;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.HealthState;
import org.isobar.api.device.SmartInfo;
import org.isobar.testkit.Simulation;
import org.junit.Before;
import org.junit.Test;

public class HealthWatchTest {
    private static final long MS = 1_000_000;
    private static final long LOOK_MS = 5_000;
    private static final int LIMIT = 3;
    private static final HealthSettings SETTINGS =
            new HealthSettings(8_000, 24_000, 0, 100, (int) LOOK_MS, 3_600, 8, LIMIT, 10_000, 60_000);

    private final Simulation sim = new Simulation(1);
    private final List<HealthRecord> devices = new ArrayList<>();
    private final Map<HealthRecord, String> failing = new HashMap<>();
    private final HealthWatch watch = new HealthWatch(failing::put);
    private HealthRecord first;

    @Before
    public void fourPeers() {
        for (int i = 0; i < 4; i++) {
            devices.add(
                    new HealthRecord("d" + i, "file", sim.lanes(), sim.clock(), () -> 1L << 63, SETTINGS, () -> {}));
        }
        first = devices.get(0);
    }

    @Test
    public void aSlowDeviceIsToldFromItsPeersAndBecomesGoodAgain() {
        for (int look = 0; look < 5; look++) {
            load(100, 1, 1, 1);
            look();
        }
        assertEquals(HealthState.SLOW, first.state());
        assertEquals(HealthState.GOOD, devices.get(1).state());
        assertTrue(failing.isEmpty());
        assertTrue("" + first.info().flush(), first.info().flush().peersUs() >= 1_000);
        assertTrue(first.info().flush().meanUs() >= 90_000);
        for (int look = 0; look < 60; look++) {
            load(1, 1, 1, 1);
            look();
        }
        assertEquals(HealthState.GOOD, first.state());
    }

    @Test
    public void whenAllAreSlowNoneIs() {
        for (int look = 0; look < 10; look++) {
            load(100, 120, 90, 110);
            look();
        }
        devices.forEach(device -> assertEquals(HealthState.GOOD, device.state()));
    }

    @Test
    public void devicesOfAnotherKindAreNoPeers() {
        final HealthRecord disk =
                new HealthRecord("disk", "disk", sim.lanes(), sim.clock(), () -> 0, SETTINGS, () -> {});
        devices.add(disk);
        for (int look = 0; look < 5; look++) {
            load(1, 1, 1, 1, 100);
            look();
        }
        assertEquals(HealthState.GOOD, disk.state());
    }

    @Test
    public void failedWritesInARowFailItAtEachLookUntilItIsTakenOut() {
        for (int i = 0; i < LIMIT; i++) {
            flush(first, 1, IoStatus.IO_ERROR);
        }
        look();
        assertEquals(HealthState.FAILED, first.state());
        assertTrue(failing.get(first), failing.get(first).contains("3 failed writes in a row"));
        failing.clear();
        look();
        assertTrue(failing.containsKey(first));
        first.tookOut("failed writes 3");
        flush(first, 1, IoStatus.OK);
        look();
        assertEquals("for good", HealthState.FAILED, first.state());
        first.clear();
        assertEquals(HealthState.GOOD, first.state());
        assertEquals(100, first.info().score());
    }

    @Test
    public void aDeviceThatIsNeededAndRecoversIsNotFailedForGood() {
        for (int i = 0; i < LIMIT; i++) {
            flush(first, 1, IoStatus.IO_ERROR);
        }
        look();
        assertEquals(HealthState.FAILED, first.state());
        assertTrue(first.refused("set=1"));
        assertFalse("said once", first.refused("set=1"));
        assertTrue(first.refused("set=2"));
        flush(first, 1, IoStatus.OK);
        failing.clear();
        look();
        assertTrue(failing.isEmpty());
        assertTrue(first.state() != HealthState.FAILED);
    }

    @Test
    public void oneStuckDeviceFailsAndItsPeersDoNot() {
        final IoRequest stuck = hang(first);
        sim.runFor(30_000 * MS);
        look();
        assertEquals(1, first.info().stuck());
        assertEquals(HealthState.FAILED, first.state());
        assertEquals(List.of(first), List.copyOf(failing.keySet()));
        end(stuck);
    }

    @Test
    public void whenTheHostIsStuckNoDeviceFails() {
        final List<IoRequest> stuck = new ArrayList<>();
        devices.subList(0, 3).forEach(device -> stuck.add(hang(device)));
        sim.runFor(30_000 * MS);
        look();
        assertTrue(failing.isEmpty());
        assertEquals("and it is no evidence", 0, first.info().timeouts(), 0);
        stuck.forEach(this::end);
    }

    @Test
    public void evidenceDecays() {
        flush(first, 1, IoStatus.IO_ERROR);
        look();
        assertEquals(1, first.info().writeErrors(), 0);
        sim.runFor(3_600_000 * MS);
        look();
        assertEquals(0.5, first.info().writeErrors(), 0.01);
    }

    @Test
    public void aDeviceThatSaysItFailsIsSuspect() {
        first.smart(new SmartInfo(true, "", false, 40, 800, 12, 3, 90, 1));
        look();
        assertEquals(HealthState.SUSPECT, first.state());
        first.smart(new SmartInfo(true, "", true, 40, 800, 12, 3, 90, 1));
        look();
        assertEquals(HealthState.GOOD, first.state());
        first.smart(SmartInfo.unavailable("no such program"));
        look();
        assertEquals(HealthState.GOOD, first.state());
        assertEquals("no such program", first.info().smart().why());
    }

    @Test
    public void mendedBlocksAreEvidence() {
        first.io().corrected(7);
        look();
        assertEquals(7, first.info().corrected(), 0);
    }

    @Test
    public void aDeviceThatComesAndGoesIsHeldOffLongerEachTime() {
        first.wentAway();
        assertEquals(0, first.heldOffNs());
        assertEquals(0, first.info().heldOffUntilMs());
        first.wentAway();
        assertEquals(10_000 * MS, first.heldOffNs());
        assertEquals(sim.clock().wallMs() + 10_000, first.info().heldOffUntilMs());
        sim.runFor(10_000 * MS);
        assertEquals(0, first.heldOffNs());
        assertEquals(0, first.info().heldOffUntilMs());
        first.wentAway();
        assertEquals(20_000 * MS, first.heldOffNs());
        first.clear();
        assertEquals(0, first.heldOffNs());
    }

    @Test
    public void whatIsStuckOnADeviceThatIsOutEnds() {
        final IoRequest stuck = hang(first);
        sim.runFor(20_000 * MS);
        first.giveUpOverdue();
        sim.run();
        assertEquals(0, first.io().outstanding());
        sim.runFor(10_000 * MS);
        first.giveUpOverdue();
        sim.run();
        assertEquals(1, first.io().outstanding());
        end(stuck);
        assertEquals(0, first.io().outstanding());
    }

    @Test
    public void aFailedDeviceThatComesBackElsewhereBeginsAnew() {
        first.tookOut("failed writes 3");
        first.cameBack();
        assertEquals(HealthState.GOOD, first.state());
    }

    private void look() {
        sim.runFor(LOOK_MS * MS);
        watch.look(devices);
    }

    /** Twenty flushes of each device, of so many milliseconds. */
    private void load(final int... tookMs) {
        for (int i = 0; i < tookMs.length; i++) {
            for (int n = 0; n < 20; n++) {
                flush(devices.get(i), tookMs[i], IoStatus.OK);
            }
        }
    }

    private void flush(final HealthRecord device, final long tookMs, final IoStatus status) {
        final IoRequest[] arrived = new IoRequest[1];
        submit(device, arrived);
        sim.runFor(tookMs * MS);
        end(arrived[0], status);
    }

    private IoRequest hang(final HealthRecord device) {
        final IoRequest[] arrived = new IoRequest[1];
        submit(device, arrived);
        return arrived[0];
    }

    private void submit(final HealthRecord device, final IoRequest[] arrived) {
        sim.onLane(0, () -> {
            final IoRequest request = new IoRequest() {
                @Override
                protected void completed(final IoStatus status) {}
            };
            request.flush(sim.lanes().lane(0));
            device.io().submit(request, one -> arrived[0] = one);
        });
        sim.run();
    }

    private void end(final IoRequest request) {
        end(request, IoStatus.OK);
    }

    private void end(final IoRequest request, final IoStatus status) {
        request.lane().execute(() -> request.complete(status));
        sim.run();
    }
}
