package org.isobar.api.raid;

/**
 * A RAID level that is installed, was a moment ago, or is needed.
 *
 * @param name the level's name
 * @param state whether it can be had
 * @param bundle symbolic name of the bundle that provides it, or provided it last; empty when none did
 * @param version of that bundle
 * @param minDevices fewest devices that a set can be laid on; 0 when no bundle provides it
 * @param awayMs how long it has been away; 0 while it is installed, or when it never was
 * @param why what is wrong and what to do; empty while it is installed and no other version of it is refused
 */
public record RaidLevelInfo(
        String name, State state, String bundle, String version, int minDevices, long awayMs, String why) {
    /** Whether a level can be had. */
    public enum State {
        /** A bundle provides it. */
        INSTALLED,
        /** Its bundle has gone a moment ago: its sets serve as before for some time. */
        AWAY,
        /** A bundle provides a level of this name that lays out data otherwise than its sets are. Its sets are offline. */
        REFUSED,
        /** No bundle provides it, and its sets are offline. */
        MISSING
    }
}
