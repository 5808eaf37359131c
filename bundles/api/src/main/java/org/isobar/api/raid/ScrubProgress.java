package org.isobar.api.raid;

/** Who wants to know how far a scrub is. Called on the control lane. */
@FunctionalInterface
public interface ScrubProgress {
    /**
     * One more region, 1/{@value RaidSetInfo#REGIONS} of the set, has been scrubbed; what was written for
     * that is on stable media.
     *
     * @param done mask of the regions that this scrub is done with
     * @param soFar what it found
     */
    void regionDone(long done, ScrubReport soFar);
}
