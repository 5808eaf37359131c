package org.isobar.api.raid;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.spi.raid.RaidLevel;

/** Assembles RAID sets from chunklets. */
public interface RaidEngine {
    /** Names of the levels that are plugged in now. */
    List<String> levels();

    /**
     * A level by name.
     *
     * @throws org.isobar.api.StorageException INVALID naming those there are
     */
    RaidLevel level(String name);

    /** Data bytes that a set with these properties will have; a multiple of the geometry's stripe. */
    long dataBytes(String level, int columns, int stripBytes, long chunkletBytes);

    /**
     * Length of the write log that a set with these properties should have in each chunklet; its data bytes are those of
     * chunklets that are so much shorter. 0 when the level needs none or the chunklets are too short for one.
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
