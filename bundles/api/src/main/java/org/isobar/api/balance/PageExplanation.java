package org.isobar.api.balance;

/**
 * Why a page lies where it lies, as far as that is known.
 *
 * @param volume name of its volume
 * @param page which page of that
 * @param pool where it lies, null when nothing was written to it yet
 * @param newPagesPool where new pages of the volume come from
 * @param newPagesPolicy the policy that chose that pool, or {@code manual}
 * @param movedWallMs when balancing moved it here, ms since 1970; 0 when it did not since {@code knownSinceWallMs}, or when
 *     more than 65,536 pages were moved since
 * @param movedFrom where it lay before that, null when not known
 * @param movedBy the balancing policy that wanted it moved, null when not known
 * @param movedWhy what that said, null when not known
 * @param knownSinceWallMs from when on moves are known: the start of the member, ms since 1970
 * @param readsPerS reads of late, a second
 * @param writesPerS writes of late, a second
 * @param epochsSeen in how many of the last six epochs of heat there was a request for it
 * @param stays why it stays whatever the policy says (pinned, excluded, moved as a whole), null when it may be moved
 * @param policy who says what would move it
 * @param wouldMove what would, for people
 */
public record PageExplanation(
        String volume,
        long page,
        String pool,
        String newPagesPool,
        String newPagesPolicy,
        long movedWallMs,
        String movedFrom,
        String movedBy,
        String movedWhy,
        long knownSinceWallMs,
        double readsPerS,
        double writesPerS,
        int epochsSeen,
        String stays,
        String policy,
        String wouldMove) {}
