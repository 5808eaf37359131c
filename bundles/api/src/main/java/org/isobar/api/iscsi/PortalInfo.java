package org.isobar.api.iscsi;

import java.util.List;

/**
 * A portal as it is now.
 *
 * @param address IP address that it is to listen on, as initiators write it: IPv6 in brackets
 * @param port TCP port that it is to listen on
 * @param portalGroupTag 1 to 65535
 * @param advertise {@code HOST[:PORT]} that initiators are told instead, null for none
 * @param reachable {@code HOST:PORT} under which initiators reach it: several when it listens on all addresses, none
 *     while it does not listen
 * @param connections TCP connections that came through it
 * @param problem why it does not listen, null when it does
 */
public record PortalInfo(
        String address,
        int port,
        int portalGroupTag,
        String advertise,
        List<String> reachable,
        int connections,
        String problem) {
    public PortalInfo {
        reachable = List.copyOf(reachable);
    }
}
