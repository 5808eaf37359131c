package org.isobar.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.junit.After;
import org.junit.Test;

/** What becomes of operations that the ring does not take, as when it is full and the kernel takes nothing out of it. */
public class RingQueueTest {
    private static final int BLOCK_BYTES = 4096;
    /** That of a request which is alone. */
    private static final int SLOT = RingQueue.SLOTS - 1;
    /** More than what is repeated of any step. */
    private static final int TRIES_MAX = 2000;

    private final InlineLane lane = new InlineLane();
    private final Ring ring = new Ring();
    private final Results results = new Results();
    private final RingQueue queue = new RingQueue(
            lane,
            0,
            false,
            new Transfer.PunchSupport(true),
            new PageCacheIo(null, PageCacheIo.Scope.NOTHING, System::nanoTime),
            results);
    private final ByteBuf data = Buffers.allocateZeroed(BLOCK_BYTES);

    public RingQueueTest() {
        queue.registeredAs(ring);
    }

    @After
    public void release() {
        data.release();
    }

    @Test
    public void whatTheRingRefusesIsTriedAgain() {
        ring.refusals = 2;
        queue.submit(write());
        assertEquals(1, lane.runScheduled());
        assertEquals(0, ring.taken);
        assertEquals(1, lane.runScheduled());
        assertEquals(0, results.finished);
        complete(SLOT, BLOCK_BYTES);
        assertEquals(1, results.finished);
        assertEquals(IoStatus.OK, results.status);
        assertEquals(0, lane.runScheduled());
    }

    @Test
    public void whatTheRingNeverTakesFails() {
        ring.refusals = Integer.MAX_VALUE;
        queue.submit(write());
        int tries = 0;
        while (results.finished == 0 && tries < TRIES_MAX) {
            assertEquals(1, lane.runScheduled());
            tries++;
        }
        assertEquals(IoStatus.IO_ERROR, results.status);
        assertEquals(Errno.EAGAIN, results.errno);

        ring.refusals = 0;
        queue.submit(write());
        complete(SLOT, BLOCK_BYTES);
        assertEquals(IoStatus.OK, results.status);
    }

    @Test
    public void aSyncThatTheRingRefusesIsTriedAgain() {
        ring.refusals = 1;
        queue.sync();
        assertEquals(0, results.synced);
        lane.runScheduled();
        complete(RingQueue.SYNC_SLOT, 0);
        assertEquals(1, results.synced);
        assertEquals(IoStatus.OK, results.status);
    }

    @Test
    public void isIdleOnlyWhenWhatWasRefusedHasEnded() {
        final Deque<String> idle = new ArrayDeque<>();
        ring.refusals = 1;
        queue.submit(write());
        queue.shut(() -> idle.add("idle"));
        lane.runScheduled();
        assertTrue(idle.isEmpty());
        assertFalse(ring.cancelled);
        complete(SLOT, BLOCK_BYTES);
        assertEquals(1, idle.size());
        assertTrue(ring.cancelled);
    }

    private IoRequest write() {
        final Requests.Awaited request = new Requests.Awaited();
        request.write(lane, 0, BLOCK_BYTES, data, 0, false);
        return request;
    }

    private void complete(final int slot, final int result) {
        assertEquals(1, ring.taken);
        ring.taken = 0;
        queue.handle(ring, new IoUringIoEvent(result, 0, (byte) 0, slot));
    }

    /** Takes operations, but for some. */
    private static final class Ring implements IoRegistration {
        private int taken;
        private int refusals;
        private boolean cancelled;

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals")
        public <T> T attachment() {
            return null;
        }

        @Override
        public long submit(final IoOps operation) {
            if (refusals > 0) {
                refusals--;
                throw new IllegalStateException("ring full and no submissions accepted");
            }
            taken++;
            return 0;
        }

        @Override
        public boolean isValid() {
            return !cancelled;
        }

        @Override
        public boolean cancel() {
            cancelled = true;
            return true;
        }
    }

    /** How the last request or sync ended. */
    private static final class Results implements DeviceIo.Sink {
        private int finished;
        private int synced;
        private IoStatus status;
        private int errno;

        @Override
        public void finished(final IoRequest request, final IoStatus how, final int why) {
            finished++;
            status = how;
            errno = why;
        }

        @Override
        public void synced(final Lane from, final IoStatus how, final int why) {
            synced++;
            status = how;
            errno = why;
        }
    }
}
