package org.isobar.iscsi.stats;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.isobar.api.statistics.TrafficStatistics;
import org.junit.Test;

public final class TrafficCountsTest {
    private static final int READ_10 = 0x28;
    private static final int WRITE_16 = 0x8A;
    private static final int COMPARE_AND_WRITE = 0x89;
    private static final int INQUIRY = 0x12;
    private static final long MS = 1_000_000;

    private final TrafficCounts counts = new TrafficCounts();

    @Test
    public void countsByKindAndStatus() {
        counts.opened();
        counts.opened();
        counts.answered(READ_10, 0, 4096, 0, 2 * MS);
        counts.answered(WRITE_16, 0x28, 0, 0, MS);
        counts.answered(COMPARE_AND_WRITE, 0x02, 0, 1024, MS);
        counts.answered(INQUIRY, 0x08, 36, 0, MS);
        counts.answered(INQUIRY, 0x18, 0, 0, MS);
        counts.answered(INQUIRY, 0x40, 0, 0, MS);
        counts.aborted();
        counts.closed();
        final TrafficStatistics seen = counts.statistics();
        assertEquals(1, seen.read().commands());
        assertEquals(4096, seen.read().bytes());
        assertEquals(2000, seen.read().latency().maxUs());
        assertEquals(2000, seen.read().latency().sumUs());
        assertEquals(2, seen.write().commands());
        assertEquals(1024, seen.write().bytes());
        assertEquals(3, seen.other().commands());
        assertEquals(36, seen.other().bytes());
        assertEquals(1, seen.errors().taskSetFull());
        assertEquals(1, seen.errors().checkCondition());
        assertEquals(1, seen.errors().busy());
        assertEquals(1, seen.errors().reservationConflict());
        assertEquals(1, seen.errors().other());
        assertEquals(1, seen.aborted());
        assertEquals(1, seen.inFlight());
        assertEquals(6, counts.commands());
        assertEquals(4132, counts.sentBytes());
        assertEquals(1024, counts.receivedBytes());
    }

    @Test
    public void addsOthersUp() {
        counts.answered(READ_10, 0, 512, 0, 5 * MS);
        final TrafficCounts more = new TrafficCounts();
        more.answered(READ_10, 2, 512, 0, 3 * MS);
        more.answered(WRITE_16, 0, 0, 8, 7 * MS);
        counts.addAll(more);
        final TrafficStatistics seen = counts.statistics();
        assertEquals(2, seen.read().commands());
        assertEquals(1024, seen.read().bytes());
        assertEquals(8000, seen.read().latency().sumUs());
        assertEquals("longest", 5000, seen.read().latency().maxUs());
        assertEquals(7000, seen.write().latency().maxUs());
        assertEquals(1, seen.errors().checkCondition());
    }

    @Test
    public void isReadWhileItIsWritten() throws InterruptedException {
        final int total = 200_000;
        final CountDownLatch begun = new CountDownLatch(1);
        final Thread lane = new Thread(() -> {
            for (int i = 0; i < total; i++) {
                counts.opened();
                counts.answered(READ_10, 0, 512, 0, i);
                counts.closed();
                begun.countDown();
            }
        });
        lane.start();
        begun.await();
        long before = 0;
        while (lane.isAlive()) {
            final long now = counts.statistics().read().commands();
            assertTrue(now + " after " + before, now >= before && now <= total);
            before = now;
        }
        lane.join();
        assertEquals(total, counts.statistics().read().commands());
        assertEquals(512L * total, counts.statistics().read().bytes());
        assertEquals(0, counts.inFlight());
    }
}
