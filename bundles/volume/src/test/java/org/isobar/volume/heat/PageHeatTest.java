package org.isobar.volume.heat;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.concurrent.TimeUnit;
import org.isobar.testkit.Simulation;
import org.junit.Test;

/** What is counted of the requests for pages, and forgotten. */
public final class PageHeatTest {
    private static final int EPOCH_S = 100;
    private static final int PAGES = 64;
    private static final int PAGE_BYTES = 4 << 20;
    private static final int READ_BYTES = 64 << 10;

    private final Simulation time = new Simulation(1);
    private final HeatClock clock = clock(EPOCH_S);
    private final PageHeat heat = new PageHeat(clock, PAGES, PAGE_BYTES);

    @Test
    public void countsReadsAndWritesOfAPageApart() {
        touch(3, false, 4096);
        touch(3, false, 4096);
        touch(3, true, 4096);

        assertCounts(heat, 3, 2, 1);
        assertCounts(heat, 2, 0, 0);
        assertCounts(heat, 4, 0, 0);
    }

    @Test
    public void countsALongRequestByItsLength() {
        touch(0, false, 65535);
        touch(1, false, 65536);
        touch(2, true, 1 << 20);

        assertCounts(heat, 0, 1, 0);
        assertCounts(heat, 1, 2, 0);
        assertCounts(heat, 2, 0, 17);
    }

    @Test
    public void forgetsHalfAtTheEndOfEachEpoch() {
        heat.count(1, false, 100);
        heat.count(1, true, 40);

        pass(EPOCH_S - 1);
        assertCounts(heat, 1, 100, 40);
        pass(1);
        assertCounts(heat, 1, 50, 20);
        pass(EPOCH_S);
        heat.count(1, false, 3);
        assertCounts(heat, 1, 28, 10);
        pass(21 * EPOCH_S);
        assertCounts(heat, 1, 0, 0);
        pass(1000 * EPOCH_S);
        assertCounts(heat, 1, 0, 0);
    }

    @Test
    public void tellsInHowManyOfTheLastEpochsThereWasARequest() {
        assertEquals(0, PageHeat.epochsSeen(heat.at(5)));
        heat.count(5, false, 1000);
        assertEquals(1, PageHeat.epochsSeen(heat.at(5)));
        pass(2 * EPOCH_S);
        heat.count(5, false, 1);
        assertEquals(2, PageHeat.epochsSeen(heat.at(5)));
        pass(3 * EPOCH_S);
        assertEquals(2, PageHeat.epochsSeen(heat.at(5)));
        pass(EPOCH_S);
        assertEquals(1, PageHeat.epochsSeen(heat.at(5)));
        pass(2 * EPOCH_S);
        assertEquals(0, PageHeat.epochsSeen(heat.at(5)));
    }

    @Test
    public void neverCountsBeyondWhatAnEntryHolds() {
        heat.count(7, false, Integer.MAX_VALUE);
        heat.count(7, false, 5);
        heat.count(7, true, 2_000_000);
        heat.count(7, true, 2_000_000);

        assertCounts(heat, 7, 2_097_151, 2_097_151);
        assertEquals(1, PageHeat.epochsSeen(heat.at(7)));
    }

    @Test
    public void givesTheRateOfAPageWithSteadyRequests() {
        for (int second = 0; second < 1250; second++) {
            heat.count(9, false, 20);
            pass(1);
        }

        assertEquals(20, PageHeat.reads(heat.at(9)) / heat.windowS(), 0.5);
    }

    @Test
    public void givesTheRateSoonAfterTheStart() {
        for (int second = 0; second < 130; second++) {
            heat.count(9, true, 20);
            pass(1);
        }

        assertEquals(80, heat.windowS(), 0.001);
        assertEquals(20, PageHeat.writes(heat.at(9)) / heat.windowS(), 0.001);
    }

    @Test
    public void neverTakesMoreThanTwoMebibytes() {
        final long pages = 10L * PageHeat.MAX_UNITS + 1;
        final PageHeat coarse = new PageHeat(clock, pages, PAGE_BYTES);
        coarse.count(pages - 1, false, 7);
        coarse.count(15, false, 5);
        coarse.count(16, false, 6);

        assertEquals(16, coarse.unitPages());
        assertCounts(coarse, pages - 1, 7, 0);
        assertCounts(coarse, 0, 5, 0);
        assertCounts(coarse, 31, 6, 0);
        assertEquals(1, new PageHeat(clock, PageHeat.MAX_UNITS, PAGE_BYTES).unitPages());
    }

    @Test
    public void isKeptWhenTheVolumeGrows() {
        heat.count(63, false, 9);
        pass(EPOCH_S);
        heat.count(10, true, 3);

        final PageHeat longer = heat.grown(PAGES + 1);
        assertCounts(longer, 63, 4, 0);
        assertCounts(longer, 10, 0, 3);
        assertCounts(longer, 64, 0, 0);
        assertEquals(1, PageHeat.epochsSeen(longer.at(63)));

        final PageHeat coarser = longer.grown(8L * PageHeat.MAX_UNITS);
        assertEquals(8, coarser.unitPages());
        assertCounts(coarser, 56, 4, 0);
        assertCounts(coarser, 8, 0, 3);
    }

    @Test
    public void refusesAHalfLifeOutOfBounds() {
        for (final int seconds : new int[] {0, 9, 86_401}) {
            final String why = assertThrows(IllegalArgumentException.class, () -> clock(seconds))
                    .getMessage();
            assertTrue(why, why.contains("heat.half.life.s"));
        }
    }

    @Test
    public void countsAScanOnceForEachPage() {
        for (long offset = 0; offset < 3L * PAGE_BYTES; offset += READ_BYTES) {
            heat.touch(false, offset, READ_BYTES);
            heat.touch(false, 40L * PAGE_BYTES + offset / 2, READ_BYTES / 2);
            heat.touch(false, 60L * PAGE_BYTES, 4096);
        }

        for (final int page : new int[] {0, 1, 2, 40, 41}) {
            final int counted = PageHeat.reads(heat.at(page));
            assertTrue("page=" + page + " counted=" + counted, counted >= 1 && counted <= 6);
        }
        assertCounts(heat, 60, 3 * 64, 0);
    }

    @Test
    public void countsWritesThatFollowOneAnother() {
        for (long offset = 0; offset < PAGE_BYTES; offset += READ_BYTES) {
            heat.touch(true, offset, READ_BYTES);
        }

        assertCounts(heat, 0, 0, 2 * 64);
    }

    private void touch(final long page, final boolean write, final int lengthBytes) {
        heat.touch(write, page * PAGE_BYTES + 512, lengthBytes);
    }

    private HeatClock clock(final int halfLifeS) {
        return new HeatClock(time.clock(), time.lanes().control(), halfLifeS);
    }

    private void pass(final int seconds) {
        time.runFor(TimeUnit.SECONDS.toNanos(seconds));
    }

    private static void assertCounts(final PageHeat of, final long page, final int reads, final int writes) {
        assertEquals(reads, PageHeat.reads(of.at(page)));
        assertEquals(writes, PageHeat.writes(of.at(page)));
    }
}
