package org.isobar.raid;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.SumBlock;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.RaidSetJournal;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.api.raid.RaidSetState;
import org.isobar.api.raid.ScrubProgress;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.job.Job;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;
import org.isobar.spi.raid.RaidGeometry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A set in service: the front door of its parts. Control state is in {@link ColumnKeeper} and {@link IntentLog}. */
final class AssembledSet implements RaidSet {
    private static final Logger LOG = LoggerFactory.getLogger(AssembledSet.class);
    private static final int BLOCK_BYTES = 512;
    private static final int BLOCK_MASK = BLOCK_BYTES - 1;

    private final RaidSetSpec assembledFrom;
    private final SetLayout layout;
    private final Lanes lanes;
    private final LaneWork[] works;
    private final EngineSettings settings;
    private final RaidEngineService engine;
    private final GroupLocks locks = new GroupLocks();
    private final IntentLog intent;
    private final ColumnKeeper keeper;
    private final InFlight inFlight;
    /** Of each column, how many non-durable writes have completed, and how many of these a flush has covered. */
    private final AtomicLongArray written;

    private final AtomicLongArray flushed;
    /** Of each column, that of {@link #written} that counts the last write that is not in the log. */
    private final AtomicLongArray unlogged;

    private final SetLog log;
    private final LongAdder degradedReads = new LongAdder();
    private final SetSums sums;
    /** Of each lane, the sequential writes; made when there is one. Null when the set has none. */
    private final WriteStreams[] streams;

    private final Set<StripeSweep> sweeps = new HashSet<>();
    private final Set<Integer> catchUps = new HashSet<>();
    private final List<CompletableFuture<Void>> working = new ArrayList<>();
    private CompletableFuture<Void> resync;
    private CompletableFuture<Void> closing;
    private volatile Columns columns;
    private volatile boolean closed;

    AssembledSet(
            final RaidSetSpec spec,
            final SetLayout layout,
            final Lanes lanes,
            final LaneWork[] works,
            final EngineSettings settings,
            final RaidSetJournal journal,
            final RaidEngineService engine) {
        assembledFrom = spec;
        this.layout = layout;
        this.lanes = lanes;
        this.works = works;
        this.settings = settings;
        this.engine = engine;
        written = new AtomicLongArray(layout.columns());
        flushed = new AtomicLongArray(layout.columns());
        unlogged = new AtomicLongArray(layout.columns());
        log = new SetLog(this, settings.intentIdleNs(), settings.writeBack(), settings.smallBytes());
        intent = new IntentLog(this, lanes.control(), settings.intentIdleNs());
        keeper = new ColumnKeeper(this, spec, journal, engine::area);
        inFlight = new InFlight(lanes);
        streams = WriteStreams.suit(layout) ? new WriteStreams[lanes.count()] : null;
        sums = new SetSums(id(), layout, lanes.control(), engine.sums());
    }

    @Override
    public long id() {
        return assembledFrom.id();
    }

    @Override
    public RaidGeometry geometry() {
        return layout.geometry();
    }

    @Override
    public long sizeBytes() {
        return layout.sizeBytes();
    }

    @Override
    public int blockBytes() {
        return BLOCK_BYTES;
    }

    @Override
    public void submit(final IoRequest request) {
        final int lane = request.lane().index();
        if (closed) {
            request.complete(IoStatus.OFFLINE);
            return;
        }
        if (!inRange(request)) {
            request.complete(IoStatus.OUT_OF_RANGE);
            return;
        }
        if (isOfStream(request)) {
            if (streams[lane] == null) {
                streams[lane] = new WriteStreams(this, works[lane]);
            }
            streams[lane].take(request);
        } else {
            start(request, null);
        }
    }

    /** Whether others that follow it may make a whole stripe of it. */
    private boolean isOfStream(final IoRequest request) {
        return streams != null
                && request.op() == IoOp.WRITE
                && request.lengthBytes() >= SumBlock.DATA_BYTES
                && request.lengthBytes() < layout.groupDataBytes()
                && !request.durable();
    }

    /** Whether a write of a part of a stripe is short enough for the log to keep. */
    boolean keeps(final IoRequest write) {
        return log.keeps() && write.lengthBytes() <= log.smallBytes();
    }

    /**
     * Begins a request, on its lane.
     *
     * @param stream what it is of, or null
     */
    void start(final IoRequest request, final WriteStream stream) {
        final int lane = request.lane().index();
        final SetRequest task = works[lane].request();
        if (task == null) {
            if (stream != null) {
                stream.ended(request.lengthBytes());
            }
            request.complete(IoStatus.BUSY);
            return;
        }
        requestBegins(request.lane());
        task.start(this, request, stream);
    }

    private boolean inRange(final IoRequest request) {
        final long offset = request.offsetBytes();
        final long length = request.lengthBytes();
        return switch (request.op()) {
            case FLUSH -> true;
            default ->
                ((offset | length) & BLOCK_MASK) == 0
                        && offset >= 0
                        && length > 0
                        && offset <= layout.sizeBytes() - length;
        };
    }

    /** Closing waits until it has ended. */
    void requestBegins(final Lane lane) {
        inFlight.begin(lane.index());
    }

    void requestEnded(final Lane lane) {
        inFlight.end(lane.index());
    }

    @Override
    public RaidSetInfo info() {
        final Columns now = columns;
        final long dirty = intent.dirty() | intent.suspects();
        return new RaidSetInfo(
                now.spec(),
                state(now),
                now.infos(),
                Long.bitCount(dirty),
                degradedReads.sum(),
                sums.mismatches(),
                sums.mended(),
                sums.unrepairable(),
                sums.lost(),
                log.info());
    }

    private RaidSetState state(final Columns now) {
        if (closed || !now.serving()) {
            return RaidSetState.OFFLINE;
        }
        if (now.rebuilding()) {
            return RaidSetState.REBUILDING;
        }
        if (!now.whole()) {
            return RaidSetState.DEGRADED;
        }
        return intent.suspects() != 0 ? RaidSetState.RESYNCING : RaidSetState.HEALTHY;
    }

    @Override
    public CompletionStage<Void> initialize() {
        final Columns now = columns;
        if (!now.serving() || !now.whole()) {
            return CompletableFuture.failedFuture(unavailable("set not initialized, columns are missing"));
        }
        return onAll(now, true)
                .thenCompose(zeroed -> sums.initialize(now))
                .thenAccept(status -> expectOk("set not initialized", status))
                .thenCompose(written -> onAll(now, false))
                .thenCompose(flushed -> log.initialize(now))
                .thenAccept(status -> expectOk("set not initialized", status));
    }

    /** Zeroes or flushes every column. */
    private CompletableFuture<Void> onAll(final Columns now, final boolean zero) {
        final CompletableFuture<?>[] ends = new CompletableFuture<?>[layout.columns()];
        for (int column = 0; column < ends.length; column++) {
            final Device device = now.device(column);
            final CompletableFuture<IoStatus> end = zero
                    ? ControlIo.zero(lanes.control(), device, now.chunkletOffset(column), assembledFrom.chunkletBytes())
                    : ControlIo.flush(lanes.control(), device);
            ends[column] = end.thenAccept(status -> expectOk("set not initialized", status));
        }
        return CompletableFuture.allOf(ends);
    }

    private void expectOk(final String what, final IoStatus status) {
        if (status != IoStatus.OK) {
            throw new StorageException(StorageException.Code.IO, what + ": set=" + id() + " status=" + status);
        }
    }

    @Override
    public void attach(final int column, final Device device) {
        keeper.attach(column, device);
    }

    @Override
    public void detach(final int column) {
        keeper.detach(column);
    }

    @Override
    public CompletionStage<Void> resync(final Job job) {
        if (resync == null && intent.suspects() != 0) {
            startResync(job);
        }
        final CompletableFuture<Void> running = resync == null ? CompletableFuture.completedFuture(null) : resync;
        return running.whenComplete((done, failure) -> Stages.end(job, failure));
    }

    /** Once all columns are in sync again, what may be inconsistent is made consistent without being asked. */
    void resyncWhenWhole() {
        if (intent.suspects() != 0 && resync == null && columns.whole() && columns.serving()) {
            startResync(null);
        }
    }

    private void startResync(final Job job) {
        final long regions = intent.suspects();
        final int doubts = intent.doubts();
        LOG.info("raid.resync set={} regions={}", id(), Long.bitCount(regions));
        final StripeSweep sweep = new StripeSweep(this, SweepKind.RESYNC, -1, true, regions, job);
        final CompletableFuture<Void> end = run(sweep);
        resync = end;
        Stages.whenEnded(end, (done, failure) -> {
            resync = null;
            if (failure != null) {
                LOG.warn("raid.resync-ended set={} why={}", id(), failure.getMessage());
            } else if (doubts == intent.doubts()) {
                final long unresolved = sweep.unresolved();
                LOG.info("raid.resync-done set={} unresolved={}", id(), Long.bitCount(unresolved));
                intent.resolved(regions & ~unresolved);
            } else {
                // The set was offline in between, so stripes that were done may be in doubt again.
                resyncWhenWhole();
            }
        });
    }

    @Override
    public CompletionStage<Void> catchUp(final int column, final Job job) {
        if (catchUps.contains(column)) {
            return conflict("column is being caught up already", column);
        }
        return track(column, job, keeper.joined(column).thenCompose(joined -> catchUpNow(column, job)));
    }

    @Override
    public CompletionStage<Void> rebuild(final int column, final Device device, final int chunklet, final Job job) {
        if (catchUps.contains(column)) {
            return conflict("column is being caught up already", column);
        }
        if (keeper.sharesGroupOn(column, device.uuid())) {
            return conflict("device holds another column of the same group", column);
        }
        if (!keeper.survivesWithout(column)) {
            return CompletableFuture.failedFuture(unavailable("set does not survive the replacement"));
        }
        keeper.replace(column, device.uuid(), chunklet);
        keeper.attach(column, device);
        return track(
                column,
                job,
                keeper.joined(column)
                        .thenCompose(joined -> keeper.rebuildBegun(column))
                        .thenCompose(begun -> catchUpNow(column, job)));
    }

    private CompletableFuture<Void> track(final int column, final Job job, final CompletableFuture<Void> work) {
        catchUps.add(column);
        return work.whenComplete((done, failure) -> {
            catchUps.remove(column);
            keeper.rebuilding(column, false);
            Stages.end(job, failure);
        });
    }

    private CompletableFuture<Void> catchUpNow(final int column, final Job job) {
        if (keeper.isServing(column)) {
            return CompletableFuture.completedFuture(null);
        }
        if (!keeper.isTarget(column)) {
            return CompletableFuture.failedFuture(unavailable("column is not attached: column=" + column));
        }
        final CatchUp work = new CatchUp(this, column, job);
        return whileWorking(work.rested(), work.run());
    }

    /** A close waits until the work rests, or has ended. */
    private <T> CompletableFuture<T> whileWorking(
            final CompletableFuture<Void> rested, final CompletableFuture<T> work) {
        working.add(rested);
        return work.whenComplete((done, failure) -> {
            rested.complete(null);
            working.removeIf(CompletableFuture::isDone);
        });
    }

    @Override
    public CompletionStage<ScrubReport> scrub(
            final boolean repair, final long regions, final ScrubProgress progress, final Job job) {
        if (!columns.serving()) {
            return CompletableFuture.failedFuture(unavailable("set not scrubbed, it is offline"));
        }
        final Scrub scrub = new Scrub(this, repair, regions & layout.allRegions(), progress, job);
        return whileWorking(scrub.rested(), scrub.run()).whenComplete((report, failure) -> Stages.end(job, failure));
    }

    /** Goes through the stripes of a sweep; ends on the control lane. */
    CompletableFuture<Void> run(final StripeSweep sweep) {
        sweeps.add(sweep);
        return whileWorking(sweep.ended(), sweep.start(lanes, works, settings.sweepParallel()))
                .whenComplete((done, failure) -> sweeps.remove(sweep));
    }

    @Override
    public CompletionStage<Void> close() {
        if (closing == null) {
            closed = true;
            sweeps.forEach(StripeSweep::cancel);
            final CompletableFuture<?>[] running = working.toArray(CompletableFuture<?>[]::new);
            closing = inFlight.drained()
                    .thenCompose(drained -> CompletableFuture.allOf(running).exceptionally(failure -> null))
                    .thenCompose(ended -> log.close())
                    .thenCompose(emptied -> intent.close())
                    .thenCompose(rested -> sums.close(columns))
                    .thenRun(() -> {
                        keeper.close();
                        engine.forget(id());
                    });
        }
        return closing;
    }

    SetLayout layout() {
        return layout;
    }

    Lane control() {
        return lanes.control();
    }

    Pace pace() {
        return engine.pace();
    }

    SetSums sums() {
        return sums;
    }

    GroupLocks locks() {
        return locks;
    }

    IntentLog intent() {
        return intent;
    }

    SetLog log() {
        return log;
    }

    /** What the control lane works with. */
    LaneWork controlWork() {
        return works[lanes.control().index()];
    }

    ColumnKeeper keeper() {
        return keeper;
    }

    boolean isClosed() {
        return closed;
    }

    Columns columns() {
        return columns;
    }

    void publish(final Columns next) {
        columns = next;
    }

    RaidSetSpec spec(final List<RaidColumn> placement) {
        return new RaidSetSpec(
                id(),
                assembledFrom.level(),
                assembledFrom.stripBytes(),
                assembledFrom.chunkletBytes(),
                placement,
                assembledFrom.logBytes());
    }

    /** Writes failed on these columns; the task hears what that means. Any lane may call. */
    void settleFailed(final long mask, final Columns seen, final ColumnVerdict task) {
        lanes.control().execute(() -> keeper.settleFailed(mask, seen, task));
    }

    /** A write would miss these columns; the task hears when it may look again. Any lane may call. */
    void settleMissing(final long mask, final ColumnVerdict task) {
        lanes.control().execute(() -> keeper.settleMissing(mask, task));
    }

    /** Flushes what was written and is not in place by what the log has, from the control lane. */
    void flushUnlogged(final FlushEnd end) {
        controlWork().flush().start(this, false, end);
    }

    /** Flushes what was written, from the control lane. */
    void flush(final FlushEnd end) {
        controlWork().flush().start(this, true, end);
    }

    /**
     * A device reported the loss of writes, to one flush only: all sets hear of it. Any lane may call.
     */
    void flushFailed(final Device device) {
        lanes.control().execute(() -> engine.flushFailed(device));
    }

    /** What was written to a device since its last flush may be lost. */
    void writesLost(final Device device) {
        final long mask = keeper.unflushedOn(device);
        if (mask != 0) {
            keeper.settleFailed(mask, columns, verdict -> {});
        }
    }

    /**
     * A write of a column has completed that is perhaps not on stable media.
     *
     * @param logged whether the log has it
     */
    void wrote(final int column, final boolean logged) {
        final long count = written.incrementAndGet(column);
        if (!logged) {
            unlogged.accumulateAndGet(column, count, Math::max);
        }
    }

    /** The set was in service before, and may have left writes in the caches of its devices: the first flush covers them. */
    void distrustCaches() {
        for (int column = 0; column < layout.columns(); column++) {
            wrote(column, false);
        }
    }

    /** How many of the non-durable writes there were up to the last one that is not in the log. */
    long unlogged(final int column) {
        return unlogged.get(column);
    }

    long written(final int column) {
        return written.get(column);
    }

    long flushedUpTo(final int column) {
        return flushed.get(column);
    }

    void flushedUpTo(final int column, final long count) {
        flushed.accumulateAndGet(column, count, Math::max);
    }

    /** Whether a column may have writes that are not on stable media. */
    boolean unflushed(final int column) {
        return written.get(column) > flushed.get(column);
    }

    void countDegradedRead() {
        degradedReads.increment();
    }

    long chunkletBytes() {
        return assembledFrom.chunkletBytes();
    }

    StorageException unavailable(final String what) {
        return new StorageException(StorageException.Code.UNAVAILABLE, what + ": set=" + id());
    }

    private <T> CompletableFuture<T> conflict(final String what, final int column) {
        return CompletableFuture.failedFuture(
                new StorageException(StorageException.Code.CONFLICT, what + ": set=" + id() + " column=" + column));
    }
}
