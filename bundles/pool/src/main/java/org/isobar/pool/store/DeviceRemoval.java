package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobState;
import org.isobar.pool.store.DocumentRecord.DeviceRemoved;
import org.isobar.pool.store.SetPlanner.Room;

/** Empties one device and takes it out of the member. Control lane. */
final class DeviceRemoval {
    private final UUID device;
    private final Job job;
    private final Metadata metadata;
    private final StoreDevices door;
    private final UsableDevices devices;
    private final SetUpkeep upkeep;
    private final DeviceWatch watch;
    private int left;
    private boolean ending;

    DeviceRemoval(
            final UUID device,
            final Job job,
            final Metadata metadata,
            final StoreDevices door,
            final UsableDevices devices,
            final SetUpkeep upkeep,
            final DeviceWatch watch) {
        this.device = device;
        this.job = job;
        this.metadata = metadata;
        this.door = door;
        this.devices = devices;
        this.upkeep = upkeep;
        this.watch = watch;
        left = columnsOn(metadata.state(), device);
        job.total(left);
        devices.drain(device, true);
        upkeep.requestReview();
    }

    /** Chunklets that sets have, or still keep, on a device. */
    static int columnsOn(final MemberState state, final UUID device) {
        return state.chunkletsUsed(device);
    }

    /**
     * Refuses when the columns of a device have no other place.
     *
     * @throws StorageException NO_SPACE
     */
    static void checkRoom(
            final MemberState state, final UUID device, final UsableDevices devices, final SetAssembler assembler) {
        for (final long chunkletBytes : state.setsOn(device).stream()
                .map(set -> set.spec().chunkletBytes())
                .distinct()
                .toList()) {
            final List<Room> rooms = new ArrayList<>(devices.rooms(chunkletBytes));
            rooms.removeIf(room -> room.device().equals(device));
            for (final SetState set : state.setsOn(device)) {
                final RaidSetSpec spec = set.spec();
                for (int column = 0; column < spec.columns().size(); column++) {
                    if (spec.columns().get(column).device().equals(device) && spec.chunkletBytes() == chunkletBytes) {
                        take(rooms, spec, column, assembler);
                    }
                }
            }
        }
    }

    private static void take(
            final List<Room> rooms, final RaidSetSpec spec, final int column, final SetAssembler assembler) {
        final Optional<UUID> place =
                RebuildPlanner.place(spec, column, rooms, (a, b) -> assembler.mustDiffer(spec, a, b), any -> 0);
        if (place.isEmpty()) {
            throw new StorageException(
                    StorageException.Code.NO_SPACE,
                    "no free chunklet for set=" + spec.id() + " column=" + column
                            + " on another device; add a device or delete volumes");
        }
        rooms.replaceAll(room ->
                room.device().equals(place.get()) ? new Room(room.device(), room.free() - 1, room.total()) : room);
    }

    /** Looks how far it is. Returns whether it has ended. */
    boolean look() {
        if (ending) {
            return job.info().state() != JobState.RUNNING;
        }
        final int now = columnsOn(metadata.state(), device);
        job.advance(Math.max(0, left - now));
        left = now;
        if (job.cancelRequested()) {
            devices.drain(device, false);
            job.cancelled();
            return true;
        }
        if (now == 0 && !devices.promises(device)) {
            ending = true;
            takeOut();
        }
        return false;
    }

    private void takeOut() {
        final boolean present = devices.online(device).isPresent();
        watch.removed(device);
        devices.bar(device, true);
        metadata.deactivate(device)
                .thenCompose(nothing -> present ? door.forget().apply(device) : remember())
                .thenCompose(nothing -> new DeviceEvidence(metadata).forget(device))
                .whenComplete((nothing, failure) -> {
                    devices.drain(device, false);
                    if (failure == null) {
                        job.done();
                    } else {
                        job.failed(Failures.message(failure));
                    }
                    upkeep.deviceRemoved(device);
                });
    }

    /** The device is not there: it is forgotten when it turns up. */
    private CompletionStage<Void> remember() {
        return metadata.state().deviceRemoved(device)
                ? CompletableFuture.completedStage(null)
                : metadata.append(new DeviceRemoved(device));
    }
}
