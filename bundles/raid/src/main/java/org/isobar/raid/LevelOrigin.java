package org.isobar.raid;

/**
 * Where a level comes from.
 *
 * @param bundle symbolic name
 * @param version of the bundle
 * @param ranking of two levels of one name the one ranked higher is taken
 */
record LevelOrigin(String bundle, String version, int ranking) {
    /** Of a level that was plugged in by hand. */
    static final LevelOrigin NONE = new LevelOrigin("", "", 0);
}
