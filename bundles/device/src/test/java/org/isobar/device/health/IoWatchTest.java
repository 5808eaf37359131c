package org.isobar.device.health;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.testkit.Simulation;
import org.junit.After;
import org.junit.Test;

public class IoWatchTest {
    private static final long MS = 1_000_000;
    private static final HealthSettings SETTINGS =
            new HealthSettings(8_000, 24_000, 2, 100, 1_000, 3_600, 8, 3, 1_000, 10_000);

    private final Simulation sim = new Simulation(1);
    private final Deque<IoRequest> arrived = new ArrayDeque<>();
    private final ByteBuf data = Buffers.allocateZeroed(4096);
    private int urgent;
    private final IoWatch watch = new IoWatch(sim.lanes(), sim.clock(), SETTINGS, () -> urgent++);
    private final IoTarget device = arrived::add;

    @After
    public void release() {
        data.release();
    }

    @Test
    public void passesOnAndMeasures() {
        final Caller caller = read();
        sim.runFor(5 * MS);
        answer(IoStatus.OK);
        assertEquals(List.of(IoStatus.OK), caller.ends);
        final long tookNs = watch.sum(Counters.sum(Counters.READ));
        assertTrue("" + tookNs, tookNs > 4 * MS && tookNs < 6 * MS);
    }

    @Test
    public void failedReadIsTriedAgainAfterAPause() {
        final Caller caller = read();
        answer(IoStatus.IO_ERROR);
        assertTrue(arrived.isEmpty());
        sim.runFor(99 * MS);
        assertTrue(arrived.isEmpty());
        sim.runFor(2 * MS);
        assertEquals("the same range", 8192, arrived.peek().offsetBytes());
        answer(IoStatus.OK);
        assertEquals(List.of(IoStatus.OK), caller.ends);
        assertEquals(1, watch.sum(Counters.RETRIES));
        assertEquals(0, watch.sum(Counters.READ_ERRORS));
    }

    @Test
    public void readThatKeepsFailingIsAnErrorAfterTheLastRetry() {
        final Caller caller = read();
        for (int attempt = 0; attempt < 3; attempt++) {
            assertTrue(caller.ends.isEmpty());
            answer(IoStatus.IO_ERROR);
            sim.runFor(101 * MS);
        }
        assertEquals(List.of(IoStatus.IO_ERROR), caller.ends);
        assertEquals(2, watch.sum(Counters.RETRIES));
        assertEquals(1, watch.sum(Counters.READ_ERRORS));
        assertTrue(arrived.isEmpty());
    }

    @Test
    public void readThatTheMediumHasLostIsNotTriedAgain() {
        final Caller caller = read();
        ((WatchedIo) arrived.peek()).fails();
        answer(IoStatus.IO_ERROR);
        assertEquals(List.of(IoStatus.IO_ERROR), caller.ends);
        // Nor is that remembered of the next one.
        final Caller next = read();
        answer(IoStatus.IO_ERROR);
        assertTrue(next.ends.isEmpty());
    }

    @Test
    public void failedWriteIsNotTriedAgain() {
        final Caller caller = write();
        answer(IoStatus.IO_ERROR);
        assertEquals(List.of(IoStatus.IO_ERROR), caller.ends);
        assertEquals(1, watch.sum(Counters.WRITE_ERRORS));
        assertEquals(1, watch.writeErrorsInARow());
    }

    @Test
    public void whatNeverReachedTheDeviceIsNoEvidence() {
        for (final IoStatus status : new IoStatus[] {IoStatus.OFFLINE, IoStatus.BUSY, IoStatus.NO_SPACE}) {
            final Caller caller = read();
            answer(status);
            assertEquals(List.of(status), caller.ends);
        }
        assertEquals(0, watch.sum(Counters.READ_ERRORS));
        assertEquals(0, watch.sum(Counters.RETRIES));
    }

    @Test
    public void failedWritesInARowAreUrgentAndAGoodOneEndsTheRow() {
        write();
        answer(IoStatus.IO_ERROR);
        write();
        answer(IoStatus.IO_ERROR);
        write();
        answer(IoStatus.OK);
        assertEquals(0, watch.writeErrorsInARow());
        assertEquals(0, urgent);
        for (int i = 0; i < 3; i++) {
            write();
            answer(IoStatus.IO_ERROR);
        }
        assertEquals(1, urgent);
    }

    @Test
    public void anOperationBeyondTheTimeoutIsNotedOnceAndGoesOn() {
        final Caller caller = read();
        sim.runFor(7_900 * MS);
        assertEquals(0, watch.sum(Counters.TIMEOUTS));
        sim.runFor(2_200 * MS);
        assertEquals(1, watch.sum(Counters.TIMEOUTS));
        assertEquals(1, watch.sum(Counters.STUCK));
        sim.runFor(5_000 * MS);
        assertEquals(1, watch.sum(Counters.TIMEOUTS));
        assertTrue(caller.ends.isEmpty());
        answer(IoStatus.OK);
        assertEquals(List.of(IoStatus.OK), caller.ends);
        assertEquals(0, watch.sum(Counters.STUCK));
        assertFalse(watch.takeOverLimit());
    }

    @Test
    public void anOperationOverTheLimitIsUrgent() {
        read();
        sim.runFor(23_900 * MS);
        assertEquals(0, urgent);
        sim.runFor(3_000 * MS);
        assertTrue(urgent > 0);
        assertTrue(watch.takeOverLimit());
        assertFalse(watch.takeOverLimit());
        answer(IoStatus.OK);
    }

    @Test
    public void timeInWhichTheMemberDidNotRunIsNotHeldAgainstTheDevice() {
        final List<Runnable> ticks = new ArrayList<>();
        final LaneWatch lane = new LaneWatch(laneThatCollects(ticks), watch, SETTINGS);
        final Caller caller = new Caller();
        caller.read(sim.lanes().lane(0), 0, 512, data, 0);
        lane.submit(caller, device);
        // An hour passes between two ticks: the member stood still, and what has ended meanwhile waits to be told.
        for (int tick = 0; tick < 8; tick++) {
            sim.runFor(3_600_000 * MS);
            ticks.remove(0).run();
        }
        assertEquals(0, lane.counts().get(Counters.TIMEOUTS));
        ticks.remove(0).run();
        assertEquals(1, lane.counts().get(Counters.TIMEOUTS));
    }

    private static Lane laneThatCollects(final List<Runnable> tasks) {
        return new Lane() {
            @Override
            public int index() {
                return 0;
            }

            @Override
            public boolean current() {
                return true;
            }

            @Override
            public void execute(final Runnable task) {
                tasks.add(task);
            }

            @Override
            public Timer schedule(final Runnable task, final long delayNs) {
                tasks.add(task);
                return () -> tasks.remove(task);
            }
        };
    }

    @Test
    public void givenUpRequestsEndOnceAndTheirBuffersLiveUntilTheDeviceHasDone() {
        final Caller reader = read();
        final Caller writer = write();
        final Caller flusher = new Caller();
        sim.onLane(1, () -> {
            flusher.flush(sim.lanes().lane(1));
            watch.submit(flusher, device);
        });
        sim.run();
        final int references = data.refCnt();
        watch.giveUpAll();
        sim.run();
        for (final Caller caller : List.of(reader, writer, flusher)) {
            assertEquals(List.of(IoStatus.ABORTED), caller.ends);
        }
        assertEquals(references + 2, data.refCnt());
        assertEquals(3, watch.outstanding());
        while (!arrived.isEmpty()) {
            answer(IoStatus.OK);
        }
        assertEquals(references, data.refCnt());
        assertEquals(0, watch.outstanding());
        assertEquals(3, watch.lateEnds());
        assertEquals("late ends are no latencies", 0, watch.sum(Counters.sum(Counters.READ)));
        assertEquals(1, reader.ends.size());
    }

    @Test
    public void givenUpWhileItWaitsToBeTriedAgainNeverReachesTheDevice() {
        final Caller caller = read();
        answer(IoStatus.IO_ERROR);
        watch.giveUpAll();
        sim.run();
        assertEquals(List.of(IoStatus.ABORTED), caller.ends);
        sim.runFor(200 * MS);
        assertTrue(arrived.isEmpty());
        assertEquals(0, watch.outstanding());
        assertEquals(1, data.refCnt());
    }

    @Test
    public void aCallerMayAskAgainFromWithinItsEnd() {
        final List<IoStatus> ends = new ArrayList<>();
        final IoRequest twice = new IoRequest() {
            @Override
            protected void completed(final IoStatus status) {
                ends.add(status);
                if (ends.size() < 2) {
                    read(sim.lanes().lane(0), 0, 512, data, 0);
                    watch.submit(this, device);
                }
            }
        };
        sim.onLane(0, () -> {
            twice.read(sim.lanes().lane(0), 0, 512, data, 0);
            watch.submit(twice, device);
        });
        sim.run();
        answer(IoStatus.OK);
        answer(IoStatus.OK);
        assertEquals(List.of(IoStatus.OK, IoStatus.OK), ends);
    }

    @Test
    public void noTickGoesOnWhenNothingIsUnderWay() {
        read();
        answer(IoStatus.OK);
        sim.runFor(3_000 * MS);
        try {
            sim.runUntil(() -> false);
        } catch (final AssertionError expected) {
            assertTrue(expected.getMessage(), expected.getMessage().contains("nothing is left"));
        }
    }

    private Caller read() {
        final Caller caller = new Caller();
        sim.onLane(0, () -> {
            caller.read(sim.lanes().lane(0), 8192, 512, data, 1024);
            watch.submit(caller, device);
        });
        sim.run();
        return caller;
    }

    private Caller write() {
        final Caller caller = new Caller();
        sim.onLane(0, () -> {
            caller.write(sim.lanes().lane(0), 4096, 512, data, 0, false);
            watch.submit(caller, device);
        });
        sim.run();
        return caller;
    }

    private void answer(final IoStatus status) {
        final IoRequest request = arrived.remove();
        request.lane().execute(() -> request.complete(status));
        sim.run();
    }

    private static final class Caller extends IoRequest {
        private final List<IoStatus> ends = new ArrayList<>();

        @Override
        protected void completed(final IoStatus status) {
            ends.add(status);
        }
    }
}
