package org.isobar.spi.allocation;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Places the pages of a volume one by one (page-based allocation), each when it is first written.
 *
 * <p>Decisions are made ahead, off the data path, and used one after the other by the first writes of pages, in whatever
 * order these come. Pure: the answer depends only on the arguments, so a policy may be swapped between two calls and a
 * decision replayed. When a pool that was decided for turns out to be full, the next of the volume's pools is taken.
 */
@ConsumerType
public interface PageAllocator {
    /** Service property naming this policy, the value operators give after {@code page:}. */
    String POLICY_NAME = "policy.name";

    /**
     * Decides where the next pages go.
     *
     * @param picture how things are now
     * @param count pages, 1 to 1024
     * @return exactly {@code count} names of pools in the picture; when none has room, of any
     */
    List<String> choose(AllocationPicture picture, int count);
}
