package org.isobar.scsi.reservation;

import java.util.Map;
import java.util.Set;

/**
 * What comes of a change of reservations.
 *
 * @param result how the command ends
 * @param field byte of the CDB or parameter list that is wrong, where the result says so
 * @param next the state from now on; the one before unless the result is GOOD
 * @param told unit attentions, by nexus
 * @param aborted nexuses whose tasks are aborted before the command ends
 */
public record Outcome(
        Result result, int field, ReservationState next, Map<NexusName, Notice> told, Set<NexusName> aborted) {
    /** How a command ends. */
    public enum Result {
        GOOD,
        CONFLICT,
        INVALID_CDB,
        INVALID_PARAMETER,
        INVALID_RELEASE,
        NO_RESOURCES,
        /** The document could not be stored. */
        NOT_STORED,
        /** The document could not be read. */
        UNREADABLE,
        /** The logical unit is gone. */
        REMOVED
    }

    /** Unit attentions (SPC-4 §5.13.11). */
    public enum Notice {
        RESERVATIONS_PREEMPTED,
        RESERVATIONS_RELEASED,
        REGISTRATIONS_PREEMPTED
    }

    static Outcome good(final ReservationState next) {
        return good(next, Map.of());
    }

    static Outcome good(final ReservationState next, final Map<NexusName, Notice> told) {
        return new Outcome(Result.GOOD, 0, next, told, Set.of());
    }

    /** Nothing changes. */
    public static Outcome refused(final ReservationState now, final Result why) {
        return refused(now, why, 0);
    }

    static Outcome refused(final ReservationState now, final Result why, final int field) {
        return new Outcome(why, field, now, Map.of(), Set.of());
    }

    Outcome aborting(final Set<NexusName> nexuses) {
        return new Outcome(result, field, next, told, Set.copyOf(nexuses));
    }
}
