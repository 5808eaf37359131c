package org.isobar.api.raid;

import java.util.Map;

/** Knows how data lies on the devices, and wants to hear of levels. */
public interface LayoutBook {
    /**
     * {@link GeometryTable#fingerprint Fingerprints} of how sets are laid out, by shape. A version of a level that would lay
     * out such a set otherwise is not taken. Asked on any thread.
     */
    Map<RaidShape, Long> layouts();

    /** Levels have become {@link RaidEngine#levels available}, have gone away, or cannot be had any more. Control lane. */
    void levelsChanged();
}
