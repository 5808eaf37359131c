package org.isobar.pool.store;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageSpace;

/** The page space of one volume at work. Requests come on any lane; the maps belong to the control lane. */
final class LivePageSpace implements PageSpace {
    private static final int BLOCK_BYTES = 512;

    private final SpaceState state;
    private final DataPath path;
    private final Function<String, FlushGate> gateOf;
    private final Unmapper unmapper;
    private final Map<Long, FirstWrites.FirstWrite> firstWrites = new HashMap<>();
    private final Map<Long, Unmapper.Batch> unmapping = new HashMap<>();
    private final Map<Long, PageMove> moves = new HashMap<>();
    /** How many sets with pages, moves and other reasons there are to flush a pool. */
    private final Map<String, Integer> pools = new TreeMap<>();

    private final Map<Integer, Integer> pagesBySet = new ConcurrentHashMap<>();
    private volatile FlushGate[] flushes = {};
    private volatile SlotSource source;
    private Placement placement;
    private volatile String name;
    private volatile boolean closed;
    private boolean flushFailed;
    private long plannedSizeBytes;
    private Runnable whenIdle;

    LivePageSpace(
            final SpaceState state,
            final DataPath path,
            final SlotSource source,
            final Function<String, FlushGate> gateOf,
            final Unmapper unmapper) {
        this.state = state;
        this.path = path;
        this.source = source;
        this.gateOf = gateOf;
        this.unmapper = unmapper;
        closed = state.deleting();
        plannedSizeBytes = state.sizeBytes();
        placement = new HomePlacement(source);
        name = Long.toString(state.volume());
        usePool(state.pool());
        final long end = state.pageCount();
        for (long page = state.nextMapped(0, end); page < end; page = state.nextMapped(page + 1, end)) {
            pagesChanged((int) state.setOf(page), 1);
            // What the log gave back at its opening is on stable media.
            state.table().synced(page, state.table().entry(page));
        }
    }

    @Override
    public void submit(final IoRequest request) {
        final IoStatus refusal = refusal(request);
        if (refusal != null) {
            request.complete(refusal);
        } else if (request.op() == IoOp.FLUSH) {
            flush(request);
        } else if (request.lengthBytes() == 0) {
            request.complete(IoStatus.OK);
        } else if (request.op() == IoOp.DISCARD || (request.op() == IoOp.ZERO && wholePage(request))) {
            new DiscardRun(this, path, unmapper, request).start();
        } else {
            path.take(request.lane()).start(this, request);
        }
    }

    private void flush(final IoRequest request) {
        final FlushGate[] gates = flushes;
        if (gates.length == 1) {
            gates[0].flush(this, request);
        } else {
            new JoinedFlush(request, gates.length).start(this, gates);
        }
    }

    private IoStatus refusal(final IoRequest request) {
        final IoStatus refusal = path.refusal();
        if (refusal != null) {
            return refusal;
        }
        if (closed) {
            return IoStatus.OFFLINE;
        }
        if (request.op() == IoOp.FLUSH) {
            return null;
        }
        final long offset = request.offsetBytes();
        final long length = request.lengthBytes();
        if (((offset | length) & (BLOCK_BYTES - 1)) != 0
                || offset < 0
                || length < 0
                || offset > state.sizeBytes()
                || length > state.sizeBytes() - offset) {
            return IoStatus.OUT_OF_RANGE;
        }
        final boolean crossing =
                request.op() != IoOp.DISCARD && length > 0 && state.pageOf(offset) != state.pageOf(offset + length - 1);
        return crossing ? IoStatus.OUT_OF_RANGE : null;
    }

    private boolean wholePage(final IoRequest request) {
        return (request.offsetBytes() & (state.pageBytes() - 1L)) == 0
                && (request.lengthBytes() == state.pageBytes() || request.endBytes() == state.sizeBytes());
    }

    @Override
    public long sizeBytes() {
        return state.sizeBytes();
    }

    @Override
    public int blockBytes() {
        return BLOCK_BYTES;
    }

    @Override
    public long volume() {
        return state.volume();
    }

    @Override
    public int pageBytes() {
        return state.pageBytes();
    }

    @Override
    public boolean allocated(final long page) {
        return state.table().entry(page) != 0;
    }

    @Override
    public long allocatedBytes() {
        return state.mappedPages() * state.pageBytes();
    }

    @Override
    public String pool() {
        return state.pool();
    }

    @Override
    public Map<String, Long> bytesByPool() {
        final Map<String, Long> bytes = new TreeMap<>();
        pagesBySet.forEach((set, pages) -> {
            final LiveSet live = path.sets().find(set);
            if (live != null) {
                bytes.merge(live.state().pool(), (long) pages * state.pageBytes(), Long::sum);
            }
        });
        return bytes;
    }

    @Override
    public String poolOf(final long page) {
        final long entry = state.table().entry(page);
        final LiveSet set = entry == 0 ? null : path.sets().find(PageTable.set(entry));
        return set == null ? null : set.state().pool();
    }

    @Override
    public long nextOutside(final String pool, final long from) {
        final long end = state.pageCount();
        long page = state.nextMapped(from, end);
        while (page < end && pool.equals(poolOf(page))) {
            page = state.nextMapped(page + 1, end);
        }
        return page;
    }

    @Override
    public boolean available() {
        if (path.refusal() != null || closed) {
            return false;
        }
        for (final int set : pagesBySet.keySet()) {
            final LiveSet live = path.sets().find(set);
            if (live != null && !live.serving()) {
                return false;
            }
        }
        return true;
    }

    SpaceState state() {
        return state;
    }

    /** Where new pages of a whole volume get their slots. */
    SlotSource source() {
        return source;
    }

    /** How new pages get their slots. */
    Placement placement() {
        return placement;
    }

    /** New pages get their slots so from now on. */
    void place(final Placement other) {
        placement.close();
        placement = other;
    }

    /** What people call the volume; its number until they do. */
    String name() {
        return name;
    }

    @Override
    public void call(final String volumeName) {
        name = volumeName;
        path.control().execute(() -> placement.name(volumeName));
    }

    @Override
    public PageAllocation allocation() {
        return state.allocation();
    }

    /** New pages come from another pool from now on. */
    void home(final SlotSource other) {
        usePool(other.pool().name());
        leavePool(source.pool().name());
        source = other;
        if (state.allocation().unit() == PageAllocation.Unit.VOLUME) {
            place(new HomePlacement(other));
        }
    }

    /** Pages that are being moved, by page. */
    Map<Long, PageMove> moves() {
        return moves;
    }

    /** What this space has in a pool counts for its flushes, until {@link #leavePool}. */
    void usePool(final String pool) {
        if (pools.merge(pool, 1, Integer::sum) == 1) {
            findGates();
        }
    }

    void leavePool(final String pool) {
        if (pools.merge(pool, -1, (old, less) -> old + less == 0 ? null : Integer.valueOf(old + less)) == null) {
            findGates();
        }
    }

    private void findGates() {
        flushes = pools.keySet().stream().map(gateOf).toArray(FlushGate[]::new);
    }

    /** Whether it has pages in a pool, or is to have. */
    boolean uses(final String pool) {
        return pools.containsKey(pool) || state.takesFrom(pool);
    }

    /** Whether it serves no longer: its volume is being deleted. */
    boolean closed() {
        return closed;
    }

    void close() {
        closed = true;
        placement.close();
    }

    /** Its length once all records on their way are applied. */
    long plannedSizeBytes() {
        return plannedSizeBytes;
    }

    void plan(final long sizeBytes) {
        plannedSizeBytes = sizeBytes;
    }

    Map<Long, FirstWrites.FirstWrite> firstWrites() {
        return firstWrites;
    }

    Map<Long, Unmapper.Batch> unmapping() {
        return unmapping;
    }

    /** Pages were mapped into a set, or unmapped from it. */
    void pagesChanged(final int set, final int by) {
        final boolean known = pagesBySet.containsKey(set);
        pagesBySet.merge(set, by, (old, more) -> old + more == 0 ? null : Integer.valueOf(old + more));
        if (known != pagesBySet.containsKey(set)) {
            final String pool = path.sets().find(set).state().pool();
            if (known) {
                leavePool(pool);
            } else {
                usePool(pool);
            }
        }
        source.pagesChanged();
    }

    boolean hasPagesIn(final LiveSet set) {
        return pagesBySet.containsKey(set.id());
    }

    /** Runs {@code task} once no first write is under way; the space is closed. */
    void whenIdle(final Runnable task) {
        whenIdle = task;
        firstWriteEnded();
    }

    void firstWriteEnded() {
        if (whenIdle != null && firstWrites.isEmpty()) {
            final Runnable task = whenIdle;
            whenIdle = null;
            task.run();
        }
    }

    /** What this space wrote may be lost: its next flush says so. */
    void flushFailed() {
        flushFailed = true;
    }

    boolean takeFlushFailed() {
        final boolean failed = flushFailed;
        flushFailed = false;
        return failed;
    }
}
