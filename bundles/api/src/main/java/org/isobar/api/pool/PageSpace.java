package org.isobar.api.pool;

import java.util.Map;
import org.isobar.api.block.BlockLayer;

/**
 * The pages of one volume on this member. Offsets are the volume's; a READ, WRITE or ZERO must not cross a page
 * boundary, a DISCARD may. A page gets a slot on its first WRITE; a page without a slot reads as zeros, and a ZERO or
 * DISCARD of a whole page frees its slot. The pages may lie in several pools. NO_SPACE when no pool
 * that new pages may come from can hold them or grow.
 */
public interface PageSpace extends BlockLayer {
    /** The volume's number. */
    long volume();

    /** Length of a page in bytes. */
    int pageBytes();

    /** Whether a page has a slot. Any thread may call. */
    boolean allocated(long page);

    /** Bytes in pages that have a slot. Any thread may call. */
    long allocatedBytes();

    /** The pool that new pages come from, as far as {@link #allocation} does not say otherwise. */
    String pool();

    /** How new pages find their pools. Any thread may call. */
    PageAllocation allocation();

    /** What people call the volume, for messages. Any thread may call. */
    void call(String volumeName);

    /** Bytes in pages that have a slot, by pool. Any thread may call. */
    Map<String, Long> bytesByPool();

    /** The pool that a page lies in, or null when it has no slot. Any thread may call. */
    String poolOf(long page);

    /** First page at or after one that lies in another pool than this; the page count when there is none. Any thread. */
    long nextOutside(String pool, long from);

    /** False while a page of this space lies in an OFFLINE set. */
    boolean available();
}
