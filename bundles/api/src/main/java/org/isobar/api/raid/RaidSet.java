package org.isobar.api.raid;

import java.util.concurrent.CompletionStage;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.device.Device;
import org.isobar.common.job.Job;
import org.isobar.spi.raid.RaidGeometry;

/**
 * An assembled set. {@code submit} works from any lane; ZERO of whole stripes zeroes data and redundancy without
 * reading. A FLUSH flushes the devices of all columns that were written since their last flush. Control methods are
 * called on the control lane and their stages complete there, with {@link org.isobar.api.StorageException} on failure.
 */
public interface RaidSet extends BlockLayer {
    /** From the spec. */
    long id();

    /** How strips lie on the columns. */
    RaidGeometry geometry();

    /** The present picture. Any thread may call. */
    RaidSetInfo info();

    /** Makes every column read as zeros (and so redundancy consistent), on stable media; before first use of a set. */
    CompletionStage<Void> initialize();

    /** The device of a column serves again, in the column's durable state; STALE columns wait for {@link #catchUp}. */
    void attach(int column, Device device);

    /** The device of a column is gone. */
    void detach(int column);

    /** Makes redundancy consistent in all regions that were dirty at an unclean stop. Done at once when none were. */
    CompletionStage<Void> resync(Job job);

    /**
     * Rewrites what a stale, attached column missed (the regions marked since it went stale), then makes it IN_SYNC.
     * I/O goes on. What is done is noted on the column's device now and then, so that work that was cut short, by a restart too,
     * goes on from there.
     */
    CompletionStage<Void> catchUp(int column, Job job);

    /**
     * Replaces a column by a chunklet of another device and writes it whole, then makes it IN_SYNC. I/O goes on. The
     * caller has made the new placement durable, with state STALE, before. Once the journal has been told of {@link
     * RaidSetJournal#rebuildBegun}, a rebuild that was cut short is gone on with by {@link #catchUp}.
     */
    CompletionStage<Void> rebuild(int column, Device device, int chunklet, Job job);

    /**
     * Compares redundancy with data over the whole set while I/O goes on. Fails with UNAVAILABLE when checksums that were made
     * anew cannot be written.
     */
    default CompletionStage<ScrubReport> scrub(final boolean repair, final Job job) {
        return scrub(repair, -1L, (done, soFar) -> {}, job);
    }

    /**
     * As above, over some regions of the set.
     *
     * @param repair whether what is wrong is written anew
     * @param regions mask of the regions, of {@link RaidSetInfo#REGIONS}
     * @param progress hears of each region that is done
     */
    CompletionStage<ScrubReport> scrub(boolean repair, long regions, ScrubProgress progress, Job job);

    /** Ends all work, clears the write intent when clean, writes all checksums, and refuses further requests with OFFLINE. */
    CompletionStage<Void> close();
}
