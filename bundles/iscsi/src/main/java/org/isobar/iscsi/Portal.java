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
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.PortalInfo;
import org.isobar.common.lane.NettyLanes;

/** A listening socket and the connections that came through it. */
final class Portal {
    private static final int BACKLOG = 256;
    /** Connections beyond the limit that still hear why they are refused; more are closed unheard. */
    private static final int MAX_REFUSED = 64;

    private static final int MIN_RECEIVE_BYTES = 4096;
    private static final int START_RECEIVE_BYTES = 65_536;
    private static final int MAX_RECEIVE_BYTES = 1 << 20;
    private static final int OUTPUT_LOW_BYTES = 1 << 19;
    private static final int OUTPUT_HIGH_BYTES = 1 << 21;

    private final TargetContext context;
    private final NettyLanes lanes;
    private final Channel listener;
    private final Set<IscsiConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** Listens; fails when the address cannot be had. */
    Portal(final TargetContext context, final NettyLanes lanes) {
        this.context = context;
        this.lanes = lanes;
        final TargetSettings settings = context.settings();
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
                .bind(settings.address(), settings.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new StorageException(
                    StorageException.Code.UNAVAILABLE,
                    "portal cannot listen: address=" + settings.address() + " port=" + settings.port(),
                    bound.cause());
        }
        listener = bound.channel();
    }

    /** Where initiators reach this portal: one entry, or one for each address of the host when it listens on all. */
    List<PortalInfo> infos() {
        final InetSocketAddress local = (InetSocketAddress) listener.localAddress();
        final int tag = context.settings().portalGroupTag();
        final List<PortalInfo> infos = new ArrayList<>();
        if (local.getAddress().isAnyLocalAddress()) {
            for (final InetAddress address : hostAddresses()) {
                infos.add(new PortalInfo(PortalAddress.text(address), local.getPort(), tag));
            }
        } else {
            infos.add(new PortalInfo(PortalAddress.text(local.getAddress()), local.getPort(), tag));
        }
        return infos;
    }

    /** Accepts no more connections. */
    void stopListening() {
        stopped = true;
        listener.close().awaitUninterruptibly();
    }

    /** Closes all connections. */
    void closeConnections() {
        connections.forEach(connection -> connection.closeFromAnywhere("portal closed"));
    }

    private void accept(final Channel channel) {
        final int limit = context.settings().maxConnections();
        final int count = connections.size();
        if (count >= limit + MAX_REFUSED) {
            final ChannelFuture unused = channel.close();
            return;
        }
        final IscsiConnection connection =
                new IscsiConnection(context, channel, lanes.laneOf(channel.eventLoop()), count >= limit);
        connections.add(connection);
        channel.closeFuture().addListener(closed -> connections.remove(connection));
        channel.pipeline().addLast(connection);
        if (stopped) {
            // Accepted before the listener closed, but perhaps too late to be closed with the others.
            connection.closeFromAnywhere("portal closed");
        }
    }

    private static List<InetAddress> hostAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .toList();
        } catch (final SocketException e) {
            throw new StorageException(StorageException.Code.IO, "host addresses cannot be read", e);
        }
    }
}
