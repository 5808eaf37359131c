package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.device.Device;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.api.raid.RaidSetState;
import org.isobar.common.job.Job;
import org.isobar.common.job.Jobs;
import org.isobar.common.lane.Lane;
import org.isobar.common.time.Clock;
import org.isobar.pool.store.SetRecord.ColumnMoved;
import org.isobar.pool.store.UpkeepTask.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the sets as redundant as the devices allow. Devices come and go: columns are attached and detached. What missed
 * writes is caught up; what lies on a device that stays away, or that is being emptied, is rebuilt onto free chunklets of
 * other devices, some sets at a time, those in most danger first: one that is in more danger than another that is being
 * worked on has it wait. Control lane.
 */
final class SetUpkeep {
    private static final Logger LOG = LoggerFactory.getLogger(SetUpkeep.class);
    private static final String OVERTAKEN = "gives way to a set in more danger; goes on later";
    /** A column that could not be caught up so often is rebuilt elsewhere. */
    private static final int CATCH_UPS_MAX = 3;

    private final Lane control;
    private final Clock clock;
    private final Jobs jobs;
    private final Metadata metadata;
    private final SetAssembler assembler;
    private final UsableDevices devices;
    private final SetTable sets;
    private final StoreSettings settings;
    private final Map<UUID, Long> lostSinceNs = new HashMap<>();
    private final List<Running> running = new ArrayList<>();
    private final Retries<UpkeepTask.Key> retries;
    private final List<Runnable> listeners = new ArrayList<>();
    private boolean reviewQueued;
    private boolean started;
    private boolean stopped;
    private volatile List<String> warnings = List.of();

    SetUpkeep(
            final Lane control,
            final Clock clock,
            final Jobs jobs,
            final Metadata metadata,
            final SetAssembler assembler,
            final UsableDevices devices,
            final SetTable sets,
            final StoreSettings settings) {
        this.control = control;
        this.clock = clock;
        this.jobs = jobs;
        this.metadata = metadata;
        this.assembler = assembler;
        this.devices = devices;
        this.sets = sets;
        this.settings = settings;
        retries = new Retries<>(clock, TimeUnit.MILLISECONDS.toNanos(settings.retryMs()));
        assembler.onColumnsChanged(this::requestReview);
    }

    /** Work that is going on. */
    private static final class Running {
        private final UpkeepTask task;
        /** What is written to, or null. */
        private final UUID target;

        private final Job job;
        private boolean overtaken;

        Running(final UpkeepTask task, final UUID target, final Job job) {
            this.task = task;
            this.target = target;
            this.job = job;
        }
    }

    /** Who wants to hear whenever something may have changed. */
    void onReview(final Runnable listener) {
        listeners.add(listener);
    }

    /** What someone should look at. Any thread. */
    List<String> warnings() {
        return warnings;
    }

    /** All sets were assembled, or tried to be: from now on they are looked at. */
    void start() {
        started = true;
        requestReview();
    }

    /** Ends all work: nothing new is begun. */
    void stop() {
        stopped = true;
    }

    /** The device is not there: its columns are out until it is seen again. */
    void deviceLost(final UUID uuid) {
        missing(uuid);
        for (final LiveSet set : sets.all()) {
            final RaidSet raid = set.raid();
            for (int column = 0;
                    raid != null
                            && !set.resting()
                            && column < set.state().spec().columns().size();
                    column++) {
                if (set.state().spec().columns().get(column).device().equals(uuid)) {
                    raid.detach(column);
                }
            }
        }
        requestReview();
    }

    private void missing(final UUID uuid) {
        if (lostSinceNs.putIfAbsent(uuid, clock.nanoTime()) == null) {
            control.schedule(this::requestReview, TimeUnit.MILLISECONDS.toNanos(settings.rebuildDelayMs()));
        }
    }

    /** The device was taken out of the member: nobody misses it. */
    void deviceRemoved(final UUID uuid) {
        lostSinceNs.remove(uuid);
        requestReview();
    }

    /** The device serves. */
    void deviceServes(final UUID uuid) {
        lostSinceNs.remove(uuid);
        sets.all().forEach(this::reconcile);
        requestReview();
    }

    /**
     * Makes a set see the devices that are there, and only those. A column that is being caught up and was lost on the way
     * is not attached before that work has ended: stripes that the work has behind it may miss writes again.
     */
    void reconcile(final LiveSet set) {
        final RaidSet raid = set.raid();
        if (raid == null || set.resting()) {
            return;
        }
        final List<RaidColumn> columns = set.state().spec().columns();
        final List<RaidSetInfo.ColumnInfo> known = raid.info().columns();
        for (int column = 0; column < columns.size(); column++) {
            final Optional<Device> device = devices.online(columns.get(column).device());
            final boolean present = known.get(column).present();
            if (device.isPresent()
                    && !present
                    && !set.underWork(column)
                    && samePlace(known.get(column).column(), columns.get(column))) {
                raid.attach(column, device.get());
            } else if (device.isEmpty()) {
                missing(columns.get(column).device());
                if (present) {
                    raid.detach(column);
                }
            }
        }
    }

    /** Sets that could not be assembled without their level are tried at once. */
    void levelsChanged() {
        sets.all().forEach(set -> retries.succeeded(new UpkeepTask.Key(set.id(), Kind.ASSEMBLE, -1)));
        requestReview();
    }

    /** Looks at all sets, soon. */
    void requestReview() {
        if (started && !reviewQueued && !stopped) {
            reviewQueued = true;
            control.execute(this::review);
        }
    }

    private void review() {
        reviewQueued = false;
        if (stopped) {
            return;
        }
        final Set<String> notes = new TreeSet<>();
        final List<UpkeepTask> tasks = new ArrayList<>();
        for (final LiveSet set : sets.all()) {
            if (!set.leaving()) {
                look(set, tasks, notes);
            }
        }
        tasks.sort(UpkeepTask.ORDER);
        long freed = running.stream().filter(one -> one.overtaken).count();
        for (final UpkeepTask task : tasks) {
            if (task.set().underWork()) {
                continue;
            }
            if (running.size() < settings.rebuildParallel()) {
                start(task, notes);
            } else if (freed > 0) {
                freed--;
            } else {
                overtake(task);
            }
        }
        lostSinceNs
                .keySet()
                .forEach(uuid -> notes.add(
                        "device is missing: device=" + uuid + "; bring it back, or leave its columns to be rebuilt"));
        warnings = List.copyOf(notes);
        List.copyOf(listeners).forEach(Runnable::run);
    }

    /** Asks the least urgent work for its place, if it can wait rather than the task. */
    private void overtake(final UpkeepTask task) {
        running.stream()
                .filter(other -> other.job != null && !other.overtaken)
                .filter(other -> task.danger().overtakes(danger(other.task.set(), other.task.column())))
                .max(Comparator.comparing(other -> danger(other.task.set(), other.task.column())))
                .ifPresent(other -> {
                    other.overtaken = true;
                    other.job.note(OVERTAKEN);
                    other.job.requestCancel();
                });
    }

    private Danger danger(final LiveSet set, final int column) {
        final RaidSetSpec spec = set.state().spec();
        return Danger.of(
                column,
                spec.columns().size(),
                set.state().count(SetState.Slot.MAPPED),
                other -> inSync(spec.columns().get(other)),
                (a, b) -> assembler.mustDiffer(spec, a, b));
    }

    private void look(final LiveSet set, final List<UpkeepTask> tasks, final Set<String> notes) {
        final RaidSet raid = set.raid();
        if (raid == null || set.resting()) {
            lookUnassembled(set, tasks, notes);
            return;
        }
        reconcile(set);
        final RaidSetState state = raid.info().state();
        if (state == RaidSetState.OFFLINE) {
            notes.add("RAID set is offline: set=" + set.id() + " pool="
                    + set.state().pool() + "; bring the missing devices back");
            return;
        }
        if (state == RaidSetState.RESYNCING) {
            add(tasks, new UpkeepTask(set, Kind.RESYNC, -1, danger(set, -1)));
            return;
        }
        for (int column = 0; column < set.state().spec().columns().size(); column++) {
            final Kind needed = need(set, column);
            if (needed != null) {
                add(tasks, new UpkeepTask(set, needed, column, danger(set, column)));
            }
        }
    }

    /** Whoever waits for its level is spoken of elsewhere. */
    private void lookUnassembled(final LiveSet set, final List<UpkeepTask> tasks, final Set<String> notes) {
        if ((!set.resting() || set.hasRested())
                && assembler.has(set.state().spec().level())) {
            notes.add("RAID set cannot be assembled: set=" + set.id() + " level="
                    + set.state().spec().level() + "; see the log");
            add(tasks, new UpkeepTask(set, Kind.ASSEMBLE, -1, danger(set, -1)));
        }
    }

    private boolean inSync(final RaidColumn column) {
        return column.state() == ColumnState.IN_SYNC
                && devices.online(column.device()).isPresent();
    }

    /** What a column needs, or null. */
    private Kind need(final LiveSet set, final int index) {
        final RaidColumn column = set.state().spec().columns().get(index);
        final boolean present = devices.online(column.device()).isPresent();
        if (present && column.state() == ColumnState.STALE) {
            if (set.state().fresh(index)) {
                return Kind.REBUILD;
            }
            final int failures = retries.times(new UpkeepTask.Key(set.id(), Kind.CATCH_UP, index));
            return failures < CATCH_UPS_MAX ? Kind.CATCH_UP : Kind.REBUILD;
        }
        final boolean leave = present ? devices.draining(column.device()) : goneForGood(column.device());
        return leave && othersHold(set, index) ? Kind.REBUILD : null;
    }

    private boolean goneForGood(final UUID uuid) {
        final Long since = lostSinceNs.get(uuid);
        return devices.draining(uuid)
                || (since != null
                        && clock.nanoTime() - since >= TimeUnit.MILLISECONDS.toNanos(settings.rebuildDelayMs()));
    }

    /** Whether all columns that share a group with this one are there and in sync, so that it can be done without. */
    private boolean othersHold(final LiveSet set, final int column) {
        final RaidSetSpec spec = set.state().spec();
        for (int other = 0; other < spec.columns().size(); other++) {
            if (other != column
                    && assembler.mustDiffer(spec, column, other)
                    && !inSync(spec.columns().get(other))) {
                return false;
            }
        }
        return true;
    }

    private void add(final List<UpkeepTask> tasks, final UpkeepTask task) {
        if (retries.due(task.key())) {
            tasks.add(task);
        }
    }

    private void start(final UpkeepTask task, final Set<String> notes) {
        final LiveSet set = task.set();
        switch (task.kind()) {
            case ASSEMBLE -> run(task, null, assemble(set), null);
            case RESYNC -> {
                final Job job = job(task, "set=" + set.id());
                run(task, null, set.raid().resync(job), job);
            }
            case CATCH_UP -> {
                final Job job = job(task, subject(set, task.column()));
                run(task, target(task), set.raid().catchUp(task.column(), job), job);
            }
            case REBUILD -> rebuild(task, notes);
        }
    }

    /** Assembles a set that could not be so far. */
    CompletionStage<Void> assemble(final LiveSet set) {
        return assembler.assemble(set.state().spec()).thenAccept(raid -> {
            set.assembled(raid);
            reconcile(set);
        });
    }

    private void rebuild(final UpkeepTask task, final Set<String> notes) {
        final SetState state = task.set().state();
        final RaidColumn column = state.spec().columns().get(task.column());
        final Optional<Device> present = devices.online(column.device());
        if (state.fresh(task.column()) && present.isPresent()) {
            writeOn(task, present.get(), column.chunklet());
            return;
        }
        final long chunkletBytes = state.spec().chunkletBytes();
        final String wanted = metadata.state()
                .pool(state.pool())
                .map(PoolState::performanceClass)
                .orElse(ChunkletClasses.ANY);
        // Rather a chunklet of another class than one on a device that something speaks against.
        final Optional<Device> target = place(task, devices.trustedRooms(chunkletBytes, wanted))
                .or(() -> place(task, devices.trustedRooms(chunkletBytes, ChunkletClasses.ANY)))
                .or(() -> place(task, devices.rooms(chunkletBytes, wanted)))
                .or(() -> place(task, devices.rooms(chunkletBytes)))
                .flatMap(devices::online);
        if (target.isEmpty()) {
            notes.add("no free chunklet to rebuild onto: " + subject(task.set(), task.column())
                    + "; add a device, bring the lost one back, or delete volumes");
            return;
        }
        move(task, target.get(), wanted);
    }

    private Optional<UUID> place(final UpkeepTask task, final List<SetPlanner.Room> rooms) {
        final RaidSetSpec spec = task.set().state().spec();
        return RebuildPlanner.place(
                spec, task.column(), rooms, (a, b) -> assembler.mustDiffer(spec, a, b), this::writersTo);
    }

    /** Makes the new place durable, then writes it. */
    private void move(final UpkeepTask task, final Device target, final String wanted) {
        final boolean ofClass = devices.free(target, wanted) > 0;
        final int chunklet = devices.promise(target, ofClass ? wanted : ChunkletClasses.ANY);
        final Running move = begin(task, target.uuid(), null);
        final ColumnMoved moved = new ColumnMoved(task.set().id(), task.column(), target.uuid(), chunklet);
        metadata.append(moved).whenComplete((nothing, failure) -> {
            devices.settle(target.uuid(), chunklet);
            end(move);
            if (failure == null) {
                LOG.info(
                        "column.moved set={} column={} device={} chunklet={}",
                        task.set().id(),
                        task.column(),
                        target.uuid(),
                        chunklet);
                if (!ofClass) {
                    LOG.warn(
                            "column.out-of-class set={} column={} device={} chunklet={} class={} why=\"no free"
                                    + " chunklet of the class where the column may lie\"",
                            task.set().id(),
                            task.column(),
                            target.uuid(),
                            chunklet,
                            wanted);
                }
                write(task, target, chunklet);
            } else {
                requestReview();
            }
        });
    }

    /** Goes on with a rebuild that was cut short; one that cannot be gone on with begins again. */
    private void writeOn(final UpkeepTask task, final Device target, final int chunklet) {
        final int failures = retries.times(task.key());
        if (task.set().state().begun(task.column()) && (failures == 0 || failures % CATCH_UPS_MAX != 0)) {
            final Job job = job(task, subject(task.set(), task.column()));
            run(task, target.uuid(), task.set().raid().catchUp(task.column(), job), job);
        } else {
            write(task, target, chunklet);
        }
    }

    private void write(final UpkeepTask task, final Device target, final int chunklet) {
        final Job job = job(task, subject(task.set(), task.column()));
        run(task, target.uuid(), task.set().raid().rebuild(task.column(), target, chunklet, job), job);
    }

    private static UUID target(final UpkeepTask task) {
        return task.set().state().spec().columns().get(task.column()).device();
    }

    /** How much work is going on that writes to a device. */
    private int writersTo(final UUID device) {
        int count = 0;
        for (final Running one : running) {
            count += device.equals(one.target) ? 1 : 0;
        }
        return count;
    }

    private void run(final UpkeepTask task, final UUID target, final CompletionStage<?> work, final Job job) {
        final Running one = begin(task, target, job);
        work.whenComplete((nothing, failure) -> {
            end(one);
            if (failure == null && task.kind() == Kind.RESYNC && resyncing(task.set())) {
                failed(task, new StorageException(StorageException.Code.IO, "some stripes could not be read"));
            } else if (failure == null) {
                retries.succeeded(task.key());
                retries.succeeded(new UpkeepTask.Key(task.set().id(), Kind.CATCH_UP, task.column()));
            } else if (!one.overtaken) {
                failed(task, failure);
            }
            endJob(one, failure);
            requestReview();
        });
    }

    private static void endJob(final Running one, final Throwable failure) {
        if (one.job == null) {
            return;
        }
        if (failure == null) {
            one.job.done();
        } else if (one.overtaken) {
            one.job.cancelled();
        } else {
            one.job.failed(Failures.message(failure));
        }
    }

    private static boolean resyncing(final LiveSet set) {
        return set.raid().info().state() == RaidSetState.RESYNCING;
    }

    private Running begin(final UpkeepTask task, final UUID target, final Job job) {
        final Running one = new Running(task, target, job);
        running.add(one);
        task.set().beginWork(task.column());
        return one;
    }

    private void end(final Running one) {
        running.remove(one);
        one.task.set().endWork();
    }

    /** Said at the first, second, fourth, eighth time and so on. */
    private void failed(final UpkeepTask task, final Throwable failure) {
        retries.failed(task.key());
        final int times = retries.times(task.key());
        if (Integer.bitCount(times) == 1) {
            LOG.warn(
                    "upkeep.failed kind={} set={} column={} times={} why={}",
                    task.kind().jobKind(),
                    task.set().id(),
                    task.column(),
                    times,
                    Failures.message(failure));
        }
        control.schedule(this::requestReview, TimeUnit.MILLISECONDS.toNanos(settings.retryMs()));
    }

    private Job job(final UpkeepTask task, final String subject) {
        return jobs.start(task.kind().jobKind(), subject, 0, "bytes");
    }

    private static String subject(final LiveSet set, final int column) {
        return "set=" + set.id() + " column=" + column + " device="
                + set.state().spec().columns().get(column).device();
    }

    /** Whether the engine has the column where the metadata has it; it has not in the moment of a move. */
    private static boolean samePlace(final RaidColumn known, final RaidColumn where) {
        return known.device().equals(where.device()) && known.chunklet() == where.chunklet();
    }
}
