package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.isobar.api.StorageException;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.LevelUse;
import org.isobar.api.pool.PlannedPool;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolScrubs;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.PoolSpace;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.pool.ScrubSchedule;
import org.isobar.api.pool.SetPlacement;
import org.isobar.api.pool.SpaceListener;
import org.isobar.api.pool.WriteLogChoice;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobInfo;
import org.isobar.common.policy.Policies;
import org.isobar.pool.store.ClassRecord.PoolClass;
import org.isobar.pool.store.SpaceRecord.PoolCreated;
import org.isobar.pool.store.SpaceRecord.PoolDeleted;
import org.isobar.pool.store.SpaceRecord.PoolThresholdsSet;
import org.isobar.pool.store.SpaceRecord.PoolWriteLog;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The door for administrators of pools. State belongs to the control lane. */
@Component(service = PoolService.class)
public final class PoolAdmin implements PoolService {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,32}");

    private static final long DELETE_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final MemberStore store;
    private final StoreParts parts;
    private final PoolPictures pictures;
    private final LayoutPlan layout;
    private final Set<String> creating = new HashSet<>();
    private final Set<String> deleting = new HashSet<>();
    private final Map<UUID, DeviceRemoval> removals = new HashMap<>();

    @Activate
    public PoolAdmin(@Reference final PoolComponent component) {
        this(component.store(), component.layout());
    }

    /** Over a store that was assembled by hand, with the built-in layout policy. */
    public static PoolAdmin over(final MemberStore store) {
        return new PoolAdmin(store, new LayoutPolicies(store.policies(), Policies.BUILT_IN));
    }

    private PoolAdmin(final MemberStore store, final LayoutPolicies layoutPolicies) {
        this.store = store;
        parts = store.parts();
        pictures = new PoolPictures(parts);
        layout = new LayoutPlan(parts, layoutPolicies);
        parts.path().control().execute(() -> parts.upkeep().onReview(this::lookAtRemovals));
    }

    @Override
    public List<PoolInfo> pools() {
        checkServing();
        return pictures.pools();
    }

    @Override
    public Optional<PoolInfo> pool(final String name) {
        checkServing();
        return parts.state().pool(name).map(pictures::pool);
    }

    @Override
    public List<SetPlacement> sets() {
        checkServing();
        return pictures.sets();
    }

    @Override
    public List<LevelUse> levels() {
        checkServing();
        return parts.levels().uses();
    }

    @Override
    public List<DeviceUsage> usage() {
        checkServing();
        return pictures.usage();
    }

    @Override
    public CompletionStage<PoolInfo> create(
            final String name, final String level, final String performanceClass, final WriteLogChoice writeLog) {
        return store.call(() -> createNow(name, level, performanceClass, writeLog));
    }

    @Override
    public CompletionStage<PoolInfo> changeClass(final String name, final String performanceClass) {
        return store.call(() -> {
            existing(name);
            checkClass(performanceClass);
            return parts.metadata()
                    .append(new PoolClass(name, performanceClass))
                    .thenApply(nothing -> {
                        parts.capacity().changed();
                        return pictures.pool(existing(name));
                    });
        });
    }

    private void checkClass(final String wanted) {
        final List<String> known = new ArrayList<>(List.of(ChunkletClasses.ANY));
        parts.state().classes().classes().forEach(one -> known.add(one.name()));
        if (!known.contains(wanted)) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "performanceClass: must be one of " + known + ", is " + wanted
                            + (known.size() > 1 ? "" : "; no device was measured yet: device:measure"));
        }
    }

    @Override
    public CompletionStage<PoolInfo> setWriteLog(final String name, final boolean on) {
        return store.call(() -> {
            final PoolState pool = existing(name);
            if (on) {
                parts.factory().checkTakesLog(pool.level());
            }
            return parts.metadata()
                    .append(new PoolWriteLog(name, on))
                    .thenApply(nothing -> pictures.pool(existing(name)));
        });
    }

    @Override
    public CompletionStage<List<PlannedPool>> plannedLayout() {
        return store.call(layout::plan);
    }

    @Override
    public CompletionStage<List<PoolInfo>> createLayout() {
        return store.call(() -> layout.plan().thenCompose(this::createMissing));
    }

    private CompletionStage<List<PoolInfo>> createMissing(final List<PlannedPool> plan) {
        CompletionStage<Void> chain = CompletableFuture.completedStage(null);
        for (final PlannedPool pool : plan) {
            if (!pool.exists() && !creating.contains(pool.name())) {
                chain = chain.thenCompose(nothing ->
                                createNow(pool.name(), pool.level(), pool.performanceClass(), WriteLogChoice.AS_NEEDED))
                        .thenApply(info -> null);
            }
        }
        return chain.thenApply(nothing -> pictures.pools());
    }

    /** Whether a pool may be called so. */
    static boolean nameFits(final String name) {
        return name != null && NAME.matcher(name).matches();
    }

    private CompletionStage<PoolInfo> createNow(
            final String name, final String level, final String performanceClass, final WriteLogChoice writeLog) {
        if (!nameFits(name)) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "name: must be 1 to 32 of letters, digits, dash, underscore, dot, is " + name);
        }
        parts.assembler().engine().level(level);
        if (writeLog == WriteLogChoice.ON) {
            parts.factory().checkTakesLog(level);
        }
        final boolean logged = writeLog != WriteLogChoice.OFF && parts.factory().suitsLog(level);
        checkClass(performanceClass);
        if (parts.state().pool(name).isPresent() || !creating.add(name)) {
            throw new StorageException(StorageException.Code.EXISTS, "pool exists: name=" + name);
        }
        return parts.metadata()
                .append(new PoolCreated(name, level, performanceClass, logged))
                .handle((nothing, failure) -> {
                    creating.remove(name);
                    if (failure != null) {
                        throw Failures.asStorage(failure);
                    }
                    return pictures.pool(parts.state().pool(name).orElseThrow());
                });
    }

    @Override
    public CompletionStage<PoolInfo> changeThresholds(final String name, final PoolThresholds thresholds) {
        return store.call(() -> {
            existing(name);
            if (deleting.contains(name)) {
                throw new StorageException(StorageException.Code.CONFLICT, "pool is being deleted: name=" + name);
            }
            return parts.metadata()
                    .append(new PoolThresholdsSet(name, thresholds.warningPercent(), thresholds.criticalPercent()))
                    .thenApply(nothing -> {
                        parts.fullness().changed();
                        return pictures.pool(existing(name));
                    });
        });
    }

    @Override
    public Optional<PoolSpace> space(final String name) {
        checkServing();
        return parts.state().pool(name).map(parts.fullness()::space);
    }

    @Override
    public void addListener(final SpaceListener listener) {
        parts.fullness().listeners().add(listener);
        parts.path().control().execute(parts.fullness()::changed);
    }

    @Override
    public void removeListener(final SpaceListener listener) {
        parts.fullness().listeners().remove(listener);
    }

    @Override
    public CompletionStage<Void> delete(final String name) {
        return store.call(() -> {
            existing(name);
            if (parts.spaces().uses(name)) {
                throw new StorageException(
                        StorageException.Code.CONFLICT,
                        "pool is in use: name=" + name + "; delete its volumes or move them first");
            }
            if (!deleting.add(name)) {
                throw new StorageException(StorageException.Code.CONFLICT, "pool is being deleted: name=" + name);
            }
            parts.spaces().bar(name, true);
            final CompletableFuture<Void> gone = new CompletableFuture<>();
            deleteNext(name, gone);
            return gone.whenComplete((nothing, failure) -> {
                deleting.remove(name);
                parts.spaces().bar(name, false);
            });
        });
    }

    /** Takes the sets apart one by one; slots that are still being zeroed are waited for. */
    private void deleteNext(final String name, final CompletableFuture<Void> gone) {
        final Capacity capacity = parts.capacity();
        capacity.sourcesOf(name).forEach(SlotSource::retire);
        boolean waiting = capacity.sourcesOf(name).stream().anyMatch(SlotSource::busy);
        for (final LiveSet set : parts.sets().all()) {
            if (!set.state().pool().equals(name)) {
                continue;
            }
            if (capacity.removable(set)) {
                capacity.remove(set).whenComplete((nothing, failure) -> {
                    if (failure == null) {
                        deleteNext(name, gone);
                    } else {
                        gone.completeExceptionally(failure);
                    }
                });
                return;
            }
            if (!set.serving() && !set.leaving()) {
                gone.completeExceptionally(new StorageException(
                        StorageException.Code.CONFLICT,
                        "pool has an offline RAID set: name=" + name + " set=" + set.id() + "; "
                                + (set.resting()
                                        ? parts.levels().reason(existing(name))
                                        : "bring the missing devices back")));
                return;
            }
            waiting = true;
        }
        if (waiting && !store.isServing()) {
            gone.completeExceptionally(store.unavailable());
        } else if (waiting) {
            parts.path().control().schedule(() -> deleteNext(name, gone), DELETE_PAUSE_NS);
        } else {
            parts.metadata().append(new PoolDeleted(name)).whenComplete((nothing, failure) -> {
                if (failure == null) {
                    capacity.forget(name);
                    parts.spaces().forgetPool(name);
                    gone.complete(null);
                } else {
                    gone.completeExceptionally(failure);
                }
            });
        }
    }

    @Override
    public CompletionStage<JobInfo> removeDevice(final UUID device) {
        return store.call(() -> {
            final boolean known = parts.door().directory().find(device).isPresent()
                    || parts.metadata().active(device)
                    || parts.state().chunkletsUsed(device) > 0;
            if (!known || parts.state().deviceRemoved(device)) {
                throw new StorageException(StorageException.Code.NOT_FOUND, "no such device: device=" + device);
            }
            if (removals.containsKey(device)) {
                throw new StorageException(StorageException.Code.CONFLICT, "device is being removed: device=" + device);
            }
            if (parts.devices().all().stream().allMatch(other -> other.uuid().equals(device))) {
                throw new StorageException(
                        StorageException.Code.CONFLICT, "last device cannot be removed: device=" + device);
            }
            DeviceRemoval.checkRoom(parts.state(), device, parts.devices(), parts.assembler());
            final Job job = parts.jobs().start("remove", "device=" + device, 0, "chunklets");
            removals.put(
                    device,
                    new DeviceRemoval(
                            device,
                            job,
                            parts.metadata(),
                            parts.door(),
                            parts.devices(),
                            parts.upkeep(),
                            parts.watch()));
            return CompletableFuture.completedStage(job.info());
        });
    }

    private void lookAtRemovals() {
        removals.values().removeIf(DeviceRemoval::look);
    }

    @Override
    public CompletionStage<JobInfo> scrub(final String pool, final boolean repair) {
        return store.call(() -> {
            existing(pool);
            final List<LiveSet> sets = new ArrayList<>(parts.sets().all());
            sets.removeIf(set -> !set.state().pool().equals(pool));
            final Job job = parts.jobs().start("scrub", "pool=" + pool, sets.size(), "sets");
            new PoolScrub(parts.scrubs(), sets, repair, job).next();
            return CompletableFuture.completedStage(job.info());
        });
    }

    @Override
    public PoolScrubs scrubs(final String pool) {
        checkServing();
        existing(pool);
        return parts.scrubs().picture(pool);
    }

    @Override
    public CompletionStage<ScrubSchedule> scheduleScrubs(final String pool, final ScrubSchedule schedule) {
        return store.call(() -> {
            existing(pool);
            return parts.scrubs().schedule(pool, schedule);
        });
    }

    private PoolState existing(final String name) {
        return parts.state().pool(name).orElseThrow(() -> PageSpaces.noPool(name));
    }

    private void checkServing() {
        if (!store.isServing()) {
            throw store.unavailable();
        }
    }
}
