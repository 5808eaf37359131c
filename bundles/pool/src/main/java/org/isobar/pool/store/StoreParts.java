package org.isobar.pool.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.DeviceState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidEngine;
import org.isobar.common.job.Jobs;
import org.isobar.common.lane.Lanes;
import org.isobar.common.policy.Policies;
import org.isobar.common.time.Clock;
import org.isobar.pool.store.SetState.Slot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a page store and the steps from an open log to service and back. Control lane. */
final class StoreParts {
    private static final Logger LOG = LoggerFactory.getLogger(StoreParts.class);
    private static final int ASSEMBLE_PARALLEL = 8;

    private final Metadata metadata;
    private final SetTable sets = new SetTable();
    private final UsableDevices devices;
    private final SetAssembler assembler;
    private final SetFactory factory;
    private final SlotCleaner cleaner;
    private final Capacity capacity;
    private final DataPath path;
    private final SpaceRegistry spaces;
    private final SetUpkeep upkeep;
    private final DeviceWatch watch;
    private final PoolLevels levels;
    private final FullnessWatch fullness;
    private final Scrubs scrubs;
    private final Jobs jobs;
    private final StoreDevices door;
    private final DeviceEvidence evidence;
    private int assembling;

    StoreParts(
            final Lanes lanes,
            final Clock clock,
            final Jobs jobs,
            final StoreDevices door,
            final RaidEngine engine,
            final StoreSettings settings,
            final Policies policies,
            final Metadata metadata) {
        this.metadata = metadata;
        this.jobs = jobs;
        this.door = door;
        evidence = new DeviceEvidence(metadata);
        final long retryNs = TimeUnit.MILLISECONDS.toNanos(settings.retryMs());
        devices = new UsableDevices(door.directory(), metadata.state());
        assembler = new SetAssembler(engine, door.directory(), metadata);
        factory = new SetFactory(assembler, metadata, devices, sets, settings.stripBytes());
        cleaner = new SlotCleaner(lanes.control(), metadata, retryNs);
        capacity = new Capacity(metadata, sets, factory, cleaner);
        path = new DataPath(lanes, clock, sets, metadata, new FirstWrites(metadata));
        final Unmapper unmapper = new Unmapper(lanes.control(), metadata, sets, cleaner);
        spaces = new SpaceRegistry(path, metadata, capacity, assembler, factory, devices, unmapper, jobs, settings);
        upkeep = new SetUpkeep(lanes.control(), clock, jobs, metadata, assembler, devices, sets, settings);
        watch = new DeviceWatch(lanes.control(), metadata, door, devices, upkeep, capacity, retryNs);
        levels = new PoolLevels(metadata.state(), sets, assembler, upkeep, capacity);
        fullness = new FullnessWatch(lanes.control(), metadata.state(), sets, factory);
        capacity.onUsageChanged(fullness::changed);
        spaces.allocations(new Allocations(policies, this));
        path.cleaner(cleaner);
        path.moves(new PageMoves(path, metadata, cleaner));
        cleaner.onFreed(capacity::slotsFreed);
        factory.onFormed(set -> {
            upkeep.reconcile(set);
            upkeep.requestReview();
            fullness.changed();
        });
        upkeep.onReview(cleaner::retry);
        scrubs = new Scrubs(lanes.control(), clock, jobs, metadata, sets);
        upkeep.onReview(scrubs::pauseUnwanted);
    }

    /** Which of these devices, and of those that sets lie on, are not there. */
    List<UUID> missingDevices(final List<UUID> others) {
        final TreeSet<UUID> missing = new TreeSet<>(others);
        for (final SetState set : metadata.state().sets()) {
            for (final RaidColumn column : set.spec().columns()) {
                missing.add(column.device());
            }
        }
        missing.removeIf(device -> devices.online(device).isPresent() || isFailed(device));
        return new ArrayList<>(missing);
    }

    /** There is no use in waiting for it. */
    private boolean isFailed(final UUID device) {
        return door.directory()
                .find(device)
                .filter(found -> found.state() == DeviceState.FAILED)
                .isPresent();
    }

    /** What is remembered of devices' health. */
    DeviceEvidence evidence() {
        return evidence;
    }

    /** Why the member cannot do without a device now, empty when it can. */
    String needs(final UUID device) {
        return new DeviceNeeds(metadata, sets, assembler).of(device);
    }

    /** Assembles all sets, some at a time; one that cannot be is tried again later. */
    void assembleAll(final Runnable done) {
        final Queue<LiveSet> queue = new ArrayDeque<>();
        for (final SetState state : metadata.state().sets()) {
            final LiveSet set = new LiveSet(state);
            sets.add(set);
            queue.add(set);
        }
        assembling = ASSEMBLE_PARALLEL;
        for (int i = 0; i < ASSEMBLE_PARALLEL; i++) {
            assembleNext(queue, done);
        }
    }

    private void assembleNext(final Queue<LiveSet> queue, final Runnable done) {
        final LiveSet set = queue.poll();
        if (set == null) {
            assembling--;
            if (assembling == 0) {
                done.run();
            }
            return;
        }
        upkeep.assemble(set).whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.warn("set.assemble.failed set={} why={}", set.id(), Failures.message(failure));
            }
            path.control().execute(() -> assembleNext(queue, done));
        });
    }

    /** All that can be assembled is: lets requests in and goes on with what the last stop has cut short. */
    void serve() {
        spaces.start();
        for (final LiveSet set : sets.all()) {
            for (int slot = 0; slot < set.state().slotCount(); slot++) {
                final Slot what = set.state().slot(slot);
                if (what == Slot.QUARANTINED || what == Slot.OPEN) {
                    cleaner.clean(set, slot, StoreParts::tellNobody);
                }
            }
        }
        path.serve();
        spaces.resumeDeletions();
        upkeep.start();
        levels.start();
        scrubs.start();
        fullness.changed();
    }

    /** Ends service: all that waits and all that comes is refused. */
    void quit(final IoStatus why) {
        path.refuse(why);
        watch.stop();
        levels.stop();
        upkeep.stop();
        scrubs.stop();
        fullness.stop();
        capacity.refuseAll(why);
        path.moves().quit(why);
    }

    /** Closes the sets, then the log. */
    CompletionStage<Void> close() {
        return scrubs.rest().thenCompose(rested -> closeSets()).thenCompose(closed -> metadata.close());
    }

    private CompletionStage<Void> closeSets() {
        final List<CompletableFuture<Void>> closing = new ArrayList<>();
        for (final LiveSet set : sets.all()) {
            if (set.raid() != null) {
                closing.add(set.raid().close().toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(closing.toArray(new CompletableFuture<?>[0]))
                .handle((nothing, failure) -> null);
    }

    Metadata metadata() {
        return metadata;
    }

    MemberState state() {
        return metadata.state();
    }

    SetTable sets() {
        return sets;
    }

    UsableDevices devices() {
        return devices;
    }

    SetAssembler assembler() {
        return assembler;
    }

    SetFactory factory() {
        return factory;
    }

    Capacity capacity() {
        return capacity;
    }

    DataPath path() {
        return path;
    }

    SpaceRegistry spaces() {
        return spaces;
    }

    SetUpkeep upkeep() {
        return upkeep;
    }

    Scrubs scrubs() {
        return scrubs;
    }

    FullnessWatch fullness() {
        return fullness;
    }

    PoolLevels levels() {
        return levels;
    }

    DeviceWatch watch() {
        return watch;
    }

    Jobs jobs() {
        return jobs;
    }

    StoreDevices door() {
        return door;
    }

    /** Nobody asks when the slots that a stop has left behind are zero. */
    private static void tellNobody() {}
}
