package org.isobar.volume;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.isobar.api.StorageException;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageAllocation.Unit;
import org.isobar.api.pool.PageStore;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.PoolSpace;
import org.isobar.api.volume.AllocationSpec;
import org.isobar.api.volume.MoveCounters;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeListener;
import org.isobar.api.volume.VolumeMove;
import org.isobar.api.volume.VolumeMoves;
import org.isobar.api.volume.VolumePlacement;
import org.isobar.common.Check;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;
import org.isobar.common.time.Clock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The moves of this member's volumes: a catalog document for each, so that a restart goes on with it. The order of the steps
 * makes every crash harmless: document, home of the page space, pool in the volume's document; an end takes them back in the
 * same order, the document of the move last.
 */
@Component(service = VolumeMoves.class, configurationPid = "org.isobar.volume.moves")
@Designate(ocd = StoredMoves.Config.class)
public final class StoredMoves implements VolumeMoves, VolumeListener, VolumeMoveRun.Parts {
    private static final Logger LOG = LoggerFactory.getLogger(StoredMoves.class);
    private static final String TOPIC = "volume-moves";
    private static final String MANUAL = "manual";
    private static final long BYTES_PER_SECOND_MIN = 1L << 16;
    private static final long BYTES_PER_SECOND_MAX = 1L << 40;

    /** Settings. */
    @ObjectClassDefinition(name = "Isobar moves of volumes")
    public @interface Config {
        /** The budget of each move. */
        @AttributeDefinition(
                name = "Rate",
                description = "bytes per second that the move of a volume copies at most; 65536 or more",
                min = "65536",
                max = "1099511627776")
        long bytes_per_second() default 67_108_864;
    }

    private final StoredVolumes volumes;
    private final PageStore store;
    private final PoolService pools;
    private final Catalog catalog;
    private final Lane control;
    private final Clock clock;
    private final long bytesPerSecond;
    private final Map<String, VolumeMoveRun> runs = new ConcurrentSkipListMap<>();
    private final AtomicLong movedPages = new AtomicLong();
    private final AtomicLong movedBytes = new AtomicLong();
    private final AtomicLong failedPages = new AtomicLong();
    /** Control lane only. */
    private boolean lookedForOrphans;

    @Activate
    public StoredMoves(
            final Config config,
            @Reference final StoredVolumes volumes,
            @Reference final PageStore store,
            @Reference final PoolService pools,
            @Reference final Catalog catalog,
            @Reference final Lanes lanes,
            @Reference final Clock clock) {
        this.volumes = volumes;
        this.store = store;
        this.pools = pools;
        this.catalog = catalog;
        this.clock = clock;
        control = lanes.control();
        bytesPerSecond =
                Check.range("bytes.per.second", config.bytes_per_second(), BYTES_PER_SECOND_MIN, BYTES_PER_SECOND_MAX);
        volumes.addListener(this);
    }

    /** Begins nothing any more; what the catalog holds is gone on with by the next one. */
    @Deactivate
    void close() {
        volumes.removeListener(this);
        control.execute(() -> {
            runs.values().forEach(VolumeMoveRun::stop);
            runs.clear();
        });
    }

    @Override
    public CompletionStage<VolumeMove> start(final String name, final String pool) {
        return volumes.onControl(() -> {
            final StoredVolume volume = volumes.existing(name);
            check(volume, pool);
            final VolumeDefinition present = volume.definition();
            final MoveDocument document = new MoveDocument(present.pool(), pool, false, clock.wallMs());
            final VolumeMoveRun run = new VolumeMoveRun(volume, document, this);
            runs.put(name, run);
            return put(present.number(), document)
                    .thenComposeAsync(done -> rehome(volume, pool), control)
                    .thenApplyAsync(done -> begun(run), control)
                    .whenCompleteAsync((picture, failure) -> undoWhenFailed(run, failure), control);
        });
    }

    private static VolumeMove begun(final VolumeMoveRun run) {
        final VolumeMove picture = run.picture();
        LOG.info(
                "volume.move.begun name={} from={} to={} bytes={}",
                picture.volume(),
                picture.from(),
                picture.to(),
                picture.leftBytes());
        run.start();
        return picture;
    }

    private void undoWhenFailed(final VolumeMoveRun run, final Throwable failure) {
        if (failure != null) {
            final String name = run.volume().definition().name();
            LOG.warn("volume.move.undone name={} to={}", name, run.document().to(), failure);
            run.stop();
            report(rehome(run.volume(), run.document().from()).thenComposeAsync(done -> forget(run), control), name);
        }
    }

    private void check(final StoredVolume volume, final String pool) {
        final VolumeDefinition present = volume.definition();
        if (present.deleting()) {
            throw conflict("volume is being deleted: name=" + present.name());
        }
        if (present.pinned()) {
            throw conflict("volume is pinned: name=" + present.name() + "; unpin it first");
        }
        final PageAllocation allocation = volume.placement().allocation();
        if (!allocation.equals(PageAllocation.WHOLE)) {
            throw conflict("volume is allocated by extent or page: name=" + present.name() + " pools="
                    + allocation.pools() + "; volume:set --allocation volume first");
        }
        if (runs.containsKey(present.name())) {
            throw conflict("volume is being moved already: name=" + present.name() + "; cancel that first");
        }
        final PoolSpace space = pools.space(pool)
                .orElseThrow(() -> new StorageException(StorageException.Code.NOT_FOUND, "no such pool: name=" + pool));
        final long coming = volume.placement().bytesByPool().entrySet().stream()
                .filter(entry -> !entry.getKey().equals(pool))
                .mapToLong(Map.Entry::getValue)
                .sum();
        final PoolSpace after = new PoolSpace(
                pool, space.usedBytes() + coming, space.freeBytes() - coming, space.fullness(), space.thresholds());
        if (coming > space.freeBytes()
                || (coming > 0 && after.usedAtLeast(space.thresholds().criticalPercent()))) {
            throw new StorageException(
                    StorageException.Code.NO_SPACE,
                    "pool has no room for the volume: name=" + pool + " freeBytes=" + space.freeBytes()
                            + " neededBytes=" + coming + " criticalPercent="
                            + space.thresholds().criticalPercent());
        }
    }

    @Override
    public List<VolumeMove> moves() {
        return runs.values().stream().map(VolumeMoveRun::picture).toList();
    }

    @Override
    public CompletionStage<VolumeMove> pause(final String name, final boolean paused) {
        return volumes.onControl(() -> {
            final VolumeMoveRun run = existing(name);
            final MoveDocument changed = run.document().withPaused(paused);
            return put(run.volume().definition().number(), changed)
                    .thenApplyAsync(
                            done -> {
                                run.become(changed);
                                LOG.info("volume.move.paused name={} paused={}", name, paused);
                                return run.picture();
                            },
                            control);
        });
    }

    @Override
    public CompletionStage<Void> cancel(final String name) {
        return volumes.onControl(() -> {
            final VolumeMoveRun run = existing(name);
            final String from = run.document().from();
            return run.stop()
                    .thenComposeAsync(
                            done -> pools.space(from).isPresent()
                                    ? rehome(run.volume(), from)
                                    : CompletableFuture.<Void>completedFuture(null),
                            control)
                    .thenComposeAsync(done -> forget(run), control)
                    .thenRunAsync(
                            () -> LOG.info(
                                    "volume.move.cancelled name={} from={} to={}",
                                    name,
                                    from,
                                    run.document().to()),
                            control);
        });
    }

    @Override
    public VolumePlacement placement(final String name) {
        return volumes.existing(name).placement();
    }

    @Override
    public CompletionStage<VolumePlacement> pin(final String name, final boolean pinned) {
        return volumes.onControl(() -> {
            if (pinned && runs.containsKey(name)) {
                throw conflict("volume is being moved: name=" + name + "; cancel that first");
            }
            return volumes.redefine(name, definition -> definition.withPinned(pinned))
                    .thenApply(info -> placement(name));
        });
    }

    @Override
    public CompletionStage<VolumePlacement> allocate(final String name, final AllocationSpec spec) {
        return volumes.onControl(() -> {
            final StoredVolume volume = volumes.existing(name);
            final VolumeDefinition present = volume.definition();
            if (present.deleting()) {
                throw conflict("volume is being deleted: name=" + name);
            }
            if (runs.containsKey(name)) {
                throw conflict("volume is being moved: name=" + name + "; cancel that first");
            }
            final CompletionStage<Void> allocated =
                    spec.unit() == Unit.VOLUME ? allocateWhole(volume, spec) : allocateParts(volume, spec);
            return allocated.thenApply(done -> {
                final VolumePlacement placement = volume.placement();
                LOG.info("volume.allocated name={} pool={} {}", name, placement.pool(), placement.allocation());
                return placement;
            });
        });
    }

    private CompletionStage<Void> allocateWhole(final StoredVolume volume, final AllocationSpec spec) {
        if (spec.policy() != null || spec.pools().size() > 1) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "allocation: must name no policy and one pool at most for a volume that is there, is " + spec);
        }
        final String pool = spec.pools().isEmpty()
                ? volume.definition().pool()
                : spec.pools().get(0);
        final long number = volume.definition().number();
        return rehome(volume, pool)
                .thenComposeAsync(done -> store.allocate(number, PageAllocation.WHOLE), control)
                .thenComposeAsync(done -> nameChooser(volume, pool, MANUAL), control);
    }

    private CompletionStage<Void> allocateParts(final StoredVolume volume, final AllocationSpec spec) {
        final VolumeDefinition present = volume.definition();
        final PageAllocation allocation = AllocationDefaults.complete(spec, present.pageBytes(), pools.pools());
        return store.allocate(present.number(), allocation)
                .thenComposeAsync(done -> nameChooser(volume, present.pool(), allocation.policy()), control);
    }

    private CompletionStage<Void> nameChooser(final StoredVolume volume, final String pool, final String policy) {
        return volumes.redefine(volume.definition().name(), definition -> definition.withPool(pool, policy))
                .thenApply(info -> null);
    }

    @Override
    public MoveCounters counters() {
        return new MoveCounters(movedPages.get(), movedBytes.get(), failedPages.get());
    }

    /** Goes on with what a stop has cut short. */
    @Override
    public void volumeAdded(final Volume added) {
        forgetOrphans();
        final String name = added.info().name();
        final StoredVolume volume = volumes.existing(name);
        final String key = Long.toString(volume.definition().number());
        final byte[] bytes = catalog.all(TOPIC).get(key);
        if (bytes == null || runs.containsKey(name)) {
            return;
        }
        final MoveDocument document;
        try {
            document = MoveDocument.decode(key, bytes);
        } catch (final StorageException unreadable) {
            LOG.error("volume.move.unreadable name={}", name, unreadable);
            return;
        }
        final VolumeMoveRun run = new VolumeMoveRun(volume, document, this);
        runs.put(name, run);
        LOG.info("volume.move.resumed name={} to={} paused={}", name, document.to(), document.paused());
        rehome(volume, document.to())
                .whenCompleteAsync(
                        (done, failure) -> {
                            if (failure != null) {
                                LOG.error("volume.move.resume.failed name={}", name, failure);
                            }
                            run.start();
                        },
                        control);
    }

    /** Once: forgets moves of volumes that were deleted just before the last stop. */
    private void forgetOrphans() {
        if (lookedForOrphans) {
            return;
        }
        lookedForOrphans = true;
        final Set<String> known = new HashSet<>();
        volumes.volumes()
                .forEach(volume -> known.add(Long.toString(volume.info().number())));
        catalog.all(TOPIC).keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> report(catalog.remove(TOPIC, key), "number=" + key));
    }

    @Override
    public void volumeGrown(final Volume volume) {
        // Its new pages come from the new pool.
    }

    @Override
    public void volumeRemoved(final Volume removed) {
        final VolumeMoveRun run = runs.get(removed.info().name());
        if (run != null) {
            run.stop();
            report(forget(run), removed.info().name());
        }
    }

    @Override
    public Lane control() {
        return control;
    }

    @Override
    public CompletionStage<Boolean> move(final long number, final long page, final String pool) {
        return store.move(number, page, pool);
    }

    @Override
    public long pauseNs(final int pageBytes) {
        return (long) (pageBytes * (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond);
    }

    @Override
    public void count(final int bytes) {
        if (bytes > 0) {
            movedPages.incrementAndGet();
            movedBytes.addAndGet(bytes);
        } else {
            failedPages.incrementAndGet();
        }
    }

    @Override
    public void arrived(final VolumeMoveRun run) {
        final VolumeMove last = run.picture();
        report(
                forget(run)
                        .thenRunAsync(
                                () -> LOG.info(
                                        "volume.moved name={} from={} to={} bytes={}",
                                        last.volume(),
                                        last.from(),
                                        last.to(),
                                        last.movedBytes()),
                                control),
                last.volume());
    }

    /** New pages come from a pool from now on, by the page map and by the volume's document. */
    private CompletionStage<Void> rehome(final StoredVolume volume, final String pool) {
        final VolumeDefinition present = volume.definition();
        final boolean there = volume.pages() == null || volume.pages().pool().equals(pool);
        final CompletionStage<Void> moved =
                there ? CompletableFuture.completedFuture(null) : store.rehome(present.number(), pool);
        return moved.thenComposeAsync(
                done -> present.pool().equals(pool)
                        ? CompletableFuture.completedFuture(null)
                        : volumes.redefine(present.name(), definition -> definition.withPool(pool, MANUAL))
                                .thenApply(info -> null),
                control);
    }

    private CompletionStage<Void> put(final long number, final MoveDocument document) {
        return catalog.put(TOPIC, Long.toString(number), document.encode());
    }

    private CompletionStage<Void> forget(final VolumeMoveRun run) {
        final VolumeDefinition of = run.volume().definition();
        return catalog.remove(TOPIC, Long.toString(of.number()))
                .thenRunAsync(() -> runs.remove(of.name(), run), control);
    }

    private VolumeMoveRun existing(final String name) {
        final VolumeMoveRun run = name == null ? null : runs.get(name);
        if (run == null) {
            throw new StorageException(StorageException.Code.NOT_FOUND, "volume is not being moved: name=" + name);
        }
        return run;
    }

    private static void report(final CompletionStage<?> stage, final String name) {
        stage.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.error("volume.move.failed name={}", name, failure);
            }
        });
    }

    private static StorageException conflict(final String message) {
        return new StorageException(StorageException.Code.CONFLICT, message);
    }
}
