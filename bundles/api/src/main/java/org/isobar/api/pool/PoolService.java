package org.isobar.api.pool;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.isobar.common.job.JobInfo;

/**
 * Administers pools and what they lie on. Any thread may call; failures are {@link org.isobar.api.StorageException},
 * thrown or ending the stage.
 */
public interface PoolService {
    /** All pools by name. */
    List<PoolInfo> pools();

    /** One pool. */
    Optional<PoolInfo> pool(String name);

    /**
     * Creates an empty pool; it forms RAID sets as volumes need them.
     *
     * @param name 1 to 32 of letters, digits, dash, underscore, dot
     * @param level a plugged-in RAID level
     */
    default CompletionStage<PoolInfo> create(final String name, final String level) {
        return create(name, level, ChunkletClasses.ANY, WriteLogChoice.AS_NEEDED);
    }

    /**
     * As {@link #create(String, String)}.
     *
     * @param performanceClass class that its chunklets are to be of, one that there is; {@link ChunkletClasses#ANY} for all
     * @param writeLog whether its sets log writes before they are made in place, so that a loss of power and of a device
     *     in one event damages nothing
     */
    CompletionStage<PoolInfo> create(String name, String level, String performanceClass, WriteLogChoice writeLog);

    /** Says of which class the sets that a pool forms from now on are; those that there are stay where they are. */
    CompletionStage<PoolInfo> changeClass(String name, String performanceClass);

    /** Says whether the sets that a pool forms from now on have a write log; those that there are stay as they are. */
    CompletionStage<PoolInfo> setWriteLog(String name, boolean on);

    /** The pools that the layout policy wants, by the classes and devices that there are now. */
    CompletionStage<List<PlannedPool>> plannedLayout();

    /** Creates the pools that the layout policy wants and that are missing (as shipped: A 10, B 5, C 50). */
    CompletionStage<List<PoolInfo>> createLayout();

    /** Sets where a pool's fullness becomes WARNING and CRITICAL; durable when the stage completes. */
    CompletionStage<PoolInfo> changeThresholds(String name, PoolThresholds thresholds);

    /** How much of a pool is used; cheaper than {@link #pool}. */
    Optional<PoolSpace> space(String name);

    /** From now on the listener hears of changes; it also hears, soon, how things are. */
    void addListener(SpaceListener listener);

    /** The listener hears no more. */
    void removeListener(SpaceListener listener);

    /** Deletes a pool that no volume uses. */
    CompletionStage<Void> delete(String name);

    /** All RAID sets. */
    List<SetPlacement> sets();

    /** All RAID levels that are installed, or that pools need, by name. */
    List<LevelUse> levels();

    /** How the chunklets of each device are used. */
    List<DeviceUsage> usage();

    /**
     * Empties a device: rebuilds every column it has onto free chunklets of other devices, then takes it out of the
     * member. Works for a present device and for a lost one.
     */
    CompletionStage<JobInfo> removeDevice(UUID device);

    /** What scrubs of a pool have found, and when the next are due. */
    PoolScrubs scrubs(String pool);

    /** Sets when the sets of a pool are scrubbed by themselves; durable when the stage completes. */
    CompletionStage<ScrubSchedule> scheduleScrubs(String pool, ScrubSchedule schedule);

    /** Starts a scrub of all sets of a pool, one after the other, whenever they were scrubbed last. */
    CompletionStage<JobInfo> scrub(String pool, boolean repair);
}
