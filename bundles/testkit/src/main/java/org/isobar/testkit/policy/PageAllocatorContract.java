package org.isobar.testkit.policy;

import java.util.List;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.PageAllocator;

/** What every allocator of pages must do, whatever it prefers. */
public abstract class PageAllocatorContract extends AllocatorContract {
    /** The allocator under test. */
    protected abstract PageAllocator allocator();

    @Override
    protected final List<String> decide(final AllocationPicture picture, final int count) {
        return allocator().choose(picture, count);
    }
}
