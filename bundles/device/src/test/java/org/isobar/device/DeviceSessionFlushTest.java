package org.isobar.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.device.health.HealthSettings;
import org.isobar.device.health.IoWatch;
import org.isobar.testkit.Simulation;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

/** What a session makes of its engine's results, also when its requests are led round through a layer. */
@RunWith(Parameterized.class)
public class DeviceSessionFlushTest {
    @Parameter
    public boolean wrapped;

    private final InlineLane lane = new InlineLane();
    private final ByteBuf data = Buffers.allocateZeroed(4096);
    private final ScriptedIo io = new ScriptedIo();
    private final List<Runnable> control = new ArrayList<>();
    private DeviceErrors errors;
    private DeviceSession session;

    @Parameters(name = "wrapped={0}")
    public static List<Boolean> ways() {
        return List.of(false, true);
    }

    @Before
    public void startClean() {
        errors = new DeviceErrors("test", control::add);
        session = new DeviceSession(null, errors, 1, sink -> wrapped ? around(sink) : scripted(sink));
        final Requests.Awaited first = flush();
        assertEquals("whatever an earlier process left is flushed", 1, io.syncs);
        io.endSync(0);
        assertEquals(IoStatus.OK, first.await());
    }

    @After
    public void release() {
        data.release();
    }

    @Test
    public void costsNothingWhenNothingWasWritten() {
        assertEquals(IoStatus.OK, flush().await());
        assertEquals(1, io.syncs);
    }

    @Test
    public void syncsWhatWasWrittenOnce() {
        write(false, 0);
        final Requests.Awaited flush = flush();
        assertEquals(2, io.syncs);
        io.endSync(0);
        assertEquals(IoStatus.OK, flush.await());
        assertEquals(IoStatus.OK, flush().await());
        assertEquals(2, io.syncs);
    }

    @Test
    public void durableWriteLeavesNothingToFlush() {
        write(true, 0);
        assertEquals(IoStatus.OK, flush().await());
        assertEquals(1, io.syncs);
    }

    @Test
    public void durableZeroIsNotDoneBeforeASync() {
        final Requests.Awaited zero = new Requests.Awaited();
        zero.zero(lane, 0, 4096, true);
        session.submit(zero);
        io.endRequest(0);
        assertFalse(zero.result.isDone());
        io.endSync(0);
        assertEquals(IoStatus.OK, zero.await());
    }

    @Test
    public void failsAfterAWriteThatFailedThenRecovers() {
        write(false, Errno.EIO);
        final Requests.Awaited flush = flush();
        io.endSync(0);
        assertEquals(IoStatus.IO_ERROR, flush.await());
        final Requests.Awaited again = flush();
        io.endSync(0);
        assertEquals(IoStatus.OK, again.await());
    }

    @Test
    public void failsAfterADurableWriteThatFailed() {
        write(true, Errno.EIO);
        final Requests.Awaited flush = flush();
        io.endSync(0);
        assertEquals(IoStatus.IO_ERROR, flush.await());
    }

    @Test
    public void oneSyncAtATimeAndTheNextCoversAllThatWait() {
        write(false, 0);
        final Requests.Awaited first = flush();
        write(false, 0);
        final Requests.Awaited second = flush();
        final Requests.Awaited third = flush();
        assertEquals(2, io.syncs);
        io.endSync(0);
        assertEquals(IoStatus.OK, first.await());
        assertFalse(second.result.isDone());
        assertEquals(3, io.syncs);
        io.endSync(0);
        assertEquals(IoStatus.OK, second.await());
        assertEquals(IoStatus.OK, third.await());
        assertEquals(3, io.syncs);
    }

    @Test
    public void errorThatTheKernelTellsOnceFailsAllThatWait() {
        write(false, 0);
        final Requests.Awaited first = flush();
        final Requests.Awaited second = flush();
        io.endSync(Errno.EIO);
        assertEquals(IoStatus.IO_ERROR, first.await());
        assertEquals(IoStatus.IO_ERROR, second.await());
        final Requests.Awaited later = flush();
        assertEquals("a failed sync leaves things to flush", 3, io.syncs);
        io.endSync(0);
        assertEquals(IoStatus.OK, later.await());
    }

    @Test
    public void writesThatNeverReachedTheDeviceAreNoErrors() {
        final Requests.Awaited write = submitWrite(false);
        io.sink.finished(io.requests.remove(0), IoStatus.BUSY, Errno.NONE);
        assertEquals(IoStatus.BUSY, write.await());
        assertEquals(IoStatus.OK, flush().await());
        assertEquals(1, io.syncs);
        assertEquals(0, errors.writeErrors());
    }

    @Test
    public void everyFailureCountsAndEachSecondFourthEighthIsTold() {
        for (int i = 0; i < 5; i++) {
            write(false, Errno.EIO);
        }
        assertEquals(5, errors.writeErrors());
        assertEquals(3, control.size());
    }

    @Test
    public void onlyAReadThatMaySucceedIsTriedAgain() {
        final Simulation sim = new Simulation(1);
        final IoWatch watch = new IoWatch(sim.lanes(), sim.clock(), HealthSettings.DEFAULT, () -> {});
        final Requests.Awaited lost = read(sim, watch);
        end(sim, Errno.ENODATA);
        assertEquals(IoStatus.IO_ERROR, lost.await());
        final Requests.Awaited read = read(sim, watch);
        end(sim, Errno.EIO);
        assertFalse(read.result.isDone());
        sim.runFor(1_000_000_000);
        end(sim, 0);
        assertEquals(IoStatus.OK, read.await());
        assertEquals(2, errors.readErrors());
    }

    private DeviceIo scripted(final DeviceIo.Sink sink) {
        io.sink = sink;
        return io;
    }

    private DeviceIo around(final DeviceIo.Sink sink) {
        final WrappedIo led = new WrappedIo(1 << 20, 2, control::add, sink, this::scripted);
        led.lead(PassingLayer::new);
        return led;
    }

    private void end(final Simulation sim, final int errno) {
        sim.onLane(0, () -> io.endRequest(errno));
        sim.run();
    }

    private Requests.Awaited read(final Simulation sim, final IoWatch watch) {
        final Requests.Awaited request = new Requests.Awaited();
        sim.onLane(0, () -> {
            request.read(sim.lanes().lane(0), 0, 4096, data, 0);
            watch.submit(request, session);
        });
        sim.run();
        return request;
    }

    private Requests.Awaited flush() {
        final Requests.Awaited request = new Requests.Awaited();
        request.flush(lane);
        session.submit(request);
        return request;
    }

    private Requests.Awaited submitWrite(final boolean durable) {
        final Requests.Awaited request = new Requests.Awaited();
        request.write(lane, 0, 4096, data, 0, durable);
        session.submit(request);
        return request;
    }

    private void write(final boolean durable, final int errno) {
        final Requests.Awaited request = submitWrite(durable);
        io.endRequest(errno);
        assertEquals(Errno.status(errno), request.await());
    }

    /** Does nothing but to pass on. */
    private record PassingLayer(BlockLayer inside) implements BlockLayer {
        @Override
        public long sizeBytes() {
            return inside.sizeBytes();
        }

        @Override
        public int blockBytes() {
            return inside.blockBytes();
        }

        @Override
        public void submit(final IoRequest request) {
            inside.submit(request);
        }
    }

    /** An engine whose results the test gives. */
    private final class ScriptedIo implements DeviceIo {
        private final List<IoRequest> requests = new ArrayList<>();
        private DeviceIo.Sink sink;
        private boolean syncing;
        private int syncs;

        @Override
        public String engine() {
            return "scripted";
        }

        @Override
        public void submit(final IoRequest request) {
            requests.add(request);
        }

        @Override
        public void sync(final Lane from) {
            assertFalse("two syncs at a time", syncing);
            syncing = true;
            syncs++;
        }

        @Override
        public CompletionStage<Void> close() {
            return CompletableFuture.completedFuture(null);
        }

        void endRequest(final int errno) {
            sink.finished(requests.remove(0), Errno.status(errno), errno);
        }

        void endSync(final int errno) {
            assertTrue(syncing);
            syncing = false;
            sink.synced(lane, Errno.status(errno), errno);
        }
    }
}
