package org.isobar.common.lane;

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

    /** The lane that owns control state (metadata, device membership, set states): lane 0. */
    default Lane control() {
        return lane(0);
    }
}
