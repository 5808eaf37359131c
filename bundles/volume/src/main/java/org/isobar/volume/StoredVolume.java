package org.isobar.volume;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.PoolSpace;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeFullness;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumePlacement;
import org.isobar.api.volume.VolumeSpace;
import org.isobar.api.volume.VolumeState;
import org.isobar.volume.balance.BalancedVolume;
import org.isobar.volume.heat.HeatClock;
import org.isobar.volume.heat.PageHeat;
import org.isobar.volume.recording.AccessTap;

/**
 * A volume of this member. Requests look at one immutable {@link Serving}; it is replaced, on the control lane, when the
 * volume changes, and gone for good when the volume is removed.
 */
final class StoredVolume implements Volume, BalancedVolume {
    private static final int BLOCK_BYTES = 512;
    private static final int BLOCK_SHIFT = 9;
    private static final String UNKNOWN_LEVEL = "unknown";
    /** Counters of two lanes never share a cache line. */
    private static final int COUNTER_STRIDE = 32;

    private final VolumeLane[] lanes;
    private final PoolService pools;
    private final Set<Hold> holds = ConcurrentHashMap.newKeySet();
    /** Requests in flight by lane; each entry is touched on its lane only. */
    private final int[] inFlight;

    private volatile VolumeDefinition definition;
    private volatile Serving serving;
    /** As of the last {@link #look}. */
    private volatile VolumeFullness fullness = VolumeFullness.NORMAL;
    /** Set once, before the message to each lane that looks at it. */
    private Drain drain;

    /**
     * A volume.
     *
     * @param space its pages, or null when they are missing: it is shown but answers OFFLINE
     */
    StoredVolume(
            final VolumeDefinition definition,
            final PageSpace space,
            final PoolService pools,
            final VolumeLane[] lanes,
            final HeatClock heatClock) {
        this.definition = definition;
        this.pools = pools;
        this.lanes = lanes;
        inFlight = new int[lanes.length * COUNTER_STRIDE];
        if (space != null && !definition.deleting()) {
            space.call(definition.name());
            final long pageCount = pageCount(definition);
            serving = new Serving(
                    definition,
                    space,
                    RoutingTable.local(pageCount),
                    new PageHeat(heatClock, pageCount, definition.pageBytes()),
                    null);
        }
    }

    @Override
    public long sizeBytes() {
        return definition.sizeBytes();
    }

    @Override
    public int blockBytes() {
        return BLOCK_BYTES;
    }

    @Override
    public long pageOf(final long block) {
        return (block << BLOCK_SHIFT) / definition.pageBytes();
    }

    @Override
    public int owner(final long page) {
        final Serving now = serving;
        return now == null ? 0 : now.routes().owner(page);
    }

    @Override
    public boolean allocated(final long page) {
        final Serving now = serving;
        return now == null || now.space.allocated(page);
    }

    @Override
    public VolumeInfo info() {
        final VolumeDefinition known = definition;
        final Serving now = serving;
        final PoolInfo pool = pools.pool(known.pool()).orElse(null);
        final long used = usedBytes(now);
        return new VolumeInfo(
                known.number(),
                known.uuid(),
                known.name(),
                known.sizeBytes(),
                known.pageBytes(),
                known.pool(),
                pool == null ? UNKNOWN_LEVEL : pool.level(),
                known.policy(),
                state(known, now, pool),
                used,
                known.verifyReads(),
                known.thresholds(),
                VolumeFullnessRules.next(fullness, known.thresholds(), used, known.sizeBytes()));
    }

    @Override
    public VolumeSpace space() {
        return space(pools.space(definition.pool()).orElse(null));
    }

    /** The space that it takes now, in a pool that is like this; null when that is not known. */
    VolumeSpace space(final PoolSpace pool) {
        final VolumeDefinition known = definition;
        return new VolumeSpace(known.sizeBytes(), usedBytes(serving), known.thresholds(), pool);
    }

    /** Says how full it is from now on. Control lane. */
    VolumeFullness look(final VolumeSpace space) {
        fullness = VolumeFullnessRules.next(fullness, space.thresholds(), space.usedBytes(), space.sizeBytes());
        return fullness;
    }

    /** As of the last {@link #look}. */
    VolumeFullness fullness() {
        return fullness;
    }

    private static long usedBytes(final Serving now) {
        return now == null ? 0 : now.space.allocatedBytes();
    }

    @Override
    public Hold hold(final String who) {
        final NamedHold hold = new NamedHold(who, holds);
        holds.add(hold);
        return hold;
    }

    @Override
    public void submit(final IoRequest request) {
        final Serving now = serving;
        if (now == null) {
            request.complete(IoStatus.OFFLINE);
            return;
        }
        final VolumeLane home = lanes[request.lane().index()];
        if (request.op() == IoOp.FLUSH) {
            enter(home);
            home.takePart().forward(this, now, now.space, request);
            return;
        }
        final long offset = request.offsetBytes();
        final long length = request.lengthBytes();
        if (((offset | length) & (BLOCK_BYTES - 1)) != 0
                || offset < 0
                || length < 0
                || offset > now.sizeBytes
                || length > now.sizeBytes - offset) {
            request.complete(IoStatus.OUT_OF_RANGE);
            return;
        }
        if (length == 0) {
            request.complete(IoStatus.OK);
            return;
        }
        enter(home);
        if (now.page(offset) == now.page(offset + length - 1)) {
            home.takePart().forward(this, now, now.ownerOf(offset), request);
        } else {
            home.takeSplit().start(this, now, request);
        }
    }

    private void enter(final VolumeLane home) {
        inFlight[home.lane().index() * COUNTER_STRIDE]++;
    }

    /** Ends a request of this volume, on its lane. */
    void leave(final VolumeLane home, final IoRequest request, final IoStatus status) {
        final int laneIndex = home.lane().index();
        final int left = --inFlight[laneIndex * COUNTER_STRIDE];
        if (left == 0 && serving == null) {
            drain.laneIdle(laneIndex);
        }
        request.complete(status);
    }

    VolumeDefinition definition() {
        return definition;
    }

    List<String> users() {
        final List<String> names = new ArrayList<>();
        holds.forEach(hold -> names.add(((NamedHold) hold).who));
        names.sort(null);
        return names;
    }

    /** The document now says {@code changed}; what changed for requests takes effect here. */
    void redefine(final VolumeDefinition changed) {
        final Serving now = serving;
        if (now != null) {
            final boolean grown = changed.sizeBytes() != now.sizeBytes;
            final long pageCount = pageCount(changed);
            serving = new Serving(
                    changed,
                    now.space,
                    grown ? now.routes().grown(pageCount) : now.routes(),
                    grown ? now.heat().grown(pageCount) : now.heat(),
                    now.tap);
        }
        definition = changed;
    }

    /** Its accesses are recorded from now on, or with null no more. Control lane. */
    void tap(final AccessTap tap) {
        final Serving now = serving;
        if (now != null) {
            serving = new Serving(definition, now.space, now.routes(), now.heat(), tap);
        }
    }

    /** Its accesses go to this tap no more. Control lane. */
    void untap(final AccessTap tap) {
        final Serving now = serving;
        if (now != null && now.tap == tap) {
            tap(null);
        }
    }

    /** Serves no more from now on; the stage completes when the last request in flight has ended. */
    CompletionStage<Void> retire() {
        if (drain == null) {
            drain = new Drain(lanes.length);
            serving = null;
            for (final VolumeLane home : lanes) {
                final int laneIndex = home.lane().index();
                home.lane().execute(() -> {
                    if (inFlight[laneIndex * COUNTER_STRIDE] == 0) {
                        drain.laneIdle(laneIndex);
                    }
                });
            }
        }
        return drain.done;
    }

    private static long pageCount(final VolumeDefinition definition) {
        return (definition.sizeBytes() + definition.pageBytes() - 1) / definition.pageBytes();
    }

    /** Its pages; null while it does not serve. */
    PageSpace pages() {
        final Serving now = serving;
        return now == null ? null : now.space;
    }

    @Override
    public long number() {
        return definition.number();
    }

    @Override
    public String name() {
        return definition.name();
    }

    @Override
    public int pageBytes() {
        return definition.pageBytes();
    }

    @Override
    public boolean pinned() {
        return definition.pinned();
    }

    @Override
    public List<String> pools() {
        final Serving now = serving;
        return now == null ? List.of() : now.space.allocation().pools();
    }

    @Override
    public String poolOf(final long page) {
        final Serving now = serving;
        return now == null || page < 0 || page >= now.heat().pageCount() ? null : now.space.poolOf(page);
    }

    @Override
    public PageHeat heat() {
        final Serving now = serving;
        return now == null ? null : now.heat();
    }

    VolumePlacement placement() {
        final VolumeDefinition known = definition;
        final Serving now = serving;
        return now == null
                ? new VolumePlacement(known.pool(), known.pinned(), PageAllocation.WHOLE, Map.of())
                : new VolumePlacement(known.pool(), known.pinned(), now.space.allocation(), now.space.bytesByPool());
    }

    private VolumeState state(final VolumeDefinition known, final Serving now, final PoolInfo pool) {
        if (known.deleting()) {
            return VolumeState.DELETING;
        }
        if (now == null || !now.space.available()) {
            return VolumeState.OFFLINE;
        }
        return whole(pool)
                        && now.space.bytesByPool().keySet().stream()
                                .allMatch(other -> other.equals(known.pool())
                                        || whole(pools.pool(other).orElse(null)))
                ? VolumeState.ONLINE
                : VolumeState.DEGRADED;
    }

    private static boolean whole(final PoolInfo pool) {
        return pool != null && pool.degradedSets() == 0 && pool.offlineSets() == 0;
    }

    /** All that a request needs to find its way. Immutable. */
    static final class Serving {
        private final long sizeBytes;
        private final int pageShift;
        private final boolean verifiesReads;
        private final PageSpace space;
        private final RoutingTable routes;
        private final PageHeat heat;
        /** Where accesses are recorded; null while they are not. */
        private final AccessTap tap;
        /** Where to submit what a member owns, by member index; this member alone so far. */
        private final BlockLayer[] members;

        Serving(
                final VolumeDefinition definition,
                final PageSpace space,
                final RoutingTable routes,
                final PageHeat heat,
                final AccessTap tap) {
            sizeBytes = definition.sizeBytes();
            pageShift = Integer.numberOfTrailingZeros(definition.pageBytes());
            verifiesReads = definition.verifyReads();
            this.space = space;
            this.routes = routes;
            this.heat = heat;
            this.tap = tap;
            members = new BlockLayer[] {space};
        }

        RoutingTable routes() {
            return routes;
        }

        PageHeat heat() {
            return heat;
        }

        /** A READ, WRITE or ZERO goes to a page. */
        void touch(final IoRequest request) {
            final IoOp op = request.op();
            if (op == IoOp.READ) {
                heat.touch(false, request.offsetBytes(), request.lengthBytes());
            } else if (op == IoOp.WRITE || op == IoOp.ZERO) {
                heat.touch(true, request.offsetBytes(), request.lengthBytes());
            }
            if (tap != null) {
                tap.access(request.lane().index(), op, request.offsetBytes(), request.lengthBytes());
            }
        }

        boolean verifiesReads() {
            return verifiesReads;
        }

        long page(final long offsetBytes) {
            return offsetBytes >>> pageShift;
        }

        long pageStartBytes(final long page) {
            return page << pageShift;
        }

        BlockLayer ownerOf(final long offsetBytes) {
            return members[routes.owner(offsetBytes >>> pageShift)];
        }
    }

    /** Waits until every lane has once been seen without requests after the volume stopped serving. */
    private static final class Drain {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final AtomicInteger lanesLeft;
        /** Entry i is touched on lane i only. */
        private final boolean[] idle;

        Drain(final int laneCount) {
            lanesLeft = new AtomicInteger(laneCount);
            idle = new boolean[laneCount];
        }

        void laneIdle(final int laneIndex) {
            if (!idle[laneIndex]) {
                idle[laneIndex] = true;
                if (lanesLeft.decrementAndGet() == 0) {
                    done.complete(null);
                }
            }
        }
    }

    private static final class NamedHold implements Hold {
        private final String who;
        private final Set<Hold> holds;

        NamedHold(final String who, final Set<Hold> holds) {
            this.who = who;
            this.holds = holds;
        }

        @Override
        public void close() {
            holds.remove(this);
        }
    }
}
