package org.isobar.spi.allocation;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Places the extents of a volume (extent-based allocation): the volume's address range is cut in extents of one length, and
 * each is placed in a pool when it is first written.
 *
 * <p>Decisions are made ahead, off the data path, and used one after the other by the first writes of extents, in whatever
 * order these come. Pure: the answer depends only on the arguments, so a policy may be swapped between two calls and a
 * decision replayed. When a pool that was decided for turns out to be full, the next of the volume's pools is taken.
 */
@ConsumerType
public interface ExtentAllocator {
    /** Service property naming this policy, the value operators give after {@code extent:}. */
    String POLICY_NAME = "policy.name";

    /**
     * Decides where the next extents go.
     *
     * @param picture how things are now
     * @param count extents, 1 to 1024
     * @return exactly {@code count} names of pools in the picture; when none has room, of any
     */
    List<String> choose(AllocationPicture picture, int count);
}
