package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.Comparator;
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
import java.util.concurrent.atomic.LongAdder;
import org.isobar.api.pool.PoolScrubs;
import org.isobar.api.pool.ScrubSchedule;
import org.isobar.api.pool.SetScrub;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.job.Job;
import org.isobar.common.job.Jobs;
import org.isobar.common.lane.Lane;
import org.isobar.common.time.Clock;
import org.isobar.pool.store.ScrubRecord.PoolScrubSchedule;
import org.isobar.pool.store.ScrubRecord.SetScrubbed;
import org.isobar.pool.store.ScrubRecord.SetScrubbing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has every set scrubbed on the schedule of its pool, one set at a time, those first that were being scrubbed when a restart,
 * a degraded set or the end of the allowed hours came in between. Control lane, but for {@link #picture}.
 */
final class Scrubs {
    private static final Logger LOG = LoggerFactory.getLogger(Scrubs.class);
    private static final long LOOK_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long AGAIN_NS = TimeUnit.MINUTES.toNanos(10);
    private static final long CANCELLED_NS = TimeUnit.DAYS.toNanos(1);
    private static final int PERCENT = 100;

    private final Lane control;
    private final Clock clock;
    private final Jobs jobs;
    private final Metadata metadata;
    private final SetTable sets;
    /** Sets that are being scrubbed, by id. */
    private final Map<Integer, Active> active = new HashMap<>();

    /** By set, when it may be scrubbed again after that could not be, or was not wanted. */
    private final Map<Integer, Long> notBeforeNs = new HashMap<>();

    /** Pools whose first schedule is being noted. */
    private final Set<String> scheduling = new HashSet<>();

    private final Map<String, Totals> totals = new ConcurrentHashMap<>();
    private boolean started;
    private boolean stopped;

    Scrubs(final Lane control, final Clock clock, final Jobs jobs, final Metadata metadata, final SetTable sets) {
        this.control = control;
        this.clock = clock;
        this.jobs = jobs;
        this.metadata = metadata;
        this.sets = sets;
    }

    private static final class Active {
        private final Job job;
        private final CompletionStage<SetScrub> end;
        private final boolean scheduled;
        private boolean paused;

        Active(final Job job, final CompletionStage<SetScrub> end, final boolean scheduled) {
            this.job = job;
            this.end = end;
            this.scheduled = scheduled;
        }
    }

    private static final class Totals {
        private final LongAdder checkedBytes = new LongAdder();
        private final LongAdder mendedBlocks = new LongAdder();
        private final LongAdder lostBlocks = new LongAdder();
    }

    /** The store serves. */
    void start() {
        started = true;
        tick();
    }

    /** Ends all work: nothing new is begun. */
    void stop() {
        stopped = true;
    }

    /** Ends when every scrub has noted how far it is and stopped. */
    CompletionStage<Void> rest() {
        final List<CompletableFuture<?>> ends = new ArrayList<>();
        active.values().forEach(scrub -> {
            pause(scrub);
            ends.add(scrub.end.toCompletableFuture().handle((ended, failure) -> null));
        });
        return CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new));
    }

    private static void pause(final Active scrub) {
        scrub.paused = true;
        scrub.job.note("paused; goes on later");
        scrub.job.requestCancel();
    }

    private void tick() {
        if (!stopped) {
            look();
            control.schedule(this::tick, LOOK_NS);
        }
    }

    /** Looks whether a scrub is to begin or to pause. */
    private void look() {
        if (!started || stopped) {
            return;
        }
        metadata.state().pools().forEach(this::haveSchedule);
        pauseUnwanted();
        if (active.isEmpty()) {
            next().ifPresent(set -> begin(set, true, true));
        }
    }

    /** Has scrubs wait that the schedule does not allow any more, or whose set is not whole. */
    void pauseUnwanted() {
        active.forEach((id, scrub) -> {
            final LiveSet set = sets.find(id);
            if (scrub.scheduled && !scrub.paused && (set == null || !allowed(set) || !set.healthy())) {
                pause(scrub);
            }
        });
    }

    /** Sets of a pool are never all due at once only because it has just been made, or is from before there was a schedule. */
    private void haveSchedule(final PoolState pool) {
        if (metadata.state().scrubs().schedule(pool.name()).isEmpty() && scheduling.add(pool.name())) {
            metadata.append(new PoolScrubSchedule(pool.name(), ScrubSchedule.DEFAULT, clock.wallMs()))
                    .whenComplete((nothing, failure) -> {
                        scheduling.remove(pool.name());
                        if (failure != null) {
                            LOG.warn("scrub.schedule-not-kept pool={} why={}", pool.name(), Failures.message(failure));
                        }
                    });
        }
    }

    private Optional<LiveSet> next() {
        final List<LiveSet> due = new ArrayList<>();
        for (final LiveSet set : sets.all()) {
            final boolean may = set.healthy() && !set.leaving() && !set.underWork() && allowed(set);
            if (may
                    && clock.nanoTime() - notBeforeNs.getOrDefault(set.id(), Long.MIN_VALUE / 2) >= 0
                    && (begun(set) || nextWallMs(set) <= clock.wallMs())) {
                due.add(set);
            }
        }
        return due.stream()
                .min(Comparator.<LiveSet, Boolean>comparing(set -> !begun(set))
                        .thenComparing(this::nextWallMs)
                        .thenComparing(LiveSet::id));
    }

    private boolean begun(final LiveSet set) {
        return metadata.state().scrubs().present(set.id()).isPresent();
    }

    private boolean allowed(final LiveSet set) {
        return schedule(set.state().pool()).schedule().allows(clock.wallMs());
    }

    private PoolScrubSchedule schedule(final String pool) {
        return metadata.state()
                .scrubs()
                .schedule(pool)
                .orElseGet(() -> new PoolScrubSchedule(pool, ScrubSchedule.DEFAULT, clock.wallMs()));
    }

    private long nextWallMs(final LiveSet set) {
        final PoolScrubSchedule of = schedule(set.state().pool());
        final long last = metadata.state()
                .scrubs()
                .last(set.id())
                .map(scrub -> scrub.found().endedWallMs())
                .orElse(of.sinceWallMs());
        return of.schedule().nextMs(Math.max(last, of.sinceWallMs()));
    }

    /** Scrubs a set from its start, by hand; one that is being scrubbed already is waited for. */
    CompletionStage<SetScrub> scrub(final LiveSet set, final boolean repair) {
        if (stopped || set.raid() == null) {
            return CompletableFuture.failedStage(SetScrubRun.offline(set));
        }
        final Active present = active.get(set.id());
        return present == null ? begin(set, repair, false) : present.end;
    }

    private CompletionStage<SetScrub> begin(final LiveSet set, final boolean repair, final boolean scheduled) {
        final Job job =
                jobs.start("scrub", "set=" + set.id() + " pool=" + set.state().pool(), 0, "bytes");
        final Optional<SetScrubbing> earlier =
                scheduled ? metadata.state().scrubs().present(set.id()) : Optional.empty();
        final SetScrubRun run = new SetScrubRun(metadata, clock, set, earlier, repair, job, found -> count(set, found));
        final CompletionStage<SetScrub> end = run.run();
        final Active now = new Active(job, end, scheduled);
        active.put(set.id(), now);
        return end.whenComplete((scrub, failure) -> {
            active.remove(set.id(), now);
            if (failure == null) {
                job.done();
                notBeforeNs.remove(set.id());
            } else {
                final boolean unwanted = job.cancelRequested() && !now.paused;
                job.failed(Failures.message(failure));
                notBeforeNs.put(set.id(), clock.nanoTime() + (unwanted ? CANCELLED_NS : now.paused ? 0 : AGAIN_NS));
            }
            control.execute(this::look);
        });
    }

    private void count(final LiveSet set, final ScrubReport found) {
        final Totals of = totals.computeIfAbsent(set.state().pool(), pool -> new Totals());
        of.checkedBytes.add(found.stripesChecked() * set.raid().geometry().stripeDataBytes());
        of.mendedBlocks.add(found.blocksMended());
        of.lostBlocks.add(found.blocksLost());
    }

    /** Durable when the stage ends. */
    CompletionStage<ScrubSchedule> schedule(final String pool, final ScrubSchedule wanted) {
        return metadata.append(
                        new PoolScrubSchedule(pool, wanted, schedule(pool).sinceWallMs()))
                .thenApply(nothing -> {
                    look();
                    return wanted;
                });
    }

    /** What is known of the scrubs of a pool. Any thread. */
    PoolScrubs picture(final String pool) {
        final List<PoolScrubs.OfSet> ofSets = new ArrayList<>();
        final ScrubLedger ledger = metadata.state().scrubs();
        for (final LiveSet set : sets.all()) {
            if (set.state().pool().equals(pool)) {
                final Optional<SetScrubbing> present = ledger.present(set.id());
                ofSets.add(new PoolScrubs.OfSet(
                        set.id(),
                        ledger.last(set.id()).map(SetScrubbed::found).orElse(null),
                        present.map(SetScrubbing::found).orElse(null),
                        present.map(scrub -> Long.bitCount(scrub.done()) * PERCENT / RaidSetInfo.REGIONS)
                                .orElse(0),
                        schedule(pool).schedule().intervalDays() == 0 ? 0 : nextWallMs(set)));
            }
        }
        final Totals of = totals.getOrDefault(pool, new Totals());
        return new PoolScrubs(
                pool,
                schedule(pool).schedule(),
                ofSets,
                of.checkedBytes.sum(),
                of.mendedBlocks.sum(),
                of.lostBlocks.sum());
    }
}
