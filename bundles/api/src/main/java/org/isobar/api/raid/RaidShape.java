package org.isobar.api.raid;

/**
 * What a RAID level makes a geometry for.
 *
 * @param level the level's name
 * @param columns columns of a set
 * @param stripBytes strip length
 */
public record RaidShape(String level, int columns, int stripBytes) {
    /** That of a set. */
    public static RaidShape of(final RaidSetSpec spec) {
        return new RaidShape(spec.level(), spec.columns().size(), spec.stripBytes());
    }
}
