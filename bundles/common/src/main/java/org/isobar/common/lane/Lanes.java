package org.isobar.common.lane;

import java.util.List;

/** The lanes of this member, fixed from start to stop. */
public interface Lanes {
    /** At least 1. */
    int count();

    /**
     * The lane with this index.
     *
     * @param index 0 to {@link #count()} - 1
     */
    Lane lane(int index);

    /** The lane that the caller runs on, or null when it runs on none. */
    Lane current();

    /** How busy each lane is, as far as that is measured. Any thread may call. */
    default List<LaneLoad> loads() {
        return List.of();
    }

    /** The lane that owns control state (metadata, device membership, set states): lane 0. */
    default Lane control() {
        return lane(0);
    }
}
