package org.isobar.allocation;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.isobar.spi.allocation.ExtentAllocator;
import org.isobar.testkit.policy.ExtentAllocatorContract;
import org.junit.Test;

public class StripedExtentAllocatorTest extends ExtentAllocatorContract {
    @Override
    protected ExtentAllocator allocator() {
        return new StripedExtentAllocator();
    }

    @Test
    public void takesPoolsByTurns() {
        assertEquals(
                List.of("A", "B", "C", "A", "B", "C"),
                decide(picture(pool("A", 9, 9), pool("B", 99, 99), pool("C", 9, 9)), 6));
    }

    @Test
    public void goesOnWhereItWas() {
        assertEquals(List.of("B", "A", "B"), decide(picture(pool("A", 99, 90, 5, 0), pool("B", 99, 90, 4, 0)), 3));
    }

    @Test
    public void leavesOutFullAndUnhealthyPools() {
        assertEquals(
                List.of("C", "C", "B"),
                decide(picture(pool("A", 9, 0), unhealthy(pool("B", 9, 9)), pool("C", 9, 2, 50, 0)), 3));
    }
}
