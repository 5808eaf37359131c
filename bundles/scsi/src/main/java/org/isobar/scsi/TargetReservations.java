package org.isobar.scsi;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.scsi.RegistrationInfo;
import org.isobar.api.scsi.ReservationInfo;
import org.isobar.api.scsi.ReservationService;
import org.isobar.scsi.reservation.NexusName;
import org.isobar.scsi.reservation.Outcome;
import org.isobar.scsi.reservation.ReservationRules;
import org.isobar.scsi.reservation.ReservationState;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The reservations of all targets, for administrators. */
@Component
public final class TargetReservations implements ReservationService {
    private final VolumeTargets targets;

    @Activate
    public TargetReservations(@Reference final VolumeTargets targets) {
        this.targets = targets;
    }

    @Override
    public ReservationInfo reservations(final String volume) {
        final LogicalUnit unit = unit(volume);
        return info(volume, unit.reservations().state(), unit.nexuses().names());
    }

    @Override
    public CompletionStage<ReservationInfo> clear(final String volume) {
        final CompletableFuture<ReservationInfo> cleared = new CompletableFuture<>();
        final LogicalUnit unit;
        try {
            unit = unit(volume);
        } catch (final StorageException unknown) {
            cleared.completeExceptionally(unknown);
            return cleared;
        }
        unit.reservations().changeAlways(ReservationRules::wipe, outcome -> {
            switch (outcome.result()) {
                case GOOD ->
                    cleared.complete(info(volume, outcome.next(), unit.nexuses().names()));
                case REMOVED -> cleared.completeExceptionally(unknown(volume));
                default -> cleared.completeExceptionally(failed(volume, outcome));
            }
        });
        return cleared;
    }

    private LogicalUnit unit(final String volume) {
        final VolumeTarget target = targets.ofVolume(volume);
        if (target == null) {
            throw unknown(volume);
        }
        return target.unit();
    }

    private static StorageException unknown(final String volume) {
        return new StorageException(StorageException.Code.NOT_FOUND, "no such volume: name=" + volume);
    }

    private static StorageException failed(final String volume, final Outcome outcome) {
        return new StorageException(
                StorageException.Code.IO,
                "reservations could not be removed: volume=" + volume + " result=" + outcome.result());
    }

    private static ReservationInfo info(
            final String volume, final ReservationState state, final Set<NexusName> loggedIn) {
        final List<RegistrationInfo> registrations = state.keys().entrySet().stream()
                .map(each -> {
                    final NexusName nexus = each.getKey();
                    return new RegistrationInfo(
                            nexus.initiatorName(),
                            String.format("%012x", nexus.isid()),
                            nexus.targetPort(),
                            String.format("%016x", each.getValue()),
                            state.holds(nexus),
                            loggedIn.contains(nexus));
                })
                .toList();
        return new ReservationInfo(
                volume,
                !state.unreadable(),
                Integer.toUnsignedLong(state.generation()),
                state.persists(),
                state.type() == null ? null : state.type().name(),
                state.legacyHolder() == null ? null : state.legacyHolder().initiatorName(),
                registrations);
    }
}
