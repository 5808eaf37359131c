package org.isobar.raid;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.isobar.api.StorageException;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.job.Job;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;

/**
 * One pass over the stripes of some regions, by a few workers on different lanes. The workers share it: its methods are
 * synchronized, called once for each stripe or less.
 */
final class StripeSweep {
    private final AssembledSet set;
    private final SweepKind kind;
    private final int column;
    private final boolean repair;
    private final long regions;
    private final Job job;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final long unitBytes;
    /** Of each region, the stripes that are still to be worked on. */
    private final long[] left = new long[RaidSetInfo.REGIONS];

    private Runnable regionDone = () -> {};
    private long doneRegions;
    private long nextStripe;
    private int workers;
    private boolean cancelled;
    private StorageException failure;
    private long unresolved;
    private long checked;
    private long inconsistent;
    private long repaired;
    private long readErrors;
    private long checksumErrors;
    private long lost;
    private long mended;
    private final List<Long> lostOffsets = new ArrayList<>();

    /**
     * Sets up a pass.
     *
     * @param column the column to write, when catching up
     * @param repair whether to write what is wrong, when comparing
     * @param job told of progress, may be null
     */
    StripeSweep(
            final AssembledSet set,
            final SweepKind kind,
            final int column,
            final boolean repair,
            final long regions,
            final Job job) {
        this.set = set;
        this.kind = kind;
        this.column = column;
        this.repair = repair;
        this.regions = regions;
        this.job = job;
        unitBytes = kind == SweepKind.CATCH_UP
                ? set.layout().stripeColumnBytes()
                : set.layout().stripeDataBytes();
        for (int region = 0; region < left.length; region++) {
            if ((regions & 1L << region) != 0) {
                left[region] =
                        set.layout().firstStripe(region + 1) - set.layout().firstStripe(region);
            }
        }
    }

    /** Who wants to hear, on the control lane, that all stripes of a region have been worked on; before the start. */
    void onRegionDone(final Runnable listener) {
        regionDone = listener;
    }

    /** Starts the workers; the future ends on the control lane, exceptionally when the pass was not completed. */
    CompletableFuture<Void> start(final Lanes lanes, final LaneWork[] works, final int parallel) {
        if (job != null) {
            job.total(LongStream.of(left).sum() * unitBytes);
        }
        workers = parallel;
        for (int i = 0; i < parallel; i++) {
            final int index = i % lanes.count();
            final SweepWorker worker = new SweepWorker(works[index], set, this, lanes.control());
            set.pace().enter();
            lanes.lane(index).execute(worker);
        }
        return end;
    }

    SweepKind kind() {
        return kind;
    }

    int column() {
        return column;
    }

    boolean repairs() {
        return repair;
    }

    /** The next stripe to work on, or -1 when there is none or the pass has ended early. */
    synchronized long takeStripe() {
        if (failure == null && (cancelled || set.isClosed() || (job != null && job.cancelRequested()))) {
            failure = new StorageException(StorageException.Code.CONFLICT, "cancelled: set=" + set.id());
        }
        final SetLayout layout = set.layout();
        while (failure == null && nextStripe < layout.stripes()) {
            final int region = layout.region(nextStripe);
            if ((regions & 1L << region) != 0) {
                return nextStripe++;
            }
            nextStripe = layout.firstStripe(region + 1);
        }
        return -1;
    }

    synchronized void stripeEnded(
            final long stripe, final boolean compared, final boolean wrong, final boolean corrected) {
        checked += compared ? 1 : 0;
        inconsistent += wrong ? 1 : 0;
        repaired += corrected ? 1 : 0;
        if (job != null) {
            job.advance(unitBytes);
        }
        final int region = set.layout().region(stripe);
        if (--left[region] == 0) {
            doneRegions |= 1L << region;
            set.control().execute(regionDone);
        }
    }

    /** Regions of which all stripes have been worked on. */
    synchronized long doneRegions() {
        return doneRegions;
    }

    synchronized void readErrors(final int count) {
        readErrors += count;
    }

    synchronized void checksumErrors(final int count) {
        checksumErrors += count;
    }

    synchronized void blockLost() {
        lost++;
    }

    /** So many blocks of 4 KiB were written anew from redundancy. */
    synchronized void mended(final int blocks) {
        mended += blocks;
    }

    /** A scrub found a block of data that cannot be had. */
    synchronized void foundLost(final long offset) {
        lost++;
        if (lostOffsets.size() < ScrubReport.LOST_OFFSETS_MAX) {
            lostOffsets.add(offset);
        }
    }

    /** Tells the job how many blocks could not be had. */
    synchronized void reportLost() {
        if (lost != 0 && job != null) {
            job.note("blocksLost=" + lost + "; reads of them fail until they are written anew");
        }
    }

    /** Tells the job what a scrub found. */
    synchronized void reportFound() {
        if (job != null && (mended != 0 || lost != 0)) {
            job.note("blocksMended=" + mended + " blocksLost=" + lost);
        }
    }

    /** The redundancy of some group could not be compared. */
    synchronized void unresolved(final long stripe) {
        unresolved |= 1L << set.layout().region(stripe);
    }

    synchronized long unresolved() {
        return unresolved;
    }

    /** Ends the pass early. */
    synchronized void fail(final StorageException.Code code, final String why) {
        if (failure == null) {
            failure = new StorageException(code, why + ": set=" + set.id());
        }
    }

    synchronized void cancel() {
        cancelled = true;
    }

    synchronized ScrubReport report() {
        return new ScrubReport(checked, inconsistent, repaired, readErrors, checksumErrors, mended, lost, lostOffsets);
    }

    CompletableFuture<Void> ended() {
        return end;
    }

    /** How long a worker waits before it goes on, after a piece of so many bytes of each strip. */
    long pauseNs(final long workedNs, final int bytes) {
        final long counted =
                kind == SweepKind.CATCH_UP ? bytes : (long) bytes * set.layout().dataStrips();
        return set.pace().pauseNs(workedNs, counted);
    }

    void workerEnded(final Lane control) {
        set.pace().leave();
        if (lastWorker()) {
            control.execute(this::finish);
        }
    }

    private synchronized boolean lastWorker() {
        workers--;
        return workers == 0;
    }

    private void finish() {
        final StorageException why = failure();
        if (why == null) {
            end.complete(null);
        } else {
            end.completeExceptionally(why);
        }
    }

    private synchronized StorageException failure() {
        return failure;
    }
}
