package org.isobar.iscsi;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as initiators write them: IPv6 in brackets, without zone. */
final class PortalAddress {
    private PortalAddress() {}

    static String text(final InetSocketAddress address) {
        return address == null ? "unknown" : text(address.getAddress()) + ":" + address.getPort();
    }

    static String text(final InetAddress address) {
        final String plain = address.getHostAddress();
        if (!(address instanceof Inet6Address)) {
            return plain;
        }
        final int zone = plain.indexOf('%');
        return "[" + (zone < 0 ? plain : plain.substring(0, zone)) + "]";
    }
}
