package org.isobar.api.volume;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Moves whole volumes from pool to pool while they serve, page by page, at a bounded rate. A move survives restarts of the
 * member. Any thread may call; failures are {@link org.isobar.api.StorageException}, thrown or ending the stage.
 */
public interface VolumeMoves {
    /**
     * Begins to move a volume; from then on its new pages come from that pool. Refused with CONFLICT when the volume is
     * pinned, being moved, or allocated by extent or page, with NO_SPACE when the pool would become critically full by it.
     */
    CompletionStage<VolumeMove> start(String volume, String pool);

    /** Moves that have not ended, by volume. */
    List<VolumeMove> moves();

    /** Stops to move pages, or goes on. */
    CompletionStage<VolumeMove> pause(String volume, boolean paused);

    /** Ends a move: new pages come from the old pool again, and pages that were moved stay where they are. */
    CompletionStage<Void> cancel(String volume);

    /** Where a volume's pages lie. */
    VolumePlacement placement(String volume);

    /** Says whether moves of a volume are refused; refused itself with CONFLICT while the volume is being moved. */
    CompletionStage<VolumePlacement> pin(String volume, boolean pinned);

    /**
     * Says how new pages of a volume find their pools; durable when the stage completes. Pages that have a slot stay. For a
     * whole volume no policy may be named, and one pool at most: where new pages come from. Refused with CONFLICT while the
     * volume is being moved.
     */
    CompletionStage<VolumePlacement> allocate(String volume, AllocationSpec allocation);

    /** What moves have done. */
    MoveCounters counters();
}
