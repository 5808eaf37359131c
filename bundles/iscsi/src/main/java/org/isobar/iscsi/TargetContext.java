package org.isobar.iscsi;

import java.util.concurrent.atomic.AtomicReference;
import org.isobar.api.scsi.TargetDirectory;
import org.isobar.common.time.Clock;
import org.isobar.iscsi.access.LoginAccess;
import org.isobar.iscsi.stats.TargetStatistics;
import org.isobar.iscsi.trace.PduTraces;

/**
 * What all connections of a member share.
 *
 * @param currentSettings settings of connections from now on
 */
record TargetContext(
        AtomicReference<TargetSettings> currentSettings,
        Portals portals,
        ConnectionLimits connections,
        LoginPlacements placements,
        TargetDirectory directory,
        SessionRegistry sessions,
        Clock clock,
        DataBudget budget,
        TaskLimits taskLimits,
        LoginAccess access,
        TargetStatistics statistics,
        PduTraces traces) {
    /** Settings as they are now. */
    TargetSettings settings() {
        return currentSettings.get();
    }
}
