package org.isobar.api.pool;

import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.isobar.api.StorageException;

/**
 * How the new pages of a volume find their pools.
 *
 * @param unit what is placed at a time
 * @param policy name of the policy that places, an ExtentAllocator or a PageAllocator; empty for a whole volume
 * @param extentBytes length of an extent, a power of two from 64 KiB to 1 TiB and not less than a page; 0 when the unit is
 *     another
 * @param pools where pages may lie, 1 to {@value #POOLS_MAX} in the operator's order; empty for a whole volume, whose new
 *     pages come from its one pool
 */
public record PageAllocation(Unit unit, String policy, long extentBytes, List<String> pools) {
    /** Most pools of one volume. */
    public static final int POOLS_MAX = 16;
    /** All new pages come from one pool. */
    public static final PageAllocation WHOLE = new PageAllocation(Unit.VOLUME, "", 0, List.of());

    private static final long EXTENT_BYTES_MIN = 1L << 16;
    private static final long EXTENT_BYTES_MAX = 1L << 40;
    private static final Pattern POLICY = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Refuses what cannot be, with INVALID. */
    public PageAllocation {
        pools = List.copyOf(pools);
        if (unit == Unit.VOLUME) {
            if (!policy.isEmpty() || extentBytes != 0 || !pools.isEmpty()) {
                throw refused("allocation: must name no policy, extent length or pools for a whole volume, is " + policy
                        + " " + extentBytes + " " + pools);
            }
        } else {
            if (!POLICY.matcher(policy).matches()) {
                throw refused("policy: must be 1 to 64 of letters, digits, dot, dash and underscore, is " + policy);
            }
            if (pools.isEmpty() || pools.size() > POOLS_MAX || new HashSet<>(pools).size() != pools.size()) {
                throw refused("pools: must be 1 to " + POOLS_MAX + " different ones, is " + pools);
            }
            if (unit == Unit.PAGE && extentBytes != 0) {
                throw refused("extentBytes: must be 0 for an allocation by page, is " + extentBytes);
            }
            if (unit == Unit.EXTENT
                    && (extentBytes < EXTENT_BYTES_MIN
                            || extentBytes > EXTENT_BYTES_MAX
                            || Long.bitCount(extentBytes) != 1)) {
                throw refused("extentBytes: must be a power of two, " + EXTENT_BYTES_MIN + " to " + EXTENT_BYTES_MAX
                        + ", is " + extentBytes);
            }
        }
    }

    /** What is placed at a time. */
    public enum Unit {
        /** The volume: all its pages come from one pool. */
        VOLUME,
        /** An extent: a part of the address range; its pages go where its first one was put. */
        EXTENT,
        /** A page. */
        PAGE
    }

    /** How much is placed at a time, where a page is so long; 0 for a whole volume. */
    public long unitBytes(final int pageBytes) {
        return unit == Unit.PAGE ? pageBytes : extentBytes;
    }

    private static StorageException refused(final String message) {
        return new StorageException(StorageException.Code.INVALID, message);
    }
}
