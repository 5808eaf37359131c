package org.isobar.volume.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.isobar.api.balance.SimulationReport.Period;
import org.isobar.api.balance.SimulationReport.PoolService;
import org.isobar.api.balance.SimulationSpec;
import org.isobar.common.policy.PolicyAnswer;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.volume.recording.AccessOp;
import org.isobar.volume.recording.AccessReader;

/**
 * Replays accesses on a virtual volume whose pages a policy has moved. The recording says which pages are asked for in which order;
 * how fast that goes is a matter of the clients, who ask on as soon as they are answered. Time passes in steps: moves are made
 * at the beginning of one, and its accesses find the pages where they are then. One thread.
 */
final class TraceReplay implements AccessReader.Sink {
    private static final int BLOCK_SHIFT = 9;
    private static final int PIECE_SHIFT = 16 - BLOCK_SHIFT;
    private static final double PERCENT = 100;
    private static final double MS_PER_S = 1e3;
    private static final long STEP_US = TimeUnit.SECONDS.toMicros(SimulationSpec.STEP_S);
    /** A step that is nearly all copying is not taken for endless. */
    private static final double COPYING_MAX = 0.9;

    private final SimulationSpec spec;
    private final Decider decider;
    private final SampledPages pages;
    private final int oneIn;
    private final int pageShift;
    private final int newPagesPool;
    private final VirtualTime time;
    private final List<VirtualPool> pools;
    private final VirtualVolume volume;
    private final VirtualBalancing balancing;
    private final Oracle oracle;
    private final long[] roomPages;
    private final byte[] stayAt;
    private final double[] nothingBesides;
    private final List<Period> periods = new ArrayList<>();
    private final Load load;
    private final Load stayLoad;
    private final Tally[] sums;
    private Tally[] tallies;
    /** What is asked of each page in the period. */
    private final int[] work;
    /** Those that are asked anything, the first so many entries. */
    private int[] touched = new int[1 << 10];

    private int touchedCount;
    private double reads;
    private double writes;
    private double[] copyingS;
    private long stepEndUs = STEP_US;
    private int steps;
    private long movedBefore;
    private long failedBefore;
    private long lostWrites;

    /** Whose service is told. */
    private static final int POLICY = 0;

    private static final int STAY = 1;
    private static final int ORACLE = 2;
    private static final int KINDS = 3;

    TraceReplay(final SimulationSpec spec, final Stage stage, final Decider decider) {
        this.spec = spec;
        this.decider = decider;
        pages = stage.pages();
        oneIn = stage.oneIn();
        newPagesPool = stage.newPagesPool();
        time = stage.time();
        pools = stage.pools();
        volume = stage.volume();
        pageShift = Integer.numberOfTrailingZeros(volume.pageBytes()) - BLOCK_SHIFT;
        balancing = new VirtualBalancing(time, volume, pools, Math.max(1, spec.bytesPerSecond() / oneIn));
        oracle = new Oracle(pools, spec.clients());
        roomPages = new long[pools.size()];
        for (int k = 0; k < roomPages.length; k++) {
            final boolean mayLie = volume.pools().isEmpty()
                    || volume.pools().contains(pools.get(k).name());
            roomPages[k] = volume.pagesIn(k) + (mayLie ? pools.get(k).goodRoomBytes() / volume.pageBytes() : 0);
        }
        stayAt = volume.placement();
        nothingBesides = new double[pools.size()];
        load = new Load(pools, oneIn);
        stayLoad = new Load(pools, oneIn);
        sums = tallies();
        tallies = tallies();
        work = new int[volume.pageCount()];
        copyingS = nothingBesides;
    }

    /** Answers as the policy that is tried. */
    interface Decider {
        PolicyAnswer<BalancePlan> decide(BalancePicture picture);
    }

    /**
     * Where it takes place.
     *
     * @param time as heat knows it
     * @param pools all of them
     * @param volume that is replayed
     * @param pages which pages of the recorded volume its pages are
     * @param oneIn one page in so many was recorded, and pools are so much smaller and slower
     * @param newPagesPool where pages come from that are written for the first time
     */
    record Stage(
            VirtualTime time,
            List<VirtualPool> pools,
            VirtualVolume volume,
            SampledPages pages,
            int oneIn,
            int newPagesPool) {}

    private Tally[] tallies() {
        final Tally[] all = new Tally[KINDS];
        for (int i = 0; i < KINDS; i++) {
            all[i] = new Tally(pools.size());
        }
        return all;
    }

    @Override
    public void access(final long timeUs, final int op, final long block, final int blocks) {
        final long atUs = (long) (timeUs * PERCENT / spec.speedPercent());
        while (atUs >= stepEndUs) {
            endStep();
            copyingS = balancing.move(SimulationSpec.STEP_S);
        }
        final int page = pages.index(block >>> pageShift);
        if (page < 0) {
            return;
        }
        final boolean write = op != AccessOp.READ;
        final long withinPage = block & (1L << pageShift) - 1;
        volume.heat()
                .touch(write, (((long) page << pageShift) + withinPage) << BLOCK_SHIFT, (long) blocks << BLOCK_SHIFT);
        if (volume.at(page) < 0 && !placeNew(page, op)) {
            return;
        }
        final int units = 1 + (blocks >>> PIECE_SHIFT);
        load.add(volume.at(page), write, units);
        stayLoad.add(stayAt[page], write, units);
        count(page, write, units);
    }

    /** A page that lies nowhere is asked for; false when it still does then: it is not written, or there is no room. */
    private boolean placeNew(final int page, final int op) {
        if (op != AccessOp.WRITE) {
            return false;
        }
        int pool = newPagesPool;
        for (int k = 0; k < pools.size() && !pools.get(pool).hasRoomFor(volume.pageBytes()); k++) {
            pool = k;
        }
        if (!pools.get(pool).hasRoomFor(volume.pageBytes())) {
            lostWrites++;
            return false;
        }
        volume.place(page, pool);
        stayAt[page] = (byte) pool;
        return true;
    }

    private void count(final int page, final boolean write, final int units) {
        if (work[page] == 0) {
            if (touchedCount == touched.length) {
                touched = Arrays.copyOf(touched, 2 * touchedCount);
            }
            touched[touchedCount] = page;
            touchedCount++;
        }
        work[page] = (int) Math.min(Integer.MAX_VALUE, (long) work[page] + units);
        if (write) {
            writes += units;
        } else {
            reads += units;
        }
    }

    private void endStep() {
        if (load.accesses() > 0) {
            final double[] besides = new double[pools.size()];
            for (int k = 0; k < besides.length; k++) {
                besides[k] = Math.min(COPYING_MAX, copyingS[k] / SimulationSpec.STEP_S);
            }
            tallies[POLICY].add(load, load.service(spec.clients(), besides));
            tallies[STAY].add(stayLoad, stayLoad.service(spec.clients(), nothingBesides));
        }
        load.clear();
        stayLoad.clear();
        time.pass(TimeUnit.SECONDS.toNanos(SimulationSpec.STEP_S));
        stepEndUs += STEP_US;
        steps++;
        if (steps * SimulationSpec.STEP_S % spec.periodS() == 0) {
            endPeriod();
        }
    }

    private void endPeriod() {
        final long accesses = tallies[POLICY].accesses();
        if (accesses > 0) {
            final int[] works = new int[touchedCount];
            for (int i = 0; i < touchedCount; i++) {
                works[i] = work[touched[i]];
                work[touched[i]] = 0;
            }
            final double each = (double) accesses * oneIn;
            tallies[ORACLE].add(accesses, oracle.best(works, roomPages, reads / each, writes / each));
        }
        touchedCount = 0;
        reads = 0;
        writes = 0;
        final PolicyAnswer<BalancePlan> answer = decider.decide(balancing.look(spec.periodS()));
        final BalancePlan plan = answer.value();
        balancing.replace(plan);
        final int lastedS = SimulationSpec.STEP_S * steps;
        periods.add(period(
                (lastedS - 1) / spec.periodS() * (long) spec.periodS(),
                tallies,
                answer.policy(),
                plan.reason(),
                plan.moves().size() * oneIn,
                balancing.movedPages() - movedBefore,
                balancing.failedPages() - failedBefore));
        movedBefore = balancing.movedPages();
        failedBefore = balancing.failedPages();
        for (int i = 0; i < KINDS; i++) {
            sums[i].add(tallies[i]);
        }
        tallies = tallies();
    }

    private Period period(
            final long startS,
            final Tally[] of,
            final String decidedBy,
            final String reason,
            final int plannedPages,
            final long moved,
            final long failed) {
        final List<PoolService> services = new ArrayList<>();
        for (int k = 0; k < pools.size(); k++) {
            services.add(of[POLICY].pool(k, pools.get(k).name(), volume.pagesIn(k) * oneIn));
        }
        return new Period(
                startS,
                of[POLICY].accesses(),
                of[POLICY].service(),
                of[STAY].service(),
                of[ORACLE].service(),
                decidedBy,
                reason,
                plannedPages,
                moved * oneIn,
                moved * oneIn * volume.pageBytes(),
                failed * oneIn,
                services);
    }

    /** All accesses were given; the last period may be shorter. */
    void end() {
        endStep();
        if (tallies[POLICY].accesses() > 0 || periods.isEmpty()) {
            endPeriod();
        }
    }

    List<Period> periods() {
        return periods;
    }

    /** After {@link #end}. */
    Period sum() {
        final int planned = periods.stream().mapToInt(Period::plannedPages).sum();
        return period(0, sums, "", "", planned, balancing.movedPages(), balancing.failedPages());
    }

    /** In seconds, -1 when no page was moved again. */
    double shortestReturnS() {
        final long ms = balancing.shortestReturnMs();
        return ms == BalancePage.NEVER ? -1 : ms / MS_PER_S;
    }

    /** Accesses that found no room for their page. */
    long lostWrites() {
        return lostWrites;
    }
}
