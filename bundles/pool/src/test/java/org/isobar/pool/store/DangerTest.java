package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.Test;

public class DangerTest {
    private static final int COLUMNS = 6;
    /** Columns 0 and 1 are one group, 2 and 3 another, 4 and 5 the last. */
    private static final RebuildPlanner.Separation PAIRS = (a, b) -> a / 2 == b / 2;

    @Test
    public void looksAtTheGroupThatTheWorkIsFor() {
        assertEquals(new Danger(0, 1, 7), danger(2, 7, 2));
        assertEquals(new Danger(1, 1, 7), danger(4, 7, 2));
        assertEquals(new Danger(-1, 2, 7), danger(2, 7, 2, 3));
        assertEquals(new Danger(0, 0, 7), danger(-1, 7));
    }

    @Test
    public void ordersByRedundancyLeftThenByMissingColumnsThenByPages() {
        final List<Danger> inOrder =
                List.of(danger(0, 1, 0, 2, 4), danger(0, 1, 0, 2), danger(0, 9, 0), danger(0, 3, 0), danger(4, 99, 0));
        assertEquals(
                inOrder, Stream.of(4, 2, 0, 3, 1).map(inOrder::get).sorted().toList());
    }

    @Test
    public void hasNobodyWaitForPagesAlone() {
        assertTrue(danger(0, 1, 0, 2).overtakes(danger(0, 9, 0)));
        assertTrue(danger(0, 1, 0).overtakes(danger(4, 9, 0)));
        assertFalse(danger(0, 9, 0).overtakes(danger(0, 1, 0)));
        assertFalse(danger(4, 9, 0, 2).overtakes(danger(0, 1, 0)));
    }

    private static Danger danger(final int column, final int pages, final Integer... missing) {
        return Danger.of(column, COLUMNS, pages, one -> !List.of(missing).contains(one), PAIRS);
    }
}
