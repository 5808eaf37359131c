package org.isobar.scsi.reservation;

import java.util.List;
import java.util.Set;

/**
 * A PERSISTENT RESERVE OUT command, decoded (SPC-4 §6.16).
 *
 * @param action what to do
 * @param nexus who asks
 * @param key RESERVATION KEY
 * @param actionKey SERVICE ACTION RESERVATION KEY
 * @param type TYPE, null when the code is unknown or the scope is not the logical unit
 * @param persist APTPL
 * @param allPorts ALL_TG_PT
 * @param named whether TransportIDs were given (SPEC_I_PT)
 * @param ports TransportIDs of REGISTER with SPEC_I_PT, the one of REGISTER AND MOVE
 * @param unregister UNREG of REGISTER AND MOVE
 * @param targetPort RELATIVE TARGET PORT IDENTIFIER of REGISTER AND MOVE
 * @param targetPorts all target ports there are
 * @param loggedIn nexuses that are logged in now
 */
public record ReserveOut(
        Action action,
        NexusName nexus,
        long key,
        long actionKey,
        ReservationType type,
        boolean persist,
        boolean allPorts,
        boolean named,
        List<TransportId> ports,
        boolean unregister,
        int targetPort,
        Set<Integer> targetPorts,
        Set<NexusName> loggedIn) {
    /** Service actions, each at the index of its code. */
    public enum Action {
        REGISTER,
        RESERVE,
        RELEASE,
        CLEAR,
        PREEMPT,
        PREEMPT_AND_ABORT,
        REGISTER_AND_IGNORE_EXISTING_KEY,
        REGISTER_AND_MOVE;

        /** The action of a code, or null. */
        public static Action of(final int code) {
            return code < values().length ? values()[code] : null;
        }
    }
}
