package org.isobar.testkit.policy;

import java.util.List;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.ExtentAllocator;

/** What every allocator of extents must do, whatever it prefers. */
public abstract class ExtentAllocatorContract extends AllocatorContract {
    /** The allocator under test. */
    protected abstract ExtentAllocator allocator();

    @Override
    protected final List<String> decide(final AllocationPicture picture, final int count) {
        return allocator().choose(picture, count);
    }
}
