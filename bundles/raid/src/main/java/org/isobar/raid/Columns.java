package org.isobar.raid;

import java.util.List;
import org.isobar.api.device.Device;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.RaidSetSpec;

/**
 * How the columns of a set are at one moment; immutable. The control lane publishes a new one at every change, and every
 * step of a request works from the one it began with. The masks have one bit for each column.
 *
 * @param places where each column lies
 * @param readable columns in sync and attached
 * @param writable columns attached, the stale ones too
 * @param missing columns that are relied upon but not attached: a write that misses them waits until they are stale
 * @param serving whether the set serves
 * @param whole whether all columns are readable
 * @param rebuilding whether a column is being caught up
 * @param spec what the set is made of now
 * @param infos a picture of each column
 */
record Columns(
        List<Place> places,
        long readable,
        long writable,
        long missing,
        boolean serving,
        boolean whole,
        boolean rebuilding,
        RaidSetSpec spec,
        List<RaidSetInfo.ColumnInfo> infos) {

    /** Number of columns. */
    int count() {
        return places.size();
    }

    /** The device of a column, null when it is not attached. */
    Device device(final int column) {
        return places.get(column).device;
    }

    /** First byte of an attached column on its device. */
    long chunkletOffset(final int column) {
        return places.get(column).chunkletOffset;
    }

    /** Counts the changes of a column's attachment. */
    int incarnation(final int column) {
        return places.get(column).incarnation;
    }

    boolean canRead(final int column) {
        return (readable & 1L << column) != 0;
    }

    boolean canWrite(final int column) {
        return (writable & 1L << column) != 0;
    }

    /** The checksums of a column, null when its device keeps none. */
    ColumnSums sums(final int column) {
        return places.get(column).sums;
    }

    /** Where one column lies. */
    record Place(Device device, long chunkletOffset, int incarnation, ColumnSums sums) {}
}
