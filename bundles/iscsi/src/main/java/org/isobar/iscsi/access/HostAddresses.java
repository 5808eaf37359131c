package org.isobar.iscsi.access;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.isobar.common.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether an address is one of this host's own: loopback, or that of an interface. Looks again after 5 s. */
final class HostAddresses implements Predicate<byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(HostAddresses.class);
    private static final long LOOK_AGAIN_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int IPV4_BYTES = 4;
    private static final int LOOPBACK_NETWORK = 127;
    private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private record Picture(Set<ByteBuffer> addresses, long takenNs) {}

    private final Clock clock;
    private volatile Picture picture;

    HostAddresses(final Clock clock) {
        this.clock = clock;
    }

    @Override
    public boolean test(final byte[] address) {
        if (address == null) {
            return false;
        }
        if (address.length == IPV4_BYTES
                ? address[0] == LOOPBACK_NETWORK
                : ByteBuffer.wrap(address).equals(ByteBuffer.wrap(IPV6_LOOPBACK))) {
            return true;
        }
        Picture now = picture;
        if (now == null || clock.nanoTime() - now.takenNs() > LOOK_AGAIN_NS) {
            now = look();
            picture = now;
        }
        return now.addresses().contains(ByteBuffer.wrap(address));
    }

    private Picture look() {
        try {
            final Set<ByteBuffer> addresses = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(address -> ByteBuffer.wrap(address.getAddress()))
                    .collect(Collectors.toUnmodifiableSet());
            return new Picture(addresses, clock.nanoTime());
        } catch (final SocketException unreadable) {
            LOG.warn("host.addresses.unreadable", unreadable);
            return new Picture(Set.of(), clock.nanoTime());
        }
    }
}
