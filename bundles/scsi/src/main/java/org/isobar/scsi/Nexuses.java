package org.isobar.scsi;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.isobar.api.scsi.ScsiTask;
import org.isobar.scsi.reservation.Access;
import org.isobar.scsi.reservation.NexusName;
import org.isobar.scsi.reservation.Outcome;
import org.isobar.scsi.reservation.ReservationState;

/** The nexuses of a target that are logged in. Any thread may call. */
final class Nexuses {
    private final Set<Nexus> all = ConcurrentHashMap.newKeySet();

    void add(final Nexus nexus) {
        all.add(nexus);
    }

    void remove(final Nexus nexus) {
        all.remove(nexus);
    }

    Set<NexusName> names() {
        return all.stream().map(Nexus::name).collect(Collectors.toSet());
    }

    /**
     * Whether reservations let an initiator that is logged in elsewhere use the unit: through any of its own nexuses here,
     * or, when it has none, by the name of the other one.
     */
    boolean mayUse(final ReservationState state, final Nexus elsewhere, final boolean write) {
        if (!state.restricts()) {
            return true;
        }
        final int access = (write ? Access.WRITE : Access.READ).bit();
        return (state.denied(elsewhere.name()) & access) == 0
                || all.stream()
                        .filter(nexus -> nexus.initiator()
                                .name()
                                .equals(elsewhere.initiator().name()))
                        .anyMatch(nexus -> (state.denied(nexus.name()) & access) == 0);
    }

    /** Raises a unit attention for all nexuses but one, or for all. */
    void raise(final UnitAttention attention, final Nexus but) {
        all.forEach(nexus -> {
            if (nexus != but) {
                nexus.raise(attention);
            }
        });
    }

    /** Raises unit attentions of those that are logged in; others hear POWER ON when they come. */
    void raise(final Map<NexusName, Outcome.Notice> told) {
        all.forEach(nexus -> {
            final Outcome.Notice notice = told.get(nexus.name());
            if (notice != null) {
                nexus.raise(UnitAttention.of(notice));
            }
        });
    }

    /**
     * Aborts the tasks of these nexuses but one.
     *
     * @param drained called once, on any thread, when the logical unit holds none of them any more
     */
    void abortTasks(final Set<NexusName> names, final ScsiTask but, final Runnable drained) {
        final List<Nexus> affected =
                all.stream().filter(nexus -> names.contains(nexus.name())).toList();
        final AtomicInteger waitingFor = new AtomicInteger(affected.size() + 1);
        final Runnable oneDrained = () -> {
            if (waitingFor.decrementAndGet() == 0) {
                drained.run();
            }
        };
        affected.forEach(nexus -> nexus.abortTasks(but, oneDrained));
        oneDrained.run();
    }
}
