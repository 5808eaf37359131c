package org.isobar.common;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class CheckTest {
    @Test
    public void rangeIncludesItsBounds() {
        assertEquals(3, Check.range("field", 3, 3, 5));
        assertEquals(5, Check.range("field", 5L, 3L, 5L));
    }

    @Test
    public void refusalNamesFieldBoundsAndValue() {
        final IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Check.range("field", 6, 3, 5));
        assertEquals("field: must be 3 to 5, is 6", refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Check.range("field", 2, 3, 5));
    }

    @Test
    public void onlyPositivePowersOfTwoAre() {
        assertEquals(1, Check.powerOfTwo("field", 1));
        assertEquals(1 << 30, Check.powerOfTwo("field", 1 << 30));
        for (final int value : new int[] {0, -1, 3, Integer.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> Check.powerOfTwo("field", value));
        }
    }

    @Test
    public void failedCheckShowsBothValues() {
        Check.that(true, "fine");
        Check.equal("same", 4, 4);
        assertThrows(IllegalStateException.class, () -> Check.that(false, "bug"));
        final IllegalStateException bug = assertThrows(IllegalStateException.class, () -> Check.equal("n", 4, 5));
        assertTrue(bug.getMessage().contains("4") && bug.getMessage().contains("5"));
    }
}
