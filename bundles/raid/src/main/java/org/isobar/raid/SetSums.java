package org.isobar.raid;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.common.lane.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a set does with the checksums of all its columns, and what they showed since start. */
final class SetSums {
    private static final Logger LOG = LoggerFactory.getLogger(SetSums.class);

    private final long setId;
    private final SetLayout layout;
    private final Lane control;
    private final SumCache cache;
    private final AtomicLong mismatches = new AtomicLong();
    private final LongAdder mended = new LongAdder();
    private final LongAdder unrepairable = new LongAdder();
    private final AtomicLong lost = new AtomicLong();

    SetSums(final long setId, final SetLayout layout, final Lane control, final SumCache cache) {
        this.setId = setId;
        this.layout = layout;
        this.control = control;
        this.cache = cache;
    }

    /** Those of a column whose device keeps checksums. Control lane. */
    ColumnSums of(final int column, final Device device, final int chunklet) {
        return new ColumnSums(setId, column, control, cache, device, chunklet);
    }

    /** All columns hold zeros: writes their checksums. Control lane. */
    CompletableFuture<IoStatus> initialize(final Columns now) {
        final List<CompletableFuture<IoStatus>> ends = new ArrayList<>();
        for (int column = 0; column < layout.columns(); column++) {
            if (now.sums(column) != null) {
                ends.add(now.sums(column).initialize());
            }
        }
        return ColumnSums.all(ends);
    }

    /**
     * Brings the checksums of some regions on the devices up to date; ends with a mask of the columns where that failed.
     * Control lane.
     */
    CompletableFuture<Long> write(final Columns now, final long regions) {
        return write(now, -1L, regions);
    }

    /** As above, of some of the columns. */
    CompletableFuture<Long> write(final Columns now, final long columns, final long regions) {
        final List<CompletableFuture<Long>> ends = new ArrayList<>();
        for (int column = 0; column < layout.columns(); column++) {
            final long bit = 1L << column;
            final ColumnSums sums = (columns & bit) == 0 ? null : now.sums(column);
            for (int region = 0; sums != null && region < Long.SIZE; region++) {
                final long first = layout.firstStripe(region) * layout.stripeColumnBytes();
                final long end = layout.firstStripe(region + 1) * layout.stripeColumnBytes();
                if ((regions & 1L << region) != 0 && end > first) {
                    ends.add(sums.writeOut(first, end - first).thenApply(status -> status == IoStatus.OK ? 0L : bit));
                }
            }
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .thenApply(ended ->
                        ends.stream().mapToLong(CompletableFuture::join).reduce(0, (a, b) -> a | b));
    }

    /**
     * Brings all that is on attached columns up to date before the set closes: what reads have mended is marked nowhere. Where
     * that fails the next scrub makes it anew. Control lane.
     */
    CompletableFuture<Void> close(final Columns now) {
        return write(now, now.serving() ? now.writable() : 0, layout.allRegions())
                .thenAccept(failed -> {
                    if (failed != 0) {
                        LOG.warn("raid.sums-unwritten set={} columns={}", setId, Long.bitCount(failed));
                    }
                });
    }

    /** A block does not match its checksum. Any lane may call. */
    void mismatched(final int column, final Device device, final long inChunklet) {
        final long count = mismatches.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            // At powers of two: a whole device gone wrong must not flood the log.
            LOG.warn(
                    "raid.checksum-mismatch set={} column={} device={} chunkletOffset={} count={}",
                    setId,
                    column,
                    device.uuid(),
                    inChunklet,
                    count);
        }
    }

    void countMended(final int blocks) {
        mended.add(blocks);
    }

    void countUnrepairable() {
        unrepairable.increment();
    }

    /** A block cannot be had from the others, so it is noted as lost. Any lane may call. */
    void lost(final int column, final long inChunklet) {
        final long count = lost.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            LOG.error("raid.block-lost set={} column={} chunkletOffset={} count={}", setId, column, inChunklet, count);
        }
    }

    long lost() {
        return lost.get();
    }

    long mismatches() {
        return mismatches.get();
    }

    long mended() {
        return mended.sum();
    }

    long unrepairable() {
        return unrepairable.sum();
    }
}
