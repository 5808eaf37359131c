package org.isobar.spi.raid;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * One RAID level. Implementations are pure and thread-safe; the engine does the I/O. A level is an OSGi service with
 * the property {@link #LEVEL}, and is listed in {@code META-INF/services} for the offline checker.
 *
 * <p>A geometry is written out over its whole period when it is first needed, and its answers are final: once sets are laid
 * out by a level, a version of it that gives one other answer for them is refused. A level with another layout is another
 * level and needs another name. Never asked on the data path; asked for a short time after its bundle has gone.
 */
@ConsumerType
public interface RaidLevel {
    /** Service property: the level's name, equal to {@link #name()}. */
    String LEVEL = "raid.level";

    /** The level as people write it: {@code 10}, {@code 5}, {@code 50}; 1 to 16 of letters, digits, dash, underscore, dot. */
    String name();

    /** Fewest devices that a set can be laid on. */
    int minDevices();

    /**
     * Columns of a new set on so many usable devices; leaves a device to rebuild onto where the level can afford it.
     *
     * @param devices at least {@link #minDevices()}
     */
    int columns(int devices);

    /**
     * The geometry of a set with so many columns.
     *
     * @throws IllegalArgumentException when the level has no such geometry
     */
    RaidGeometry geometry(int columns, int stripBytes);
}
