package org.isobar.api.scsi;

import org.isobar.api.access.Initiator;

/** A target that initiators log in to: one per volume, the volume being LUN 0. */
public interface ScsiTarget {
    /** iSCSI name, e.g. {@code iqn.2026-11.org.isobar:vol-a}. */
    String name();

    /** Name of the volume behind LUN 0. */
    String volume();

    /**
     * Opens the nexus of a session.
     *
     * @param who the initiator
     * @param isid the 6-byte initiator session id, right-aligned (RFC 7143 §11.12.5)
     * @param portalGroupTag portal group logged in to
     * @param readOnly whether writes through this nexus are refused with DATA PROTECT
     */
    ScsiNexus open(Initiator who, long isid, int portalGroupTag, boolean readOnly);

    /** Calls {@code gone} once, on any thread, when the target has been removed: sessions are to be dropped. */
    void onRemoved(Runnable gone);
}
