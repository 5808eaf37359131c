package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceListener;
import org.isobar.api.device.DeviceState;
import org.isobar.api.member.MemberInfo;
import org.isobar.api.raid.RaidEngine;
import org.isobar.common.job.Jobs;
import org.isobar.common.lane.Lanes;
import org.isobar.common.policy.Policies;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;
import org.isobar.pool.log.LogSettings;
import org.isobar.pool.log.MetadataLog;
import org.isobar.pool.log.Opened;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page store of one member, from the first device seen to the stop: waits for enough devices, opens the metadata
 * log, assembles the RAID sets, then serves until it is stopped or its metadata can be kept no more. All on the control
 * lane; {@link PageSpaces}, {@link CatalogDocuments}, {@link PoolAdmin} and {@link MemberStatus} are its doors.
 */
public final class MemberStore implements DeviceListener {
    private static final Logger LOG = LoggerFactory.getLogger(MemberStore.class);

    private final Lanes lanes;
    private final StoreDevices door;
    private final StoreSettings settings;
    private final StoreParts parts;
    private final Policies policies;
    private final CompletableFuture<Void> serving = new CompletableFuture<>();
    private Phase phase = Phase.CLOSED;
    private boolean lookAgain;
    /** Whether the device layer knows what was kept of the devices' health. */
    private boolean recalled;
    /** Devices that the log was kept on and that were not there when it was opened. */
    private List<UUID> logDevices = List.of();

    private volatile MemberInfo.State state = MemberInfo.State.EMPTY;
    private volatile String message = "no devices yet: add the first one";

    public MemberStore(
            final Lanes lanes,
            final Clock clock,
            final Rng rng,
            final Jobs jobs,
            final Policies policies,
            final StoreDevices door,
            final RaidEngine engine,
            final StoreSettings settings) {
        this.lanes = lanes;
        this.door = door;
        this.settings = settings;
        this.policies = policies;
        final MetadataLog log = new MetadataLog(lanes, rng, LogSettings.DEFAULT, this::fenced);
        parts = new StoreParts(lanes, clock, jobs, door, engine, settings, policies, new Metadata(log));
    }

    /** How far the start has come. */
    private enum Phase {
        /** The log is not open, for want of devices. */
        CLOSED,
        /** The log is being opened. */
        OPENING,
        /** The log is open; known devices may still come. */
        GATHERING,
        /** Sets are being assembled. */
        ASSEMBLING,
        SERVING,
        FENCED,
        STOPPED
    }

    /** Begins; from then on devices are heard of. */
    public void start() {
        lanes.control().execute(() -> door.directory().addListener(this));
    }

    /** Ends all work, keeping what is on the devices. */
    public CompletionStage<Void> stop() {
        final CompletableFuture<Void> stopped = new CompletableFuture<>();
        lanes.control().execute(() -> {
            door.directory().removeListener(this);
            final boolean open = phase == Phase.SERVING;
            phase = Phase.STOPPED;
            parts.quit(IoStatus.OFFLINE);
            final CompletionStage<Void> end = open ? parts.close() : CompletableFuture.completedStage(null);
            end.whenComplete((nothing, failure) -> {
                if (failure == null) {
                    stopped.complete(null);
                } else {
                    stopped.completeExceptionally(failure);
                }
            });
        });
        return stopped;
    }

    /** Completes when the store serves. */
    CompletionStage<Void> whenServing() {
        return serving.minimalCompletionStage();
    }

    MemberInfo info() {
        final List<String> warnings = new ArrayList<>();
        if (state == MemberInfo.State.SERVING) {
            warnings.addAll(parts.upkeep().warnings());
            warnings.addAll(parts.watch().warnings());
            warnings.addAll(parts.levels().warnings());
        }
        return new MemberInfo(door.memberUuid().get(), state, message, warnings);
    }

    Policies policies() {
        return policies;
    }

    StoreParts parts() {
        return parts;
    }

    boolean isServing() {
        return state == MemberInfo.State.SERVING;
    }

    StorageException unavailable() {
        return new StorageException(
                StorageException.Code.UNAVAILABLE, "page store does not serve: state=" + state + " " + message);
    }

    /** Runs a task on the control lane once it is sure that the store serves; what it throws ends the stage. */
    <T> CompletionStage<T> call(final Supplier<CompletionStage<T>> task) {
        final CompletableFuture<T> stage = new CompletableFuture<>();
        lanes.control().execute(() -> {
            if (phase != Phase.SERVING) {
                stage.completeExceptionally(unavailable());
                return;
            }
            try {
                task.get().whenComplete((value, failure) -> {
                    if (failure == null) {
                        stage.complete(value);
                    } else {
                        stage.completeExceptionally(Failures.asStorage(failure));
                    }
                });
            } catch (final StorageException refused) {
                stage.completeExceptionally(refused);
            }
        });
        return stage;
    }

    @Override
    public void deviceAdded(final Device device) {
        arrived(device);
    }

    @Override
    public void deviceReturned(final Device device) {
        arrived(device);
    }

    private void arrived(final Device device) {
        switch (phase) {
            case CLOSED -> open();
            case OPENING, ASSEMBLING -> lookAgain = true;
            case GATHERING -> {
                parts.watch().arrived(device);
                gather();
            }
            case SERVING -> parts.watch().arrived(device);
            default -> LOG.info("device.ignored device={} state={}", device.uuid(), state);
        }
    }

    @Override
    public void deviceLost(final Device device) {
        switch (phase) {
            case CLOSED -> open();
            case OPENING -> lookAgain = true;
            case GATHERING, ASSEMBLING, SERVING -> parts.watch().lost(device);
            default -> LOG.info("device.ignored device={} state={}", device.uuid(), state);
        }
    }

    @Override
    public String needs(final Device device) {
        return switch (phase) {
            case GATHERING, ASSEMBLING -> "the member is starting";
            case SERVING -> parts.needs(device.uuid());
            default -> "";
        };
    }

    private void open() {
        final List<Device> present = door.directory().devices().stream()
                .filter(device -> device.state() == DeviceState.ONLINE)
                .toList();
        if (present.isEmpty()) {
            tell(MemberInfo.State.WAITING, "none of the known devices is there: bring them back");
            return;
        }
        phase = Phase.OPENING;
        lookAgain = false;
        tell(MemberInfo.State.STARTING, "reading the metadata from " + present.size() + " devices");
        parts.metadata().open(present).whenComplete((opened, failure) -> {
            if (phase != Phase.OPENING) {
                return;
            }
            if (failure == null && opened.state() == Opened.State.OPEN) {
                opened(opened);
                return;
            }
            phase = Phase.CLOSED;
            if (failure == null) {
                tell(
                        MemberInfo.State.WAITING,
                        "too few devices to be sure of the newest metadata: present=" + present.size() + " missing="
                                + opened.missing() + "; bring the missing ones back");
            } else {
                LOG.error("metadata.open.failed why={}", Failures.message(failure), failure);
                tell(MemberInfo.State.FENCED, "metadata cannot be read: " + Failures.message(failure));
            }
            if (lookAgain) {
                open();
            }
        });
    }

    private void opened(final Opened opened) {
        LOG.info("metadata.opened fresh={} active={} missing={}", opened.fresh(), opened.active(), opened.missing());
        phase = Phase.GATHERING;
        logDevices = opened.missing();
        parts.watch().opened();
        parts.levels().watch(this::levelsChanged);
        lanes.control().schedule(this::assemble, TimeUnit.MILLISECONDS.toNanos(settings.startWaitMs()));
        recallHealth();
    }

    /** Devices that were failed must be out again before a set relies on them. */
    private void recallHealth() {
        final DeviceEvidence evidence = parts.evidence();
        door.directory()
                .recall(evidence.all(), (device, kept) -> call(() -> evidence.keep(device, kept)))
                .whenComplete((done, failure) -> lanes.control().execute(() -> {
                    if (failure != null) {
                        LOG.error("device.evidence-not-recalled why={}", Failures.message(failure), failure);
                    }
                    recalled = true;
                    if (phase == Phase.GATHERING) {
                        gather();
                    }
                }));
    }

    /** Sets are assembled when all their devices and levels are there, or after the wait for them. */
    private void gather() {
        if (!recalled) {
            return;
        }
        final List<UUID> missing = parts.missingDevices(logDevices);
        final List<String> levels = parts.levels().missing();
        if (!missing.isEmpty()) {
            tell(MemberInfo.State.STARTING, "waiting for known devices: missing=" + missing);
        } else if (!levels.isEmpty()) {
            tell(MemberInfo.State.STARTING, "waiting for RAID levels: missing=" + levels);
        } else {
            assemble();
        }
    }

    private void levelsChanged() {
        if (phase == Phase.GATHERING) {
            gather();
        }
    }

    private void assemble() {
        if (phase == Phase.GATHERING) {
            phase = Phase.ASSEMBLING;
            tell(MemberInfo.State.STARTING, "assembling RAID sets");
            parts.assembleAll(this::assembled);
        }
    }

    private void assembled() {
        if (phase != Phase.ASSEMBLING) {
            return;
        }
        phase = Phase.SERVING;
        parts.serve();
        if (lookAgain) {
            door.directory().devices().stream()
                    .filter(device -> device.state() == DeviceState.ONLINE)
                    .forEach(parts.watch()::arrived);
        }
        tell(MemberInfo.State.SERVING, "serving");
        serving.complete(null);
    }

    private void fenced(final String why) {
        if (phase == Phase.STOPPED) {
            return;
        }
        phase = Phase.FENCED;
        LOG.error("member.fenced why={}", why);
        parts.quit(IoStatus.OFFLINE);
        tell(MemberInfo.State.FENCED, "metadata can be kept no more: " + why + "; repair the devices and restart");
    }

    private void tell(final MemberInfo.State newState, final String newMessage) {
        if (newState != state || !newMessage.equals(message)) {
            LOG.info("member.state state={} message=\"{}\"", newState, newMessage);
        }
        message = newMessage;
        state = newState;
    }
}
