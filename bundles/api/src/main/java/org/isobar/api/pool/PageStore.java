package org.isobar.api.pool;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Keeps pages in slots of RAID sets, with the page map in the metadata log on the devices. Any thread may call; stages
 * complete on the control lane. Before the store serves (and for good when its metadata is fenced) {@link #find} is empty
 * and the stages end in UNAVAILABLE with the reason.
 */
public interface PageStore {
    /**
     * Completes once the metadata is read and all sets are assembled: from then on this store and the catalog serve.
     * Never completes on a member that stays without enough devices.
     */
    CompletionStage<Void> whenServing();

    /**
     * Creates the page space of a new volume; on stable media when the stage completes.
     *
     * @param volume the volume's number, never used before
     * @param sizeBytes volume length
     * @param pageBytes power of two, 65536 to 1 GiB
     * @param pool the pool that its new pages come from
     */
    CompletionStage<PageSpace> create(long volume, long sizeBytes, int pageBytes, String pool);

    /** The page space of a volume. */
    Optional<PageSpace> find(long volume);

    /** Lengthens a page space. */
    CompletionStage<Void> grow(long volume, long sizeBytes);

    /** New pages of a volume come from another pool; on stable media when the stage completes. */
    CompletionStage<Void> rehome(long volume, String pool);

    /**
     * Says how new pages of a volume find their pools; on stable media when the stage completes. Pages that have a slot stay
     * where they are. Refused with INVALID for a policy that is not plugged in, NOT_FOUND for a pool that is not there.
     */
    CompletionStage<Void> allocate(long volume, PageAllocation allocation);

    /**
     * Moves a page to another pool while it is read and written. The page stays where it is when the stage fails: with
     * NO_SPACE when the pool has no slot for it, with CONFLICT when the page was freed meanwhile or is being moved already,
     * with UNAVAILABLE when the data could not be read or written there.
     *
     * @return whether it was moved, on stable media; not when it has no slot, or lies there already
     */
    CompletionStage<Boolean> move(long volume, long page, String pool);

    /** Deletes a page space; its slots are zeroed and free for others afterwards. */
    CompletionStage<Void> delete(long volume);
}
