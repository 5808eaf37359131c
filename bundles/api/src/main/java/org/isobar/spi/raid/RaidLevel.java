package org.isobar.spi.raid;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * One RAID level. Implementations are pure and thread-safe; the engine does the I/O. A level is an OSGi service with
 * the property {@link #LEVEL}, and is listed in {@code META-INF/services} for the offline checker.
 */
@ConsumerType
public interface RaidLevel {
    /** Service property: the level's name, equal to {@link #name()}. */
    String LEVEL = "raid.level";

    /** The level as people write it: {@code 10}, {@code 5}, {@code 50}. */
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
