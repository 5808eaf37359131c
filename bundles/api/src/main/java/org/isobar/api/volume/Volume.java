package org.isobar.api.volume;

import org.isobar.api.block.BlockLayer;

/**
 * A volume as its users see it: any range, split at pages and routed to the owner of each. Ranges may be of any length
 * that is a multiple of the block length (512 bytes).
 */
public interface Volume extends BlockLayer {
    /** The present picture. */
    VolumeInfo info();

    /** The space that it takes now. Any thread may call. */
    VolumeSpace space();

    /** Page that a 512-byte block belongs to: with 4 MiB pages, block 93847 is in page 11. */
    long pageOf(long block);

    /** Member that owns a page: an index into the group's member table; 0 is this member. */
    int owner(long page);

    /** Whether a page may hold anything but zeros; a layer that cannot tell says yes. Any thread may call. */
    default boolean allocated(final long page) {
        return true;
    }

    /**
     * Registers a user, e.g. an initiator's nexus; a volume with users is deleted only by force.
     *
     * @param who for people, e.g. the initiator's name
     */
    Hold hold(String who);

    /** A registered use. */
    interface Hold extends AutoCloseable {
        /** Ends the use; harmless when repeated. */
        @Override
        void close();
    }
}
