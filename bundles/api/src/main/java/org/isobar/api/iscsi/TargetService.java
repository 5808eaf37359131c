package org.isobar.api.iscsi;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Shows portals, targets and sessions, and ends sessions. Any thread may call. */
public interface TargetService {
    /** All portals, those included that cannot listen now and are tried again. */
    List<PortalInfo> portals();

    /**
     * Listens at one more portal and keeps it in the configuration. Sessions elsewhere notice nothing.
     *
     * @return the portal once it listens; fails with INVALID for what no portal can be, EXISTS for an address and port that
     *     a portal has, UNAVAILABLE when the address cannot be listened on
     */
    CompletionStage<PortalInfo> addPortal(PortalSpec spec);

    /**
     * Takes a portal out of the configuration: it stops listening, then its initiators are asked to log out. Sessions
     * elsewhere notice nothing.
     *
     * @param portal its {@code ADDRESS:PORT}, IPv6 in brackets
     * @return completes once it does not listen any more; fails with INVALID or NOT_FOUND
     */
    CompletionStage<Void> removePortal(String portal);

    /** All targets. */
    List<TargetInfo> targets();

    /** All sessions in full-feature phase. */
    List<SessionInfo> sessions();

    /**
     * Asks initiators to log out (asynchronous message) while their commands go on; those that have not after
     * {@code logout.wait.ms} are dropped. They may log in again.
     *
     * @return sessions asked
     * @throws org.isobar.api.StorageException NOT_FOUND for a session that is not there
     */
    int drain(SessionSelection which);

    /**
     * Drops a session's connections at once; the initiator may log in again.
     *
     * @throws org.isobar.api.StorageException NOT_FOUND
     */
    void drop(int tsih);
}
