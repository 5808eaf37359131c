package org.isobar.iscsi;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.isobar.api.iscsi.PortalSpec;
import org.isobar.common.Check;

/** Portals as the configuration writes them: {@code ADDRESS:PORT[,TAG][,advertise=HOST[:PORT]]}, several apart by blanks. */
final class PortalText {
    private static final String FIELD = "portals";
    private static final String ADVERTISE = "advertise=";
    private static final int MAX_TAG = 0xFFFF;
    private static final int MAX_PORT = 0xFFFF;

    private PortalText() {}

    /**
     * Takes a list apart.
     *
     * @throws IllegalArgumentException naming the field
     */
    static List<PortalSpec> parse(final String list) {
        final List<PortalSpec> specs = new ArrayList<>();
        for (final String one : list.trim().split("\\s+", -1)) {
            if (!one.isEmpty()) {
                specs.add(parseOne(one));
            }
        }
        return specs;
    }

    /** As {@link #parse} reads it. */
    static String text(final List<PortalSpec> specs) {
        final List<String> texts = new ArrayList<>();
        for (final PortalSpec spec : specs) {
            final String end = spec.advertise() == null ? "" : "," + ADVERTISE + spec.advertise();
            texts.add(where(spec) + "," + spec.portalGroupTag() + end);
        }
        return String.join(" ", texts);
    }

    /** Address and port, as initiators write them. */
    static String where(final PortalSpec spec) {
        return bracketed(spec.address()) + ":" + spec.port();
    }

    static String bracketed(final String address) {
        return address.indexOf(':') >= 0 && !address.startsWith("[") ? "[" + address + "]" : address;
    }

    /**
     * Returns the portal in its one spelling.
     *
     * @throws IllegalArgumentException naming the field when it cannot be one
     */
    static PortalSpec checked(final PortalSpec spec) {
        final InetAddress address = PortalAddress.literal("address", spec.address());
        Check.range("port", spec.port(), 0, MAX_PORT);
        Check.range("portalGroupTag", spec.portalGroupTag(), 1, MAX_TAG);
        final String advertise = spec.advertise() == null || spec.advertise().isEmpty() ? null : spec.advertise();
        if (advertise != null && !advertisable(advertise)) {
            throw new IllegalArgumentException(
                    "advertise: must be HOST or HOST:PORT, IPv6 in brackets, is " + advertise);
        }
        final boolean zoned = address instanceof Inet6Address six && six.getScopeId() != 0;
        final String spelling = zoned ? address.getHostAddress() : NetUtil.toAddressString(address);
        return new PortalSpec(spelling, spec.port(), spec.portalGroupTag(), advertise);
    }

    /**
     * Refuses two portals at one place.
     *
     * @throws IllegalArgumentException naming it
     */
    static List<PortalSpec> checked(final List<PortalSpec> specs) {
        final List<PortalSpec> checked = specs.stream().map(PortalText::checked).toList();
        final Set<String> places = new HashSet<>();
        for (final PortalSpec spec : checked) {
            if (spec.port() != 0 && !places.add(where(spec))) {
                throw new IllegalArgumentException(FIELD + ": " + where(spec) + " comes twice");
            }
        }
        return checked;
    }

    private static PortalSpec parseOne(final String text) {
        final String[] parts = text.split(",", -1);
        final int colon = PortalAddress.portColon(parts[0]);
        final int port = colon < 0 ? -1 : PortalAddress.port(parts[0].substring(colon + 1));
        int tag = 1;
        String advertise = null;
        boolean wellFormed = port >= 0;
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].startsWith(ADVERTISE)) {
                advertise = parts[i].substring(ADVERTISE.length());
            } else {
                tag = Negotiation.number(parts[i], 1, MAX_TAG);
                wellFormed &= i == 1 && tag > 0;
            }
        }
        if (!wellFormed) {
            throw new IllegalArgumentException(
                    FIELD + ": must be ADDRESS:PORT[,TAG][,advertise=HOST[:PORT]], is " + text);
        }
        return new PortalSpec(parts[0].substring(0, colon), port, tag, advertise);
    }

    private static boolean advertisable(final String text) {
        final int colon = PortalAddress.portColon(text);
        return colon < 0
                ? PortalAddress.isHost(text)
                : PortalAddress.isHost(text.substring(0, colon)) && PortalAddress.port(text.substring(colon + 1)) > 0;
    }
}
