package org.isobar.api.volume;

import java.util.List;
import java.util.Locale;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation.Unit;

/**
 * How an operator wants the new pages of a volume to find their pools.
 *
 * @param unit what is placed at a time
 * @param policy name of an ExtentAllocator, a PageAllocator, or (of a volume to create) a VolumeAllocator; null for the default
 * @param extentBytes length of an extent, a power of two from 64 KiB to 1 TiB and not less than a page; 0 for the default of
 *     64 MiB, and for other units
 * @param pools where pages may lie, in order; empty for all that there are now
 */
public record AllocationSpec(Unit unit, String policy, long extentBytes, List<String> pools) {
    /** The whole volume in one pool, which the default policy chooses of all. */
    public static final AllocationSpec WHOLE = new AllocationSpec(Unit.VOLUME, null, 0, List.of());

    /** Takes a copy of the list. */
    public AllocationSpec {
        pools = List.copyOf(pools);
    }

    /**
     * Reads {@code KIND} or {@code KIND:POLICY}, where KIND is volume, extent or page.
     *
     * @throws StorageException INVALID when it is something else
     */
    public static AllocationSpec parse(final String text, final long extentBytes, final List<String> pools) {
        final int colon = text.indexOf(':');
        final String kind = colon < 0 ? text : text.substring(0, colon);
        final String policy = colon < 0 ? null : text.substring(colon + 1);
        for (final Unit unit : Unit.values()) {
            if (unit.name().toLowerCase(Locale.ROOT).equals(kind) && (policy == null || !policy.isEmpty())) {
                if (unit != Unit.EXTENT && extentBytes != 0) {
                    throw new StorageException(
                            StorageException.Code.INVALID,
                            "extentBytes: must be absent unless the allocation is by extent, is " + extentBytes);
                }
                return new AllocationSpec(unit, policy, extentBytes, pools);
            }
        }
        throw new StorageException(
                StorageException.Code.INVALID,
                "allocation: must be volume, extent or page, with :POLICY behind it or not, is " + text);
    }
}
