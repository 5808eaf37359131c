package org.isobar.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageAllocation.Unit;
import org.isobar.api.pool.PoolService;
import org.isobar.api.volume.AllocationSpec;
import org.isobar.api.volume.MoveCounters;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeMove;
import org.isobar.api.volume.VolumeMoves;
import org.isobar.api.volume.VolumePlacement;
import org.isobar.api.volume.VolumeService;

/** Moves that never get anywhere, for tests of the skins. */
final class FakeMoves implements VolumeMoves {
    private final VolumeService volumes;
    private final PoolService pools;
    private final Map<String, VolumeMove> moves = new TreeMap<>();
    private final Map<String, PageAllocation> allocations = new TreeMap<>();
    private final TreeSet<String> pinned = new TreeSet<>();

    FakeMoves(final VolumeService volumes, final PoolService pools) {
        this.volumes = volumes;
        this.pools = pools;
    }

    @Override
    public CompletionStage<VolumeMove> start(final String volume, final String pool) {
        return stage(() -> {
            final VolumeInfo info = existing(volume);
            if (pools.pool(pool).isEmpty()) {
                throw new StorageException(Code.NOT_FOUND, "no such pool: name=" + pool);
            }
            if (pinned.contains(volume)) {
                throw new StorageException(Code.CONFLICT, "volume is pinned: name=" + volume);
            }
            moves.put(
                    volume,
                    new VolumeMove(volume, info.pool(), pool, VolumeMove.State.RUNNING, 1 << 20, 3 << 20, 1000, ""));
            return moves.get(volume);
        });
    }

    @Override
    public List<VolumeMove> moves() {
        return new ArrayList<>(moves.values());
    }

    @Override
    public CompletionStage<VolumeMove> pause(final String volume, final boolean paused) {
        return stage(() -> {
            final VolumeMove old = moving(volume);
            moves.put(
                    volume,
                    new VolumeMove(
                            volume,
                            old.from(),
                            old.to(),
                            paused ? VolumeMove.State.PAUSED : VolumeMove.State.RUNNING,
                            old.movedBytes(),
                            old.leftBytes(),
                            old.startedWallMs(),
                            ""));
            return moves.get(volume);
        });
    }

    @Override
    public CompletionStage<Void> cancel(final String volume) {
        return stage(() -> {
            moving(volume);
            moves.remove(volume);
            return null;
        });
    }

    @Override
    public VolumePlacement placement(final String volume) {
        return new VolumePlacement(
                existing(volume).pool(),
                pinned.contains(volume),
                allocations.getOrDefault(volume, PageAllocation.WHOLE),
                Map.of("A", 4L << 20));
    }

    @Override
    public CompletionStage<VolumePlacement> pin(final String volume, final boolean on) {
        return stage(() -> {
            existing(volume);
            if (on) {
                pinned.add(volume);
            } else {
                pinned.remove(volume);
            }
            return placement(volume);
        });
    }

    @Override
    public CompletionStage<VolumePlacement> allocate(final String volume, final AllocationSpec spec) {
        return stage(() -> {
            existing(volume);
            allocated(volume, complete(spec));
            return placement(volume);
        });
    }

    /** A volume is allocated so. */
    void allocated(final String volume, final PageAllocation allocation) {
        allocations.put(volume, allocation);
    }

    /** As a member with pools A and B would complete it. */
    static PageAllocation complete(final AllocationSpec spec) {
        if (spec.unit() == Unit.VOLUME) {
            return PageAllocation.WHOLE;
        }
        final boolean extents = spec.unit() == Unit.EXTENT;
        return new PageAllocation(
                spec.unit(),
                spec.policy() == null ? "spread" : spec.policy(),
                extents && spec.extentBytes() == 0 ? 64L << 20 : spec.extentBytes(),
                spec.pools().isEmpty() ? List.of("A", "B") : spec.pools());
    }

    @Override
    public MoveCounters counters() {
        return new MoveCounters(5, 5 << 20, 1);
    }

    private VolumeMove moving(final String volume) {
        final VolumeMove move = moves.get(volume);
        if (move == null) {
            throw new StorageException(Code.NOT_FOUND, "volume is not being moved: name=" + volume);
        }
        return move;
    }

    private VolumeInfo existing(final String volume) {
        return volumes.find(volume)
                .orElseThrow(() -> new StorageException(Code.NOT_FOUND, "no such volume: name=" + volume))
                .info();
    }

    private static <T> CompletionStage<T> stage(final Supplier<T> action) {
        try {
            return CompletableFuture.completedFuture(action.get());
        } catch (final StorageException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}
