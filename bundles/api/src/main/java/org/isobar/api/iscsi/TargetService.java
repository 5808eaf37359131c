package org.isobar.api.iscsi;

import java.util.List;

/** Shows portals, targets and sessions, and ends sessions. Any thread may call. */
public interface TargetService {
    /** Portals that listen now. */
    List<PortalInfo> portals();

    /** All targets. */
    List<TargetInfo> targets();

    /** All sessions in full-feature phase. */
    List<SessionInfo> sessions();

    /**
     * Drops a session's connections; the initiator may log in again.
     *
     * @throws org.isobar.api.StorageException NOT_FOUND
     */
    void drop(int tsih);
}
