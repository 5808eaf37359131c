package org.isobar.volume.recording;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.isobar.api.block.IoOp;
import org.isobar.common.time.SystemClock;
import org.isobar.testkit.Simulation;
import org.junit.Test;

public final class AccessTapTest {
    private static final int PAGE_BYTES = 65536;

    private final Simulation sim = new Simulation(1);
    private final AccessTap tap = new AccessTap(sim.clock(), 2, PAGE_BYTES, 1);

    private void passUs(final long us) {
        sim.runFor(TimeUnit.MICROSECONDS.toNanos(us));
    }

    private List<String> drained() throws IOException {
        final List<String> all = new ArrayList<>();
        assertTrue(tap.drain(
                (timeUs, op, block, blocks) -> all.add(timeUs + " " + AccessOp.text(op) + " " + block + "+" + blocks)));
        return all;
    }

    @Test
    public void givesTheAccessesOfAllLanesInTheOrderOfTime() throws IOException {
        passUs(10);
        tap.access(1, IoOp.READ, 512, 1024);
        passUs(5);
        tap.access(0, IoOp.WRITE, 1L << 49, 1 << 30);
        passUs(5);
        tap.access(1, IoOp.ZERO, 0, 4096);
        assertEquals(List.of("10 read 1+2", "15 write 1099511627776+2097152", "20 zero 0+8"), drained());
        assertEquals(List.of(), drained());
    }

    @Test
    public void leavesOutWhatNoDeviceReadsOrWrites() throws IOException {
        tap.access(0, IoOp.DISCARD, 0, 4096);
        tap.access(0, IoOp.FLUSH, 0, 0);
        assertEquals(List.of(), drained());
    }

    @Test
    public void keepsWhatTheTakerDoesNotTake() throws IOException {
        tap.access(0, IoOp.READ, 0, 512);
        assertFalse(tap.drain((timeUs, op, block, blocks) -> false));
        assertEquals(1, drained().size());
    }

    @Test
    public void countsWhatFindsNoRoom() throws IOException {
        for (int i = 0; i < AccessRing.CAPACITY + 7; i++) {
            tap.access(0, IoOp.READ, 512L * i, 512);
        }
        tap.access(1, IoOp.READ, 0, 512);
        assertEquals(7, tap.dropped());
        assertEquals(AccessRing.CAPACITY + 1, drained().size());
        tap.access(0, IoOp.READ, 0, 512);
        assertEquals(1, drained().size());
        assertEquals(7, tap.dropped());
    }

    @Test
    public void samplesWholePages() throws IOException {
        final AccessTap sampled = new AccessTap(sim.clock(), 1, PAGE_BYTES, 4);
        for (int i = 0; i < 4000; i++) {
            sampled.access(0, IoOp.READ, 512L * i, 512);
        }
        final List<Long> blocks = new ArrayList<>();
        sampled.drain((timeUs, op, block, count) -> blocks.add(block));
        assertTrue(blocks.stream().allMatch(block -> PageSample.contains(block * 512 / PAGE_BYTES, 4)));
        assertTrue("blocks=" + blocks.size(), blocks.size() > 100 && blocks.size() < 2500);
    }

    /** One thread hands over while another takes: each access arrives once and whole, or is counted as dropped. */
    @Test
    public void losesNothingBetweenTwoThreads() throws Exception {
        final int accesses = 1_000_000;
        final AccessTap busy = new AccessTap(new SystemClock(), 1, PAGE_BYTES, 1);
        final Thread lane = new Thread(() -> {
            for (int i = 0; i < accesses; i++) {
                busy.access(0, IoOp.READ, 512L * i, 512L * (i % 100));
            }
        });
        lane.start();
        final AtomicLong taken = new AtomicLong();
        final AtomicLong last = new AtomicLong(-1);
        boolean alive = true;
        while (alive) {
            alive = lane.isAlive();
            busy.drain((timeUs, op, block, blocks) -> {
                assertTrue(block > last.getAndSet(block));
                assertEquals(block % 100, blocks);
                taken.incrementAndGet();
                return true;
            });
        }
        lane.join();
        busy.drain((timeUs, op, block, blocks) -> taken.incrementAndGet() > 0);
        assertEquals(accesses, taken.get() + busy.dropped());
    }
}
