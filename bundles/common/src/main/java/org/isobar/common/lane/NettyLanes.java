package org.isobar.common.lane;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.isobar.common.Check;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lanes of production: Netty event loops, on io_uring where the kernel allows it, so that sockets and devices share
 * one ring. Bundles that need more than a {@link Lane} (sockets, a ring for devices) ask for this type.
 */
@Component(
        service = {Lanes.class, NettyLanes.class},
        configurationPid = "org.isobar.lanes")
@Designate(ocd = NettyLanes.Config.class)
public final class NettyLanes implements Lanes {
    private static final Logger LOG = LoggerFactory.getLogger(NettyLanes.class);
    private static final int MAX_LANES = 256;
    private static final int MAX_DEFAULT_LANES = 8;
    /**
     * Submissions that fit in the ring: when so many are there Netty enters the kernel, and does not wait for the end of the loop's
     * turn. A device that ends what it was given all at once would be idle while the lane is at it (docs/performance.md, Lanes and
     * devices by turns).
     */
    private static final int RING_ENTRIES = 4;
    /** Completions that fit; more are kept by the kernel, which costs time but loses none. */
    private static final int COMPLETION_ENTRIES = 4096;

    private static final long SHUTDOWN_LIMIT_S = 15;

    static {
        // Netty asks several times for each operation of a ring whether it may trace. That costs a walk through the
        // container's log filters, but next to nothing with the JDK's loggers, whose records the container takes over.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }

    /** Settings. */
    @ObjectClassDefinition(name = "Lanes")
    public @interface Config {
        @AttributeDefinition(
                name = "Lanes",
                description = "number of event loops; 0: one per processor, at most 8",
                min = "0",
                max = "256")
        int count() default 0;

        @AttributeDefinition(
                name = "Transport",
                description = "how the loops wait: io_uring, epoll, nio, or auto for the first of these that works",
                options = {
                    @Option(label = "auto", value = "auto"),
                    @Option(label = "io_uring", value = "io_uring"),
                    @Option(label = "epoll", value = "epoll"),
                    @Option(label = "nio", value = "nio")
                })
        String transport() default "auto";
    }

    private final String transport;
    private final EventLoopGroup group;
    private final NettyLane[] lanes;
    /**
     * Waits for the lanes' timers. A loop that has one of its own takes a time-out to the kernel each time it waits, and
     * a second completion back (docs/performance.md).
     */
    private final ScheduledThreadPoolExecutor timers =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "isobar-timers"));

    @Activate
    public NettyLanes(final Config config) {
        this(config.count(), config.transport());
    }

    /**
     * Starts lanes without a container.
     *
     * @param count as the setting
     * @param transport as the setting
     */
    public NettyLanes(final int count, final String transport) {
        Check.range("count", count, 0, MAX_LANES);
        final int loops =
                count == 0 ? Math.min(MAX_DEFAULT_LANES, Runtime.getRuntime().availableProcessors()) : count;
        this.transport = choose(transport);
        timers.setRemoveOnCancelPolicy(true);
        group = new MultiThreadIoEventLoopGroup(loops, LaneThread::new, handler(this.transport));
        final List<NettyLane> started = new ArrayList<>(loops);
        for (final EventExecutor loop : group) {
            started.add(new NettyLane(this, started.size(), (IoEventLoop) loop));
        }
        lanes = started.toArray(NettyLane[]::new);
        // Threads start with their first task, so each learns here which lane it is.
        for (final NettyLane lane : lanes) {
            lane.loop().submit(() -> LaneThread.become(lane)).syncUninterruptibly();
        }
        LOG.info("lanes.started count={} transport={}", loops, this.transport);
    }

    /** Ends all loops and waits for them. */
    @Deactivate
    public void close() {
        timers.shutdownNow();
        group.shutdownGracefully(0, SHUTDOWN_LIMIT_S, TimeUnit.SECONDS).awaitUninterruptibly();
        LOG.info("lanes.stopped count={}", lanes.length);
    }

    ScheduledThreadPoolExecutor timers() {
        return timers;
    }

    @Override
    public int count() {
        return lanes.length;
    }

    @Override
    public Lane lane(final int index) {
        return lanes[index];
    }

    @Override
    public Lane current() {
        if (Thread.currentThread() instanceof LaneThread thread) {
            final NettyLane lane = thread.lane;
            return lane != null && lane.owner() == this ? lane : null;
        }
        return null;
    }

    @Override
    public List<LaneLoad> loads() {
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        final List<LaneLoad> loads = new ArrayList<>();
        for (final NettyLane lane : lanes) {
            final SingleThreadEventExecutor loop = (SingleThreadEventExecutor) lane.loop();
            final long cpuNs = threads.getThreadCpuTime(loop.threadProperties().id());
            loads.add(new LaneLoad(lane.index(), cpuNs, loop.pendingTasks()));
        }
        return loads;
    }

    /** How the loops wait: {@code io_uring}, {@code epoll} or {@code nio}. */
    public String transport() {
        return transport;
    }

    /** All loops; they end with this component, nobody else shuts them down. */
    public EventLoopGroup group() {
        return group;
    }

    /** The loop of one of these lanes. */
    public IoEventLoop eventLoop(final Lane lane) {
        final NettyLane ours = (NettyLane) lane;
        Check.that(ours.owner() == this, "lane belongs to other lanes");
        return ours.loop();
    }

    /** The lane of one of these loops, e.g. of a channel that was accepted. */
    public Lane laneOf(final EventExecutor loop) {
        for (final NettyLane lane : lanes) {
            if (lane.loop() == loop) {
                return lane;
            }
        }
        throw new IllegalArgumentException("loop: belongs to no lane");
    }

    /** The listening channel that goes with {@link #transport()}. */
    public Class<? extends ServerChannel> serverChannelClass() {
        return switch (transport) {
            case "io_uring" -> IoUringServerSocketChannel.class;
            case "epoll" -> EpollServerSocketChannel.class;
            default -> NioServerSocketChannel.class;
        };
    }

    private static String choose(final String wanted) {
        return switch (wanted) {
            case "auto" -> firstAvailable();
            case "io_uring" -> require(wanted, IoUring.isAvailable(), IoUring.unavailabilityCause());
            case "epoll" -> require(wanted, Epoll.isAvailable(), Epoll.unavailabilityCause());
            case "nio" -> wanted;
            default ->
                throw new IllegalArgumentException("transport: must be auto, io_uring, epoll or nio, is " + wanted);
        };
    }

    private static String firstAvailable() {
        if (IoUring.isAvailable()) {
            return "io_uring";
        }
        LOG.warn("lanes.fallback missing=io_uring why=\"{}\"", String.valueOf(IoUring.unavailabilityCause()));
        return Epoll.isAvailable() ? "epoll" : "nio";
    }

    private static String require(final String wanted, final boolean available, final Throwable cause) {
        if (!available) {
            throw new IllegalStateException("transport not available here: transport=" + wanted, cause);
        }
        return wanted;
    }

    private static IoHandlerFactory handler(final String transport) {
        return switch (transport) {
            case "io_uring" ->
                IoUringIoHandler.newFactory(
                        new IoUringIoHandlerConfig().setRingSize(RING_ENTRIES).setCqSize(COMPLETION_ENTRIES));
            case "epoll" -> EpollIoHandler.newFactory();
            default -> NioIoHandler.newFactory();
        };
    }

    /** A thread that knows its lane, so that asking for the current one is a type check and a field read. */
    private static final class LaneThread extends FastThreadLocalThread {
        private NettyLane lane;

        LaneThread(final Runnable task) {
            super(task);
        }

        static void become(final NettyLane lane) {
            final LaneThread thread = (LaneThread) Thread.currentThread();
            thread.lane = lane;
            thread.setName("isobar-" + lane);
        }
    }
}
