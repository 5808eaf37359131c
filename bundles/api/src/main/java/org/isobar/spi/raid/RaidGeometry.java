package org.isobar.spi.raid;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * How one RAID level lays strips on the columns of a set: a table of pure functions.
 *
 * <p>A <em>stripe</em> is {@link #rowsPerStripe} consecutive strips of every column. It holds {@link #groupsPerStripe}
 * redundancy groups; a group is {@link #dataStripsPerGroup} data strips and one redundancy strip, the XOR of its data
 * strips. With one data strip the redundancy strip is a mirror copy. All elements of a group lie on different columns,
 * so a group survives the loss of any one of them. Data strip {@code i} of a stripe, in address order, is element
 * {@code i % dataStripsPerGroup} of group {@code i / dataStripsPerGroup}. The pattern repeats every
 * {@link #periodStripes} stripes; all places of a period must not be more than {@link
 * org.isobar.api.raid.GeometryTable#PLACES_MAX}.
 */
@ConsumerType
public interface RaidGeometry {
    /** Columns (chunklets) of a set, 2 to 64. */
    int columns();

    /** Length of a strip in bytes; power of two, at least 4096. */
    int stripBytes();

    /** Strips that a stripe has in each column, 1 or more. */
    int rowsPerStripe();

    /** Redundancy groups in a stripe, 1 or more. */
    int groupsPerStripe();

    /** Data strips in a group: 1 for mirrors, 2 or more for parity. */
    int dataStripsPerGroup();

    /** Stripes after which the placement repeats, 1 or more. */
    int periodStripes();

    /**
     * Column of an element.
     *
     * @param stripe zero-based stripe of the set
     * @param group zero-based group of the stripe
     * @param element 0 to {@code dataStripsPerGroup - 1} for data; {@code dataStripsPerGroup} for the redundancy strip
     */
    int column(long stripe, int group, int element);

    /** Row of an element within its stripe, 0 to {@code rowsPerStripe - 1}. */
    int row(long stripe, int group, int element);

    /** Data bytes in a stripe. */
    default int stripeDataBytes() {
        return groupsPerStripe() * dataStripsPerGroup() * stripBytes();
    }
}
