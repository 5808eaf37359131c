package org.isobar.allocation;

import static org.junit.Assert.assertEquals;

import java.util.Collections;
import java.util.List;
import org.isobar.spi.allocation.PageAllocator;
import org.isobar.testkit.policy.PageAllocatorContract;
import org.junit.Test;

public class SpreadPageAllocatorTest extends PageAllocatorContract {
    @Override
    protected PageAllocator allocator() {
        return new SpreadPageAllocator();
    }

    @Test
    public void spreadsInSharesByFreeSpace() {
        final List<String> names = decide(picture(pool("A", 400, 300), pool("B", 400, 100)), 40);
        assertEquals(30, Collections.frequency(names, "A"));
        assertEquals(10, Collections.frequency(names, "B"));
    }
}
