package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.isobar.api.StorageException;
import org.isobar.api.pool.SetScrub;
import org.isobar.api.pool.SetScrub.LostPlace;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.job.Job;
import org.isobar.common.time.Clock;
import org.isobar.pool.store.ScrubRecord.SetScrubbed;
import org.isobar.pool.store.ScrubRecord.SetScrubbing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One scrub of a set. Whenever it is done with another quarter of the set, or with {@value #KEEP_MIB} MiB if that is less, it
 * notes durably how far it is; whoever goes on after a restart begins there. Notes that cannot be kept are done without.
 * Control lane.
 */
final class SetScrubRun {
    private static final Logger LOG = LoggerFactory.getLogger(SetScrubRun.class);
    private static final int KEEP_MIB = 256;
    private static final int KEEP_PART = 4;
    private static final long ALL = -1L;

    private final Metadata metadata;
    private final Clock clock;
    private final LiveSet set;
    private final Job job;
    private final Consumer<ScrubReport> counted;
    private final SetScrub before;
    private final long doneBefore;
    private final int keepRegions;
    private long done;
    private long kept;
    private ScrubReport found = new ScrubReport(0, 0, 0, 0, 0, 0, 0, List.of());
    private CompletionStage<Void> keeping = CompletableFuture.completedStage(null);
    private boolean keepingNow;

    /**
     * Goes on with a scrub that was cut short, or begins one.
     *
     * @param earlier what is known of the one that was cut short
     * @param repair whether a new one repairs what it finds
     * @param counted hears what was found when it ends, well or not
     */
    SetScrubRun(
            final Metadata metadata,
            final Clock clock,
            final LiveSet set,
            final Optional<SetScrubbing> earlier,
            final boolean repair,
            final Job job,
            final Consumer<ScrubReport> counted) {
        this.metadata = metadata;
        this.clock = clock;
        this.set = set;
        this.job = job;
        this.counted = counted;
        before = earlier.map(SetScrubbing::found)
                .orElseGet(() -> new SetScrub(repair, clock.wallMs(), 0, 0, 0, 0, 0, 0, 0, List.of()));
        doneBefore = earlier.map(SetScrubbing::done).orElse(0L);
        done = doneBefore;
        kept = doneBefore;
        final long regionBytes = Math.max(1, set.raid().sizeBytes() / RaidSetInfo.REGIONS);
        final long wanted = Math.min(RaidSetInfo.REGIONS / KEEP_PART, ((long) KEEP_MIB << 20) / regionBytes);
        keepRegions = (int) Math.max(1, wanted);
    }

    LiveSet set() {
        return set;
    }

    Job job() {
        return job;
    }

    /** Ends with what was found, once that is kept. */
    CompletionStage<SetScrub> run() {
        final RaidSet raid = set.raid();
        final long regions = ALL & ~doneBefore;
        return raid.scrub(before.repair(), regions, this::regionDone, job)
                .handle((report, failure) -> {
                    found = report == null ? found : report;
                    counted.accept(found);
                    return keeping.thenCompose(rest -> failure == null ? ended() : cutShort(failure));
                })
                .thenCompose(stage -> stage);
    }

    private void regionDone(final long doneNow, final ScrubReport soFar) {
        done = doneBefore | doneNow;
        found = soFar;
        if (!keepingNow && Long.bitCount(done & ~kept) >= keepRegions) {
            keep();
        }
    }

    private void keep() {
        final long keeps = done;
        keepingNow = true;
        keeping = append(new SetScrubbing(set.id(), keeps, sum(0))).thenRun(() -> {
            kept = keeps;
            keepingNow = false;
        });
    }

    private CompletionStage<SetScrub> ended() {
        final SetScrub result = sum(clock.wallMs());
        if (result.foundSomething()) {
            LOG.warn(
                    "scrub.found pool={} set={} stripesInconsistent={} stripesRepaired={} readErrors={} blocksMended={}"
                            + " blocksLost={} lost={}",
                    set.state().pool(),
                    set.id(),
                    result.stripesInconsistent(),
                    result.stripesRepaired(),
                    result.readErrors(),
                    result.blocksMended(),
                    result.blocksLost(),
                    result.lost());
        } else {
            LOG.info("scrub.clean pool={} set={} bytes={}", set.state().pool(), set.id(), result.bytesChecked());
        }
        return append(new SetScrubbed(set.id(), result)).thenApply(nothing -> result);
    }

    private CompletionStage<SetScrub> cutShort(final Throwable failure) {
        if (done != kept && !set.leaving()) {
            keep();
        }
        return keeping.thenApply(nothing -> {
            throw Failures.asStorage(failure);
        });
    }

    private CompletionStage<Void> append(final ScrubRecord record) {
        return metadata.append(record).exceptionally(failure -> {
            LOG.warn("scrub.not-kept set={} why={}", set.id(), Failures.message(failure));
            return null;
        });
    }

    /** What was found so far, by the part that was cut short as well. */
    private SetScrub sum(final long endedWallMs) {
        final long size = set.raid().sizeBytes();
        final long checked = before.bytesChecked()
                + found.stripesChecked() * set.raid().geometry().stripeDataBytes();
        final List<LostPlace> lost = new ArrayList<>(before.lost());
        LostPlaces.of(metadata.state(), set, found.lostOffsets()).stream()
                .filter(place -> !lost.contains(place))
                .forEach(lost::add);
        return new SetScrub(
                before.repair(),
                before.beganWallMs(),
                endedWallMs,
                Math.min(size, checked),
                before.stripesInconsistent() + found.stripesInconsistent(),
                before.stripesRepaired() + found.stripesRepaired(),
                before.readErrors() + found.readErrors(),
                before.blocksMended() + found.blocksMended(),
                before.blocksLost() + found.blocksLost(),
                lost.subList(0, Math.min(lost.size(), SetScrub.LOST_MAX)));
    }

    /** A set that cannot be scrubbed now. */
    static StorageException offline(final LiveSet set) {
        return new StorageException(StorageException.Code.UNAVAILABLE, "set not scrubbed: set=" + set.id());
    }
}
