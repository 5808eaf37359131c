package org.isobar.iscsi;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.PortalSpec;

/** Which addresses of a portal an initiator is told: only such as it can be expected to reach. */
final class PortalListing {
    private static final int DEFAULT_PORT = 3260;

    private PortalListing() {}

    /** Where a portal is reached from anywhere, as {@code host:port}; local ones for the host itself. */
    static List<String> ofHost(final Portal portal) {
        final InetSocketAddress local = portal.localAddress();
        if (portal.spec().advertise() != null) {
            return List.of(withPort(portal.spec().advertise()));
        }
        if (!local.getAddress().isAnyLocalAddress()) {
            return List.of(PortalAddress.text(local));
        }
        final boolean onlyFour = PortalAddress.plain(local.getAddress()) instanceof Inet4Address;
        return hostAddresses().stream()
                .filter(address -> !onlyFour || address instanceof Inet4Address)
                .map(address -> PortalAddress.text(new InetSocketAddress(address, local.getPort())))
                .toList();
    }

    /**
     * Where an initiator reaches the target, as {@code host:port,tag}: the portal that it asked through first, then the
     * others. What it is told has the IP version that it came with; loopback addresses are for the host itself, link-local
     * ones (they mean nothing without a zone, which iSCSI cannot write) for those that used them.
     *
     * @param asked portal that the initiator asked through
     * @param local where the initiator's connection ends here
     * @param remote where it comes from
     */
    static List<String> forInitiator(
            final List<Portal> portals,
            final Portal asked,
            final InetSocketAddress local,
            final InetSocketAddress remote) {
        final List<String> addresses = new ArrayList<>();
        if (asked.spec().advertise() == null) {
            add(addresses, PortalAddress.text(local), asked);
        } else if (matches(asked.spec().advertise(), local.getAddress())) {
            add(addresses, withPort(asked.spec().advertise()), asked);
        }
        for (final Portal other : portals) {
            final String address = other == asked || !other.listening() ? null : address(other, local, remote);
            if (address != null) {
                add(addresses, address, other);
            }
        }
        return addresses;
    }

    /** Where this initiator reaches the portal, null when it cannot. */
    static String address(final Portal portal, final InetSocketAddress local, final InetSocketAddress remote) {
        final PortalSpec spec = portal.spec();
        if (spec.advertise() != null) {
            return matches(spec.advertise(), local.getAddress()) ? withPort(spec.advertise()) : null;
        }
        final InetSocketAddress listening = portal.localAddress();
        if (listening == null) {
            return null;
        }
        final InetAddress address = PortalAddress.plain(listening.getAddress());
        final InetAddress used = PortalAddress.plain(local.getAddress());
        if (address.isAnyLocalAddress()) {
            final boolean reaches = used instanceof Inet4Address || !(address instanceof Inet4Address);
            return reaches ? PortalAddress.text(new InetSocketAddress(used, listening.getPort())) : null;
        }
        final boolean sameVersion = address.getClass() == used.getClass();
        final boolean fromHost = remote.getAddress().isLoopbackAddress()
                || PortalAddress.plain(remote.getAddress()).equals(used);
        final boolean reaches = sameVersion
                && (!address.isLoopbackAddress() || fromHost)
                && (!address.isLinkLocalAddress() || address.equals(used));
        return reaches ? PortalAddress.text(listening) : null;
    }

    private static void add(final List<String> addresses, final String address, final Portal portal) {
        final String entry = address + "," + portal.groupTag();
        if (!addresses.contains(entry)) {
            addresses.add(entry);
        }
    }

    /** Whether an address to be told has this one's IP version; a name may have any. */
    private static boolean matches(final String advertise, final InetAddress used) {
        final boolean four = PortalAddress.plain(used) instanceof Inet4Address;
        if (advertise.startsWith("[")) {
            return !four;
        }
        final int colon = PortalAddress.portColon(advertise);
        final String host = colon < 0 ? advertise : advertise.substring(0, colon);
        return four || !NetUtil.isValidIpV4Address(host);
    }

    private static String withPort(final String advertise) {
        return PortalAddress.portColon(advertise) < 0 ? advertise + ":" + DEFAULT_PORT : advertise;
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
