package org.isobar.allocation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.util.List;
import org.isobar.spi.allocation.PageAllocator;
import org.isobar.testkit.policy.PageAllocatorContract;
import org.junit.Test;

public class FastestFirstPageAllocatorTest extends PageAllocatorContract {
    @Override
    protected PageAllocator allocator() {
        return new FastestFirstPageAllocator(10);
    }

    @Test
    public void fillsTheFastestUpToItsReserve() {
        assertEquals(
                List.of("fast", "fast", "slow", "slow"),
                decide(picture(pool("slow", 20, 20, 0, 100), pool("fast", 20, 4, 0, 900)), 4));
    }

    @Test
    public void usesReservesUpSideBySide() {
        assertEquals(
                List.of("slow", "fast", "slow", "fast", "slow"),
                decide(picture(pool("slow", 20, 3, 0, 100), pool("fast", 20, 2, 0, 900)), 5));
    }

    @Test
    public void takesFromReservesByTheirSize() {
        assertEquals(
                List.of("slow", "slow", "fast", "slow", "slow", "slow", "slow", "fast", "slow"),
                decide(picture(pool("slow", 400, 10, 0, 100), pool("fast", 100, 2, 0, 900)), 9));
    }

    @Test
    public void leavesAReserveAloneWhileAnotherPoolHasMore() {
        assertEquals(
                List.of("slow", "slow", "slow", "slow"),
                decide(picture(pool("slow", 20, 6, 0, 100), pool("fast", 20, 2, 0, 900)), 4));
    }

    @Test
    public void keepsToTheOperatorsOrderWhenNothingIsMeasured() {
        assertEquals(List.of("B", "B"), decide(picture(pool("B", 20, 9), pool("A", 20, 20)), 2));
    }

    @Test
    public void refusesReservesOutOfBounds() {
        assertThrows(IllegalArgumentException.class, () -> new FastestFirstPageAllocator(-1));
        assertThrows(IllegalArgumentException.class, () -> new FastestFirstPageAllocator(91));
    }
}
