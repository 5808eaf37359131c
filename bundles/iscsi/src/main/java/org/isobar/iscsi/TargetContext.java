package org.isobar.iscsi;

import org.isobar.api.scsi.TargetDirectory;
import org.isobar.common.time.Clock;
import org.isobar.iscsi.stats.TargetStatistics;

/** What all connections of a member share. */
record TargetContext(
        TargetSettings settings,
        TargetDirectory directory,
        SessionRegistry sessions,
        Clock clock,
        DataBudget budget,
        Authentication authentication,
        TargetStatistics statistics) {}
