package org.isobar.api.raid;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.spi.raid.RaidLevel;

/**
 * Assembles RAID sets from chunklets.
 *
 * <p>Levels come and go with their bundles. A set is assembled from a {@link GeometryTable} and needs its level no more; so
 * the update of a level is not felt. A level that has gone can still be had for some time, {@link RaidLevelInfo.State#AWAY};
 * whoever uses sets of a level that is away for longer closes them until it is back.
 */
public interface RaidEngine {
    /** Names of the levels that can be had now. */
    List<String> levels();

    /**
     * A level by name. What it answers is checked; when its bundle fails to answer, that is UNAVAILABLE.
     *
     * @throws org.isobar.api.StorageException INVALID naming those there are
     */
    RaidLevel level(String name);

    /** All levels that are installed or needed, by name. Any thread. */
    List<RaidLevelInfo> levelInfos();

    /** Stands for all answers of a level's geometry for a shape: {@link GeometryTable#fingerprint}. */
    long fingerprint(RaidShape shape);

    /**
     * Keeps levels to how data lies, and tells the book of changes; from then on no other book. The levels that are there are
     * looked at again with each call. Any thread.
     */
    void keepTo(LayoutBook book);

    /** Data bytes that a set with these properties will have; a multiple of the geometry's stripe. */
    long dataBytes(String level, int columns, int stripBytes, long chunkletBytes);

    /**
     * Length of the write log that a set with these properties should have in each chunklet; its data bytes are those of
     * chunklets that are so much shorter. 0 when the level needs none or its groups move from column to column, which cannot have
     * one, or the chunklets are too short.
     */
    long logBytes(String level, int columns, int stripBytes, long chunkletBytes);

    /** Whether two columns share a redundancy group somewhere and so must lie on different devices. */
    boolean mustDiffer(String level, int columns, int columnA, int columnB);

    /**
     * Assembles a set over the devices that are there; called on the control lane. Reads the write intent first. The
     * set starts OFFLINE when too few columns are there, and serves as soon as {@link RaidSet#attach} brings enough.
     */
    CompletionStage<RaidSet> assemble(RaidSetSpec spec, DeviceDirectory devices, RaidSetJournal journal);
}
