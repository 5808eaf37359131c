package org.isobar.common.lane;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.After;
import org.junit.Assume;
import org.junit.Test;

public class NettyLanesTest {
    private NettyLanes lanes;

    @After
    public void stop() {
        if (lanes != null) {
            lanes.close();
        }
    }

    @Test
    public void takesIoUringFirst() {
        Assume.assumeTrue(IoUring.isAvailable());
        lanes = new NettyLanes(1, "auto");
        assertEquals("io_uring", lanes.transport());
        assertSame(IoUringServerSocketChannel.class, lanes.serverChannelClass());
    }

    @Test
    public void servesOverEpoll() throws Exception {
        Assume.assumeTrue(Epoll.isAvailable());
        lanes = new NettyLanes(2, "epoll");
        assertSame(EpollServerSocketChannel.class, lanes.serverChannelClass());
        assertEachLaneKnowsItself();
    }

    @Test
    public void servesOverNio() throws Exception {
        lanes = new NettyLanes(2, "nio");
        assertSame(NioServerSocketChannel.class, lanes.serverChannelClass());
        assertEachLaneKnowsItself();
    }

    @Test
    public void everyLaneKnowsItself() throws Exception {
        lanes = new NettyLanes(3, "auto");
        assertEachLaneKnowsItself();
    }

    @Test
    public void countZeroMeansOnePerProcessorUpToEight() {
        lanes = new NettyLanes(0, "auto");
        assertEquals(Math.min(8, Runtime.getRuntime().availableProcessors()), lanes.count());
    }

    @Test
    public void noOtherThreadIsALane() {
        lanes = new NettyLanes(1, "auto");
        assertNull(lanes.current());
        assertFalse(lanes.lane(0).current());
    }

    @Test
    public void lanesOfOthersAreNotOurs() throws Exception {
        lanes = new NettyLanes(1, "nio");
        final NettyLanes others = new NettyLanes(1, "nio");
        try {
            final CompletableFuture<Lane> seen = new CompletableFuture<>();
            others.lane(0).execute(() -> seen.complete(lanes.current()));
            assertNull(seen.get(10, TimeUnit.SECONDS));
            assertThrows(IllegalStateException.class, () -> lanes.eventLoop(others.lane(0)));
        } finally {
            others.close();
        }
    }

    @Test
    public void executeNeverRunsInsideTheCall() throws Exception {
        lanes = new NettyLanes(1, "auto");
        final Lane lane = lanes.lane(0);
        final CompletableFuture<Boolean> ranInside = new CompletableFuture<>();
        lane.execute(() -> {
            final AtomicBoolean ran = new AtomicBoolean();
            lane.execute(() -> ran.set(true));
            ranInside.complete(ran.get());
        });
        assertFalse(ranInside.get(10, TimeUnit.SECONDS));
    }

    @Test
    public void timersRunOnTheirLaneUnlessCancelled() throws Exception {
        lanes = new NettyLanes(2, "auto");
        final Lane lane = lanes.lane(1);
        final AtomicBoolean cancelledRan = new AtomicBoolean();
        lane.execute(() -> lane.schedule(() -> cancelledRan.set(true), TimeUnit.MILLISECONDS.toNanos(1))
                .cancel());
        final CompletableFuture<Lane> ranOn = new CompletableFuture<>();
        lane.schedule(() -> ranOn.complete(lanes.current()), TimeUnit.MILLISECONDS.toNanos(20));
        assertSame(lane, ranOn.get(10, TimeUnit.SECONDS));
        assertFalse(cancelledRan.get());
    }

    @Test
    public void refusesSettingsOutOfBounds() {
        assertThrows(IllegalArgumentException.class, () -> new NettyLanes(-1, "auto"));
        assertThrows(IllegalArgumentException.class, () -> new NettyLanes(257, "auto"));
        assertThrows(IllegalArgumentException.class, () -> new NettyLanes(1, "kqueue"));
    }

    @Test
    public void closeWaitsForTheLoops() {
        lanes = new NettyLanes(2, "auto");
        lanes.close();
        assertTrue(lanes.group().isTerminated());
    }

    private void assertEachLaneKnowsItself() throws Exception {
        for (int i = 0; i < lanes.count(); i++) {
            final Lane lane = lanes.lane(i);
            final CompletableFuture<Lane> seen = new CompletableFuture<>();
            lane.execute(() -> seen.complete(lane.current() ? lanes.current() : null));
            assertSame(lane, seen.get(10, TimeUnit.SECONDS));
            assertEquals(i, lane.index());
            assertSame(lane, lanes.laneOf(lanes.eventLoop(lane)));
        }
        assertSame(lanes.lane(0), lanes.control());
        assertNotSame(lanes.eventLoop(lanes.lane(0)), lanes.eventLoop(lanes.lane(lanes.count() - 1)));
    }
}
