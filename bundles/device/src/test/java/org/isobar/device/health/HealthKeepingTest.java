package org.isobar.device.health;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.HealthKeeper;
import org.isobar.api.device.HealthState;
import org.isobar.testkit.Simulation;
import org.junit.Test;

public class HealthKeepingTest {
    private static final UUID DEVICE = new UUID(1, 1);
    private static final long S = 1_000_000_000L;
    private static final HealthSettings SETTINGS =
            new HealthSettings(8_000, 24_000, 0, 100, 5_000, 3_600, 8, 100, 10_000, 600_000);

    private final Simulation sim = new Simulation(1);
    private final Map<UUID, byte[]> documents = new HashMap<>();
    private final List<String> writes = new ArrayList<>();
    private boolean refuse;
    private HealthRecord record = newRecord();
    private HealthKeeping keeping = newKeeping();

    private HealthRecord newRecord() {
        return new HealthRecord("d", "file", sim.lanes(), sim.clock(), () -> 1L << 63, SETTINGS, () -> {});
    }

    private HealthKeeping newKeeping() {
        return new HealthKeeping(sim.clock(), Runnable::run, SETTINGS);
    }

    private final HealthKeeper keeper = (device, evidence) -> {
        if (refuse) {
            writes.add("refused");
            return CompletableFuture.failedStage(new IllegalStateException("not now"));
        }
        writes.add(evidence.length == 0 ? "nothing" : "kept");
        if (evidence.length == 0) {
            documents.remove(device);
        } else {
            documents.put(device, evidence);
        }
        return CompletableFuture.completedStage(null);
    };

    /** A start: what was kept is given back. */
    private boolean restart() {
        record = newRecord();
        keeping = newKeeping();
        keeping.recall(documents, keeper);
        return keeping.apply(DEVICE, record);
    }

    private void look() {
        new HealthWatch((failing, why) -> {}).look(List.of(record));
        keeping.look(Map.of(DEVICE, record));
    }

    private void failFlushes(final int count) {
        for (int i = 0; i < count; i++) {
            final IoRequest request = new IoRequest() {
                @Override
                protected void completed(final IoStatus status) {
                    // It is counted.
                }
            };
            sim.onLane(0, () -> {
                request.flush(sim.lanes().lane(0));
                record.io().submit(request, io -> io.complete(IoStatus.IO_ERROR));
            });
            sim.run();
        }
    }

    @Test
    public void keepsNothingOfAHealthyDeviceNorBeforeItWasRecalled() {
        failFlushes(9);
        look();
        assertEquals(List.of(), writes);
        restart();
        look();
        failFlushes(0);
        look();
        assertEquals(List.of(), writes);
    }

    @Test
    public void aSuspectDeviceIsSuspectAfterARestart() {
        restart();
        failFlushes(9);
        look();
        assertEquals(HealthState.SUSPECT, record.state());
        assertEquals(List.of("kept"), writes);
        final int score = record.info().score();
        assertFalse(restart());
        look();
        assertEquals(HealthState.SUSPECT, record.state());
        assertEquals(score, record.info().score());
        sim.runFor(3_600 * S);
        look();
        assertTrue("" + record.info().score(), record.info().score() > score);
    }

    @Test
    public void whatWasKeptDecaysWhileTheMemberIsDown() {
        restart();
        failFlushes(8);
        look();
        sim.runFor(3_600 * S);
        restart();
        assertEquals(4.0, record.info().writeErrors(), 0.2);
    }

    @Test
    public void writesOnceAMinuteAndOnlyWhatIsMore() {
        restart();
        failFlushes(2);
        look();
        assertEquals(List.of("kept"), writes);
        for (int i = 0; i < 11; i++) {
            failFlushes(1);
            sim.runFor(5 * S);
            look();
        }
        // Suspect meanwhile, which does not wait.
        assertEquals(HealthState.SUSPECT, record.state());
        assertEquals(List.of("kept", "kept"), writes);
        sim.runFor(65 * S);
        look();
        final int soFar = writes.size();
        for (int i = 0; i < 20; i++) {
            sim.runFor(60 * S);
            look();
        }
        assertEquals(soFar, writes.size());
    }

    @Test
    public void whatIsForgottenIsNotKeptAnyLonger() {
        restart();
        failFlushes(2);
        look();
        sim.runFor(10 * 3_600 * S);
        look();
        assertEquals(List.of("kept", "nothing"), writes);
        assertTrue(documents.isEmpty());
    }

    @Test
    public void aFailedDeviceIsFailedAfterARestartAndUntilItIsCleared() {
        restart();
        sim.runFor(1_000 * S);
        record.tookOut("100 failed writes in a row");
        keeping.look(Map.of(DEVICE, record));
        final String because = record.outBecause();
        assertTrue(because, because.startsWith("failed since "));
        assertTrue(because, because.endsWith("Z: 100 failed writes in a row"));
        sim.runFor(100_000 * S);
        assertTrue(restart());
        assertEquals(HealthState.FAILED, record.state());
        assertEquals(0, record.info().score());
        assertEquals(List.of(because), record.info().reasons());
        assertFalse("once", keeping.apply(DEVICE, record));
        record.clear();
        assertEquals("", record.outBecause());
        keeping.look(Map.of(DEVICE, record));
        assertEquals(List.of("kept", "nothing"), writes);
        assertFalse(restart());
        assertEquals(HealthState.GOOD, record.state());
    }

    @Test
    public void aDeviceThatIsHeldOffIsSoAfterARestart() {
        restart();
        record.wentAway();
        record.wentAway();
        record.wentAway();
        keeping.look(Map.of(DEVICE, record));
        final long leftNs = record.heldOffNs();
        assertTrue(leftNs > 0);
        sim.runFor(1 * S);
        restart();
        assertTrue(Math.abs(leftNs - S - record.heldOffNs()) < 2_000_000);
        assertEquals(3, record.info().flaps(), 0.1);
    }

    @Test
    public void triesAgainWhatCouldNotBeKept() {
        restart();
        refuse = true;
        failFlushes(9);
        look();
        look();
        refuse = false;
        look();
        look();
        assertEquals(List.of("refused", "refused", "kept"), writes);
    }

    @Test
    public void keepsNothingTwiceWhileItIsOnItsWay() {
        final CompletableFuture<Void> end = new CompletableFuture<>();
        keeping.recall(Map.of(), (device, evidence) -> {
            writes.add("kept");
            return end;
        });
        failFlushes(9);
        look();
        look();
        assertEquals(1, writes.size());
        record.tookOut("why");
        look();
        assertEquals(1, writes.size());
        end.complete(null);
        assertEquals("at once", 2, writes.size());
        look();
        assertEquals(2, writes.size());
    }

    @Test
    public void trustsADeviceAnewWhoseDocumentCannotBeRead() {
        restart();
        record.tookOut("why");
        keeping.look(Map.of(DEVICE, record));
        final byte[] good = documents.get(DEVICE);
        for (final byte[] bad : List.of(
                changed(good, 0, (byte) 2), ByteBuffer.allocate(5).put((byte) 1).array(), changed(good, 26, (byte)
                        -1))) {
            documents.put(DEVICE, bad);
            assertThrows(IllegalArgumentException.class, () -> KeptHealth.decode(bad));
            assertFalse(restart());
            assertEquals(HealthState.GOOD, record.state());
        }
    }

    private static byte[] changed(final byte[] document, final int at, final byte to) {
        final byte[] changed = document.clone();
        changed[at] = to;
        return changed;
    }

    @Test
    public void longReasonsAreCutShort() {
        restart();
        record.tookOut("x".repeat(5_000));
        keeping.look(Map.of(DEVICE, record));
        assertEquals(1024, KeptHealth.decode(documents.get(DEVICE)).why().length());
    }

    @Test
    public void forgetsADeviceThatIsOut() {
        restart();
        record.tookOut("why");
        keeping.look(Map.of(DEVICE, record));
        keeping = newKeeping();
        keeping.recall(documents, keeper);
        keeping.forget(DEVICE);
        assertFalse(keeping.apply(DEVICE, newRecord()));
    }
}
