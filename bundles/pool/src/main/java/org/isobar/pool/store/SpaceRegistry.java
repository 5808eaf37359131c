package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageSpace;
import org.isobar.common.job.Job;
import org.isobar.common.job.Jobs;
import org.isobar.pool.store.SpaceRecord.SpaceCreated;
import org.isobar.pool.store.SpaceRecord.SpaceDeleted;
import org.isobar.pool.store.SpaceRecord.SpaceDeleting;
import org.isobar.pool.store.SpaceRecord.SpaceGrown;
import org.isobar.pool.store.SpaceRecord.SpaceHome;
import org.isobar.spi.raid.RaidLevel;

/** The page spaces at work: creates, lengthens and deletes them. Control lane, but for {@link #find}. */
final class SpaceRegistry implements FlushGate.Spaces {
    private static final int PAGE_BYTES_MIN = 65_536;
    private static final int PAGE_BYTES_MAX = 1 << 30;
    private static final int BLOCK_BYTES = 512;

    private final DataPath path;
    private final Metadata metadata;
    private final Capacity capacity;
    private final SetAssembler assembler;
    private final SetFactory factory;
    private final UsableDevices devices;
    private final Unmapper unmapper;
    private final Jobs jobs;
    private final long retryNs;
    private final Map<Long, LivePageSpace> spaces = new ConcurrentHashMap<>();
    private final Map<Long, List<String>> creating = new HashMap<>();
    private final Set<String> barred = new HashSet<>();
    private final Map<String, FlushGate> flushes = new HashMap<>();
    private Allocations allocations;

    SpaceRegistry(
            final DataPath path,
            final Metadata metadata,
            final Capacity capacity,
            final SetAssembler assembler,
            final SetFactory factory,
            final UsableDevices devices,
            final Unmapper unmapper,
            final Jobs jobs,
            final StoreSettings settings) {
        this.path = path;
        this.metadata = metadata;
        this.capacity = capacity;
        this.assembler = assembler;
        this.factory = factory;
        this.devices = devices;
        this.unmapper = unmapper;
        this.jobs = jobs;
        retryNs = TimeUnit.MILLISECONDS.toNanos(settings.retryMs());
    }

    void allocations(final Allocations made) {
        allocations = made;
    }

    /** The space of a volume that is not being deleted. Any thread. */
    Optional<PageSpace> find(final long volume) {
        return Optional.<PageSpace>ofNullable(spaces.get(volume))
                .filter(space -> !spaces.get(volume).closed());
    }

    /** Sets up the spaces that the metadata knows, and goes on deleting those that were being deleted. */
    void start() {
        for (final SpaceState state : metadata.state().spaces()) {
            final LivePageSpace space = live(state);
            spaces.put(state.volume(), space);
            if (!space.closed()) {
                allocations.place(space);
            }
        }
    }

    /** Goes on with what a stop has cut short. */
    void resumeDeletions() {
        for (final LivePageSpace space : List.copyOf(spaces.values())) {
            if (space.closed()) {
                empty(space);
            }
        }
    }

    @Override
    public List<LivePageSpace> withPagesIn(final LiveSet set) {
        final List<LivePageSpace> found = new ArrayList<>(spaces.values());
        found.removeIf(space -> !space.hasPagesIn(set));
        return found;
    }

    /** Whether a volume uses a pool, or is about to. */
    boolean uses(final String pool) {
        return creating.values().stream().anyMatch(pools -> pools.contains(pool))
                || spaces.values().stream().anyMatch(space -> space.uses(pool));
    }

    /** The pool is being deleted: no new spaces in it. */
    void bar(final String pool, final boolean bars) {
        if (bars) {
            barred.add(pool);
        } else {
            barred.remove(pool);
        }
    }

    void forgetPool(final String pool) {
        flushes.remove(pool);
    }

    CompletionStage<PageSpace> create(
            final long volume, final long sizeBytes, final int pageBytes, final PoolState pool) {
        checkNew(volume, sizeBytes, pageBytes, pool);
        creating.put(volume, List.of(pool.name()));
        return metadata.append(new SpaceCreated(volume, sizeBytes, pageBytes, pool.name(), false))
                .handle((nothing, failure) -> {
                    creating.remove(volume);
                    if (failure != null) {
                        throw Failures.asStorage(failure);
                    }
                    final LivePageSpace space = live(metadata.state().existingSpace(volume));
                    spaces.put(volume, space);
                    return space;
                });
    }

    CompletionStage<Void> grow(final long volume, final long sizeBytes) {
        final LivePageSpace space = existing(volume);
        checkSize(sizeBytes, space.pageBytes());
        final long before = space.plannedSizeBytes();
        if (sizeBytes < before) {
            throw invalid("sizeBytes: a page space does not shrink, is " + before);
        }
        space.plan(sizeBytes);
        return metadata.append(new SpaceGrown(volume, sizeBytes)).whenComplete((nothing, failure) -> {
            if (failure != null && space.plannedSizeBytes() == sizeBytes) {
                space.plan(space.sizeBytes());
            }
        });
    }

    /** New pages of a space come from another pool; on stable media when the stage completes. */
    CompletionStage<Void> rehome(final long volume, final PoolState pool) {
        final LivePageSpace space = existing(volume);
        checkPool(pool, space.pageBytes());
        reserve(volume, List.of(pool.name()));
        return metadata.append(new SpaceHome(volume, pool.name())).whenComplete((nothing, failure) -> {
            creating.remove(volume);
            if (failure == null) {
                space.home(capacity.source(pool, space.pageBytes()));
            }
        });
    }

    private void reserve(final long volume, final List<String> pools) {
        if (creating.putIfAbsent(volume, pools) != null) {
            throw new StorageException(
                    StorageException.Code.CONFLICT, "another change of the page space is under way: volume=" + volume);
        }
    }

    /** New pages of a space find their pools in another way; completes when that is durable and the first plan is there. */
    CompletionStage<Void> allocate(final long volume, final PageAllocation allocation) {
        final LivePageSpace space = existing(volume);
        for (final String name : allocation.pools()) {
            checkPool(metadata.state().pool(name).orElseThrow(() -> PageSpaces.noPool(name)), space.pageBytes());
        }
        allocations.check(allocation, space.pageBytes());
        reserve(volume, allocation.pools());
        return metadata.append(new SpaceAllocated(volume, allocation))
                .whenComplete((nothing, failure) -> creating.remove(volume))
                .thenCompose(nothing -> allocations.place(space));
    }

    /**
     * Moves a page to another pool while it serves.
     *
     * @return whether it was moved; not when it has no slot, or lies there already
     */
    CompletionStage<Boolean> move(final long volume, final long page, final PoolState pool) {
        final LivePageSpace space = existing(volume);
        checkPool(pool, space.pageBytes());
        if (page < 0 || page >= space.state().pageCount()) {
            throw invalid("page: must be 0 to " + (space.state().pageCount() - 1) + ", is " + page);
        }
        final String present = space.poolOf(page);
        if (present == null || present.equals(pool.name())) {
            return CompletableFuture.completedStage(false);
        }
        return path.moves().move(space, page, capacity.source(pool, space.pageBytes()));
    }

    /** Ends when the space and its pages are out of the map; the slots are zeroed later, see the job. */
    CompletionStage<Void> delete(final long volume) {
        final LivePageSpace space = existing(volume);
        space.close();
        return metadata.append(new SpaceDeleting(volume)).thenCompose(nothing -> empty(space));
    }

    private CompletionStage<Void> empty(final LivePageSpace space) {
        final CompletableFuture<Void> gone = new CompletableFuture<>();
        space.whenIdle(() -> new Deletion(space, gone).start());
        return gone;
    }

    private LivePageSpace existing(final long volume) {
        final LivePageSpace space = spaces.get(volume);
        if (space == null || space.closed()) {
            throw new StorageException(StorageException.Code.NOT_FOUND, "no such page space: volume=" + volume);
        }
        return space;
    }

    private LivePageSpace live(final SpaceState state) {
        final PoolState pool = metadata.state().pool(state.pool()).orElseThrow();
        return new LivePageSpace(state, path, capacity.source(pool, state.pageBytes()), this::gate, unmapper);
    }

    private FlushGate gate(final String pool) {
        return flushes.computeIfAbsent(pool, name -> new FlushGate(name, path, this));
    }

    private void checkNew(final long volume, final long sizeBytes, final int pageBytes, final PoolState pool) {
        if (volume < 0) {
            throw invalid("volume: must be 0 or more, is " + volume);
        }
        if (pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX || Integer.bitCount(pageBytes) != 1) {
            throw invalid("pageBytes: must be a power of two, " + PAGE_BYTES_MIN + " to " + PAGE_BYTES_MAX + ", is "
                    + pageBytes);
        }
        checkSize(sizeBytes, pageBytes);
        checkPool(pool, pageBytes);
        if (metadata.state().space(volume).isPresent() || creating.containsKey(volume)) {
            throw new StorageException(StorageException.Code.EXISTS, "page space exists: volume=" + volume);
        }
    }

    /** Whether a pool can take pages of a length now. */
    private void checkPool(final PoolState pool, final int pageBytes) {
        if (barred.contains(pool.name())) {
            throw new StorageException(StorageException.Code.CONFLICT, "pool is being deleted: name=" + pool.name());
        }
        final RaidLevel level = assembler.level(pool);
        final int usable = devices.all().size();
        if (usable >= level.minDevices()
                && factory.slotCount(pool, level.columns(usable), pageBytes, devices.chunkletBytes()) == 0) {
            throw invalid(
                    "pageBytes: a page does not fit into a RAID set of pool=" + pool.name() + ", is " + pageBytes);
        }
    }

    private static void checkSize(final long sizeBytes, final int pageBytes) {
        final long most = PageTable.PAGES_MAX * pageBytes;
        if (sizeBytes <= 0 || sizeBytes > most || sizeBytes % BLOCK_BYTES != 0) {
            throw invalid(
                    "sizeBytes: must be a multiple of " + BLOCK_BYTES + ", at most " + most + ", is " + sizeBytes);
        }
    }

    private static StorageException invalid(final String message) {
        return new StorageException(StorageException.Code.INVALID, message);
    }

    /** Unmaps all pages of a closed space, then removes it; the job goes on until the slots are zeroed. */
    private final class Deletion {
        private final LivePageSpace space;
        private final CompletableFuture<Void> gone;
        private final long total;
        private final Job job;
        private long freed;
        private boolean removed;

        Deletion(final LivePageSpace space, final CompletableFuture<Void> gone) {
            this.space = space;
            this.gone = gone;
            total = space.state().mappedPages();
            job = jobs.start("delete", "volume=" + space.volume(), total, "pages");
        }

        void start() {
            unmapper.unmap(space, 0, space.state().pageCount(), false, this::slotFreed, this::unmapped);
        }

        private void slotFreed() {
            freed++;
            job.advance(1);
            endJob();
        }

        private void unmapped(final IoStatus status) {
            if (status == IoStatus.BUSY) {
                path.control().schedule(this::start, retryNs);
            } else if (status != IoStatus.OK) {
                fail(new StorageException(
                        StorageException.Code.UNAVAILABLE,
                        "page space not deleted: volume=" + space.volume() + " status=" + status));
            } else {
                metadata.append(new SpaceDeleted(space.volume())).whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        fail(Failures.asStorage(failure));
                        return;
                    }
                    spaces.remove(space.volume());
                    removed = true;
                    endJob();
                    gone.complete(null);
                });
            }
        }

        private void endJob() {
            if (removed && freed >= total) {
                job.done();
            }
        }

        private void fail(final StorageException failure) {
            job.failed(failure.getMessage());
            gone.completeExceptionally(failure);
        }
    }
}
