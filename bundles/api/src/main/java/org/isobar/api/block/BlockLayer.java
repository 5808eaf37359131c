package org.isobar.api.block;

/**
 * Anything that stores blocks: a device, a RAID set, a volume's pages, a volume, a fault injector. Layers stack in any
 * order.
 *
 * <p>Contract of {@link #submit}: called on {@link IoRequest#lane()}; never blocks; never throws for an operating
 * failure; ends in exactly one {@link IoRequest#complete}, on the same lane, possibly before {@code submit} returns.
 * The submitter owns the data buffer and keeps it unchanged (and unreleased) until completion. Requests in flight at
 * the same time have no order between them, and overlapping ones may take effect in any order.
 */
public interface BlockLayer {
    /** Addressable length in bytes; requests beyond end in {@link IoStatus#OUT_OF_RANGE}. */
    long sizeBytes();

    /** Unit of offsets and lengths in bytes, a power of two; 512 for all shipped layers. */
    int blockBytes();

    /** Starts the request; see the class comment. */
    void submit(IoRequest request);
}
