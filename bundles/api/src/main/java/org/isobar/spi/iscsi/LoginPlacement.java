package org.isobar.spi.iscsi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides at login where an initiator's session is to live: here, or elsewhere by redirection (RFC 7143 §11.13.5). Asked
 * once for each login that begins a session with a target, after the initiator has proved who it is and that it may use the
 * target; discovery and connections that join a session are not asked about.
 *
 * <p>Called on the initiator's lane, so it must answer from memory. Pure: the answer depends only on the picture, so a policy
 * may be swapped between two calls and a decision replayed. A policy that throws, is missing, or names what no address is
 * gives way to "stay", with a warning.
 */
@ConsumerType
public interface LoginPlacement {
    /** Service property naming this policy, the value of the {@code login.placement} setting. */
    String POLICY_NAME = "policy.name";

    /** Where the session is to live. */
    Placement place(Picture picture);

    /**
     * One login.
     *
     * @param initiatorName iSCSI name in lower case
     * @param initiatorAddress IP address that it comes from
     * @param targetName iSCSI name of the target
     * @param portal {@code HOST:PORT} that it reached, IPv6 in brackets
     * @param portals {@code HOST:PORT,TAG} of all portals of this member that it can be expected to reach, its own first
     */
    record Picture(
            String initiatorName, String initiatorAddress, String targetName, String portal, List<String> portals) {
        public Picture {
            portals = List.copyOf(portals);
        }
    }

    /**
     * A decision.
     *
     * @param address {@code HOST:PORT} to go to, IPv6 in brackets; null for here
     * @param permanent whether the target has moved for good (0x0102); not all initiators follow that
     */
    record Placement(String address, boolean permanent) {
        /** Here. */
        public static final Placement STAY = new Placement(null, false);
    }
}
