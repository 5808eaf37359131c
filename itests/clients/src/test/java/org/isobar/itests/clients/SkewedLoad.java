package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.isobar.itests.clients.SkewedMember.PageState;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.FixMethodOrder;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runners.MethodSorters;

/**
 * Balancing on a {@link SkewedMember} under a load that asks for few pages often and for most seldom, and from time to time for
 * others, against leaving pages where they are and against an oracle, which had the busiest pages put on the fast devices at
 * once; and under loads that ask for all pages alike, with balancing against without, in turn.
 *
 * <p>{@code run skew} of this module runs it; a build does not, for it takes long. {@code -Disobar.skew.phase.s=N} lets each deal of
 * the ranks last so long, {@code -Disobar.skew.deals=N} makes so many, {@code -Disobar.skew.rounds=N} compares so many windows.
 */
@FixMethodOrder(MethodSorters.NAME_ASCENDING)
public class SkewedLoad {
    private static final int PHASE_S = Integer.getInteger("isobar.skew.phase.s", 180);
    private static final int DEALS = Integer.getInteger("isobar.skew.deals", 3);
    private static final int ROUNDS = Integer.getInteger("isobar.skew.rounds", 7);
    private static final int WINDOW_S = 5;
    /** Of the comparison; balancing decides at its beginning and after 10 s. */
    private static final int COMPARED_S = 15;
    /** The end of a deal, when there is to be little left to do. */
    private static final int LATE_S = 30;

    private static final int ORACLE_S = 20;
    private static final double OF_ORACLE = 0.85;
    private static final double MOVED_MOST = 2;
    private static final double LATE_MOST = 0.1;
    private static final double LOSS_MOST = 0.03;
    private static final int LATENCY_US = 4000;
    private static final int HALF_LIFE_S = 20;
    /** The stated time; see docs/performance.md. */
    private static final int ADAPTED_S = 5 * HALF_LIFE_S;

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static SkewedMember member;

    @BeforeClass
    public static void bootMember() {
        member = new SkewedMember("skewed-load", FOLDER.getRoot().toPath(), LATENCY_US, HALF_LIFE_S);
    }

    @AfterClass
    public static void stopMember() {
        if (member != null) {
            member.close();
        }
    }

    @After
    public void deleteVolume() {
        member.balance(false);
        member.awaitNoMoves();
        member.deleteVolume();
    }

    /** What was seen while the ranks stayed. */
    private record Deal(
            int number,
            List<Integer> windows,
            long moved,
            long movedTwice,
            long movedLate,
            long oracleMoves,
            long inFast) {
        /** Mean of the end. */
        double late() {
            return windows.subList(windows.size() - LATE_S / WINDOW_S, windows.size()).stream()
                    .mapToInt(each -> each)
                    .average()
                    .orElseThrow();
        }

        /** After how many seconds two windows in a row reach a rate; more than all when none do. */
        int secondsTo(final double rate) {
            for (int i = 0; i + 1 < windows.size(); i++) {
                if (windows.get(i) >= rate && windows.get(i + 1) >= rate) {
                    return i * WINDOW_S;
                }
            }
            return Integer.MAX_VALUE;
        }
    }

    @Test
    public void comesUpToAnOracleWhereverTheHotPagesAre() {
        member.createFilled(0);
        final int staying = member.zipf(1, ORACLE_S);
        System.out.printf("SkewedLoad: without moves %d/s; pages in the fast pool: %d%n", staying, member.inFast());
        final List<Deal> deals = new ArrayList<>();
        for (int number = 1; number <= DEALS; number++) {
            deals.add(deal(number));
        }
        final List<Integer> oracles = new ArrayList<>();
        for (final Deal deal : deals) {
            member.deleteVolume();
            member.createFilled(deal.number());
            oracles.add(member.zipf(deal.number(), ORACLE_S));
            print(deal, oracles.get(oracles.size() - 1), staying);
        }
        for (int i = 0; i < DEALS; i++) {
            assertComesUp(deals.get(i), oracles.get(i));
        }
        assertEquals("", member.errors());
    }

    private static Deal deal(final int number) {
        final List<PageState> before = member.pages();
        final long movedBefore = member.movedPages();
        final long beganMs = System.currentTimeMillis();
        final List<Integer> windows = new ArrayList<>();
        long movedUntilLate = 0;
        member.balance(true);
        for (int at = 0; at < PHASE_S; at += WINDOW_S) {
            if (at == PHASE_S - LATE_S) {
                movedUntilLate = member.movedPages();
            }
            windows.add(member.zipf(number, WINDOW_S));
        }
        final String reason = member.lastReason();
        member.balance(false);
        member.awaitNoMoves();
        final long moved = member.movedPages() - movedBefore;
        final List<PageState> after = member.pages();
        final long distinct =
                after.stream().filter(page -> page.movedWallMs() >= beganMs).count();
        final int room = (int) before.stream().filter(PageState::fast).count();
        final long misplaced = member.pagesByRank(number).stream()
                .limit(room)
                .filter(page -> !before.get(page).fast())
                .count();
        final Deal deal = new Deal(
                number,
                windows,
                moved,
                moved - distinct,
                movedBefore + moved - movedUntilLate,
                2 * misplaced,
                after.stream().filter(PageState::fast).count());
        System.out.printf("SkewedLoad: deal %d, each %d s: %s /s; at last: %s%n", number, WINDOW_S, windows, reason);
        return deal;
    }

    private static void print(final Deal deal, final int oracle, final int staying) {
        System.out.printf(
                "SkewedLoad: deal %d: oracle %d/s; 85 %% of it after %d s, at last %.3f, without moves %.3f%n",
                deal.number(),
                oracle,
                deal.secondsTo(OF_ORACLE * oracle),
                deal.late() / oracle,
                (double) staying / oracle);
        System.out.printf(
                "  pages moved %d (the oracle: %d; more than once %d; in the last %d s %d), in the fast pool %d of"
                        + " %d%n",
                deal.moved(),
                deal.oracleMoves(),
                deal.movedTwice(),
                LATE_S,
                deal.movedLate(),
                deal.inFast(),
                member.inFast());
    }

    private static void assertComesUp(final Deal deal, final int oracle) {
        final String name = "deal " + deal.number();
        assertTrue(name + ": " + deal.late() / oracle, deal.late() >= OF_ORACLE * oracle);
        final int seconds = deal.secondsTo(OF_ORACLE * oracle);
        assertTrue(name + ": after " + seconds + " s", seconds <= ADAPTED_S);
        assertTrue(name + ": moved " + deal.moved(), deal.moved() <= MOVED_MOST * deal.oracleMoves());
        assertTrue(name + ": at last " + deal.movedLate(), deal.movedLate() <= LATE_MOST * deal.moved());
        assertTrue(name + ": again " + deal.movedTwice(), deal.movedTwice() <= LATE_MOST * deal.moved());
    }

    @Test
    public void losesNothingWhereNoPageIsBusierThanAnother() {
        member.createFilled(0);
        assertLosesNothing("uniform", member::uniform);
        assertLosesNothing("one scan after the other", member::scan);
        assertEquals("", member.errors());
    }

    /** With and without in turn, each first every other time, so that what changes on the way is nobody's. */
    private static void assertLosesNothing(final String name, final IntUnaryOperator served) {
        final long moved = member.movedPages();
        final int first = served.applyAsInt(COMPARED_S);
        final List<Integer> with = new ArrayList<>();
        final List<Integer> without = new ArrayList<>();
        for (int round = 0; round < 2 * ROUNDS; round++) {
            final boolean on = round % 4 == 0 || round % 4 == 3;
            member.balance(on);
            if (on) {
                member.balanceNow();
            }
            (on ? with : without).add(served.applyAsInt(COMPARED_S));
        }
        member.balance(false);
        final double loss = 1 - median(with) / median(without);
        System.out.printf(
                "SkewedLoad: %s: first %d/s; with balancing %s /s, without %s /s; loss %.1f %%; pages moved %d%n",
                name, first, with, without, 100 * loss, member.movedPages() - moved);
        assertTrue(name + ": " + loss, loss <= LOSS_MOST);
    }

    private static double median(final List<Integer> values) {
        final int[] sorted = values.stream().mapToInt(each -> each).sorted().toArray();
        final int half = sorted.length / 2;
        return IntStream.of(sorted[half], sorted[sorted.length - 1 - half])
                .average()
                .orElseThrow();
    }
}
