package org.isobar.iscsi;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.PortalInfo;
import org.isobar.api.iscsi.PortalSpec;
import org.isobar.common.lane.NettyLanes;

/** A listening socket and the connections that came through it. Any thread may call. */
final class Portal {
    private static final int BACKLOG = 256;
    private static final int MIN_RECEIVE_BYTES = 4096;
    private static final int START_RECEIVE_BYTES = 65_536;
    private static final int MAX_RECEIVE_BYTES = 1 << 20;
    private static final int OUTPUT_LOW_BYTES = 1 << 19;
    private static final int OUTPUT_HIGH_BYTES = 1 << 21;

    private final TargetContext context;
    private final NettyLanes lanes;
    private final PortalSpec spec;
    private final Set<IscsiConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile Channel listener;
    private volatile String problem = "not listening yet";
    private volatile boolean stopped;

    Portal(final TargetContext context, final NettyLanes lanes, final PortalSpec spec) {
        this.context = context;
        this.lanes = lanes;
        this.spec = spec;
    }

    PortalSpec spec() {
        return spec;
    }

    int groupTag() {
        return spec.portalGroupTag();
    }

    /** Address and port listened on, or null. */
    InetSocketAddress localAddress() {
        final Channel listening = listener;
        return listening == null ? null : (InetSocketAddress) listening.localAddress();
    }

    /** Whether it stands at this place; port 0 stands for the one that was found. */
    boolean isAt(final InetAddress address, final int port) {
        final InetSocketAddress local = localAddress();
        final int ours = spec.port() == 0 && local != null ? local.getPort() : spec.port();
        return ours == port && PortalAddress.literal("address", spec.address()).equals(address);
    }

    /** Listens; fails with UNAVAILABLE when the address cannot be had now, and may then be called again. */
    CompletableFuture<Void> listen() {
        final CompletableFuture<Void> listening = new CompletableFuture<>();
        final ChannelFuture bound = new ServerBootstrap()
                .group(lanes.group())
                .channel(lanes.serverChannelClass())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(OUTPUT_LOW_BYTES, OUTPUT_HIGH_BYTES))
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(MIN_RECEIVE_BYTES, START_RECEIVE_BYTES, MAX_RECEIVE_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        accept(channel);
                    }
                })
                .bind(spec.address(), spec.port());
        bound.addListener(done -> {
            if (!bound.isSuccess()) {
                problem = bound.cause().getMessage();
                listening.completeExceptionally(new StorageException(
                        StorageException.Code.UNAVAILABLE,
                        "portal cannot listen: address=" + spec.address() + " port=" + spec.port() + " why=\"" + problem
                                + "\"",
                        bound.cause()));
                return;
            }
            listener = bound.channel();
            problem = null;
            if (stopped) {
                final ChannelFuture unused = bound.channel().close();
            }
            listening.complete(null);
        });
        return listening;
    }

    PortalInfo info() {
        final InetSocketAddress local = localAddress();
        return new PortalInfo(
                PortalText.bracketed(spec.address()),
                local == null ? spec.port() : local.getPort(),
                spec.portalGroupTag(),
                spec.advertise(),
                problem == null && !stopped ? PortalListing.ofHost(this) : List.of(),
                connections.size(),
                problem);
    }

    /** Whether it accepts connections. */
    boolean listening() {
        return !stopped && listener != null;
    }

    /** Accepts no more connections; completes once that is so. */
    CompletableFuture<Void> stopListening() {
        stopped = true;
        problem = "removed";
        final CompletableFuture<Void> closed = new CompletableFuture<>();
        final Channel listening = listener;
        if (listening == null) {
            closed.complete(null);
        } else {
            listening.close().addListener(done -> closed.complete(null));
        }
        return closed;
    }

    /** Connections that came through this portal. */
    Set<IscsiConnection> connections() {
        return connections;
    }

    private void accept(final Channel channel) {
        final InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        if (remote == null) {
            // Gone again before it was accepted.
            final ChannelFuture unused = channel.close();
            return;
        }
        final String address = PortalAddress.text(remote.getAddress());
        final ConnectionLimits.Place place = context.connections().open(address, context.settings());
        if (place == null) {
            final ChannelFuture unused = channel.close();
            return;
        }
        final IscsiConnection connection =
                new IscsiConnection(context, this, channel, lanes.laneOf(channel.eventLoop()), place);
        connections.add(connection);
        channel.closeFuture().addListener(closed -> {
            connections.remove(connection);
            place.close();
        });
        channel.pipeline().addLast(connection);
        if (stopped) {
            // Accepted before the listener closed, but perhaps too late to be closed with the others.
            connection.closeFromAnywhere("portal closed");
        }
    }
}
