package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Balancing of a booted member whose initiators ask for few pages often; {@link SkewedLoad} is the long form. */
public class BalancedPagesIT {
    private static final int DEAL = 1;
    private static final int WINDOW_S = 5;
    private static final int LONGEST_S = 120;
    private static final double CLEARLY = 1.5;
    private static final int LATENCY_US = 2000;
    private static final int HALF_LIFE_S = 10;
    private static final int HOTTEST = 40;

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static SkewedMember member;

    @BeforeClass
    public static void bootMember() {
        member = new SkewedMember("balanced-pages", FOLDER.getRoot().toPath(), LATENCY_US, HALF_LIFE_S);
    }

    @AfterClass
    public static void stopMember() {
        if (member != null) {
            member.close();
        }
    }

    @Test
    public void bringsBusyPagesToFastDevicesAndServesClearlyMore() {
        member.createFilled(DEAL - 1);
        final List<Integer> hottest = member.pagesByRank(DEAL).subList(0, HOTTEST);
        final long fastBefore = inFast(hottest);
        final int before = member.zipf(DEAL, 2 * WINDOW_S);
        member.balance(true);
        member.balanceNow();
        int now = before;
        int seconds = 0;
        while (now < CLEARLY * before && seconds < LONGEST_S) {
            now = member.zipf(DEAL, WINDOW_S);
            seconds += WINDOW_S;
        }
        member.balance(false);
        member.awaitNoMoves();
        final long fastNow = inFast(hottest);
        System.out.printf(
                "BalancedPagesIT: %d/s before, %d/s after %d s; of the %d hottest pages %d in the fast pool before, %d"
                        + " then%n",
                before, now, seconds, HOTTEST, fastBefore, fastNow);
        assertTrue(now + "/s after " + seconds + " s, " + before + "/s before", now >= CLEARLY * before);
        assertTrue(fastNow + " of " + HOTTEST + ", " + fastBefore + " before", fastNow > HOTTEST / 2);
        assertEquals("", member.errors());
    }

    private static long inFast(final List<Integer> pages) {
        return pages.stream().filter(page -> member.page(page).fast()).count();
    }
}
