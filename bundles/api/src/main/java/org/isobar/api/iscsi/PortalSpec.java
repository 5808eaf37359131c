package org.isobar.api.iscsi;

import java.util.Objects;
import org.isobar.api.StorageException;

/**
 * Where a member listens for initiators.
 *
 * @param address IP address, IPv6 with or without brackets; {@code 0.0.0.0} or {@code ::} for all of the host
 * @param port TCP port, 0 for any
 * @param portalGroupTag group of portals over which one session may spread its connections; 1 to 65535
 * @param advertise {@code HOST[:PORT]} that initiators are told instead of the address, for a portal behind address
 *     translation; null for none
 */
public record PortalSpec(String address, int port, int portalGroupTag, String advertise) {
    public PortalSpec {
        Objects.requireNonNull(address, "address");
    }

    /**
     * The portal at a place written {@code ADDRESS:PORT}, IPv6 in brackets; whether the address is one is not looked at.
     *
     * @throws StorageException INVALID when there is no port
     */
    public static PortalSpec at(final String place, final int portalGroupTag, final String advertise) {
        final int colon = place.lastIndexOf(':');
        final String port = place.substring(colon + 1);
        if (colon <= 0 || colon < place.lastIndexOf(']') || !port.matches("[0-9]{1,5}")) {
            throw new StorageException(
                    StorageException.Code.INVALID, "portal: must be ADDRESS:PORT, IPv6 in brackets, is " + place);
        }
        return new PortalSpec(place.substring(0, colon), Integer.parseInt(port), portalGroupTag, advertise);
    }
}
