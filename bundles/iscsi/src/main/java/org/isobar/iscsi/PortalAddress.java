package org.isobar.iscsi;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Addresses as initiators write them: IPv6 in brackets, without zone (RFC 7143 §4.2.7.1 and §13.8). */
final class PortalAddress {
    /** A DNS name. */
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

    private static final int MAX_PORT = 0xFFFF;

    private PortalAddress() {}

    static String text(final InetSocketAddress address) {
        return address == null ? "unknown" : text(address.getAddress()) + ":" + address.getPort();
    }

    static String text(final InetAddress address) {
        final InetAddress plain = plain(address);
        final String host = NetUtil.toAddressString(plain);
        return plain instanceof Inet4Address ? host : "[" + host + "]";
    }

    /** The address itself, an IPv4 address that the operating system shows as IPv6 as what it is. */
    static InetAddress plain(final InetAddress address) {
        final Inet4Address mapped =
                address instanceof Inet6Address six && isMapped(six.getAddress()) ? four(six) : null;
        return mapped == null ? address : mapped;
    }

    /**
     * The address that a text names, in brackets or not; never asks a name server.
     *
     * @throws IllegalArgumentException naming the field when it is none
     */
    static InetAddress literal(final String field, final String text) {
        final boolean bracketed = text.startsWith("[") && text.endsWith("]");
        final String bare = bracketed ? text.substring(1, text.length() - 1) : text;
        if (NetUtil.isValidIpV4Address(bare) || NetUtil.isValidIpV6Address(bare)) {
            try {
                return InetAddress.getByName(bare);
            } catch (final UnknownHostException unknownZone) {
                throw new IllegalArgumentException(field + ": no such zone, is " + text, unknownZone);
            }
        }
        throw new IllegalArgumentException(field + ": must be an IPv4 or IPv6 address, is " + text);
    }

    /** Whether a text can be an address or a DNS name, IPv6 in brackets. */
    static boolean isHost(final String text) {
        final boolean bracketed = text.startsWith("[") && text.endsWith("]");
        return bracketed
                ? NetUtil.isValidIpV6Address(text.substring(1, text.length() - 1))
                : NetUtil.isValidIpV4Address(text) || HOST_NAME.matcher(text).matches();
    }

    /** Where the colon before the port is, -1 when the text has no port. */
    static int portColon(final String text) {
        final int colon = text.lastIndexOf(':');
        return colon > text.lastIndexOf(']') ? colon : -1;
    }

    /** The port that a text names, -1 when it is none. */
    static int port(final String text) {
        return Negotiation.number(text, 0, MAX_PORT);
    }

    private static boolean isMapped(final byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == (byte) 0xFF && bytes[11] == (byte) 0xFF;
    }

    private static Inet4Address four(final Inet6Address mapped) {
        final byte[] bytes = mapped.getAddress();
        try {
            return (Inet4Address) InetAddress.getByAddress(new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]});
        } catch (final UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
