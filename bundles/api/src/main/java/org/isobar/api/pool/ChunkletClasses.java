package org.isobar.api.pool;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.isobar.api.profile.PerformanceClass;

/**
 * Which chunklets are of which performance class. A pool that names a class forms its RAID sets of chunklets of that class
 * only; a chunklet that is in none, e.g. since its device was never measured, serves pools of any class only. Any thread
 * may call.
 */
public interface ChunkletClasses {
    /** The class that all chunklets are of, measured or not; a pool of it takes any. */
    String ANY = "any";

    /**
     * Says which from now on, and how fast they are; durable when the stage completes, and nothing is written when nothing has
     * changed. RAID sets that there are stay where they are, even if their chunklets are of another class now.
     *
     * @param classes fastest first
     */
    CompletionStage<Void> classify(List<PerformanceClass> classes);

    /** Devices that were taken out of the member for good while they could not be reached, so that their labels are still there. */
    Set<UUID> removed();
}
