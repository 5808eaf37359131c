package org.isobar.allocation;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.isobar.spi.allocation.ExtentAllocator;
import org.isobar.testkit.policy.ExtentAllocatorContract;
import org.junit.Test;

public class MostFreeExtentAllocatorTest extends ExtentAllocatorContract {
    @Override
    protected ExtentAllocator allocator() {
        return new MostFreeExtentAllocator();
    }

    @Test
    public void evensOutWhatIsFree() {
        assertEquals(List.of("B", "B", "A", "B", "A", "B"), decide(picture(pool("A", 9, 7), pool("B", 9, 9)), 6));
    }

    @Test
    public void takesAnUnhealthyPoolOnlyWhenNoOtherHasRoom() {
        assertEquals(List.of("A", "A", "B"), decide(picture(pool("A", 9, 2), unhealthy(pool("B", 9, 9))), 3));
    }
}
