package org.isobar.scsi;

import org.isobar.api.block.IoStatus;
import org.isobar.scsi.reservation.NexusName;
import org.isobar.scsi.reservation.ReservationRules;

/** RESERVE and RELEASE, (6) and (10) (SPC-2 §7.16, §7.17, §7.21, §7.22): of the whole unit, for the nexus that asks. */
final class ReserveReleaseCommands {
    private static final int FLAGS_OFFSET = 1;
    /** 3rdPty, LongID and Extent in both forms: neither third parties nor extents. */
    private static final int THIRD_PARTY_OR_EXTENT = 0x1F;

    private static final int THIRD_PARTY_BIT = 4;

    private ReserveReleaseCommands() {}

    static void reserve(final CommandRun run, final IoStatus none) {
        if (!refused(run)) {
            final NexusName nexus = run.nexus().name();
            ReserveOutCommand.change(run, now -> ReservationRules.legacyReserve(now, nexus));
        }
    }

    static void release(final CommandRun run, final IoStatus none) {
        if (!refused(run)) {
            final NexusName nexus = run.nexus().name();
            ReserveOutCommand.change(run, now -> ReservationRules.legacyRelease(now, nexus));
        }
    }

    private static boolean refused(final CommandRun run) {
        if ((run.cdb()[FLAGS_OFFSET] & THIRD_PARTY_OR_EXTENT) != 0) {
            run.invalidCdb(FLAGS_OFFSET, THIRD_PARTY_BIT);
            return true;
        }
        return false;
    }
}
