package org.isobar.volume.balance;

import java.util.Optional;
import org.isobar.api.balance.PageExplanation;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.spi.balance.BalancePage;
import org.isobar.volume.heat.PageHeat;

/**
 * What is known of a page.
 *
 * @param volume its volume
 * @param info that, for people
 * @param page which page
 * @param pool where it lies, null when nothing was written to it
 * @param heat its entry; see {@link PageHeat}
 * @param unitPages pages that share the entry
 * @param windowS over how many seconds the entry is a mean
 * @param moved when balancing moved it last
 * @param stays why it stays whatever a policy says, null when it may be moved
 */
record PageFacts(
        BalancedVolume volume,
        VolumeInfo info,
        long page,
        String pool,
        long heat,
        int unitPages,
        double windowS,
        Optional<LastMoves.Move> moved,
        String stays) {
    /** As a policy sees it. */
    BalancePage seen(final long sinceMovedMs) {
        return new BalancePage(
                volume.number(),
                page,
                pool,
                volume.pageBytes(),
                (double) (PageHeat.reads(heat) + PageHeat.writes(heat)) / unitPages,
                perS(PageHeat.reads(heat)),
                perS(PageHeat.writes(heat)),
                PageHeat.epochsSeen(heat),
                sinceMovedMs,
                volume.pools());
    }

    /** For people. */
    PageExplanation explanation(final long knownSinceWallMs, final String policy, final String wouldMove) {
        return new PageExplanation(
                volume.name(),
                page,
                pool,
                info.pool(),
                info.policy(),
                moved.map(LastMoves.Move::wallMs).orElse(0L),
                moved.map(LastMoves.Move::from).orElse(null),
                moved.map(LastMoves.Move::policy).orElse(null),
                moved.map(LastMoves.Move::reason).orElse(null),
                knownSinceWallMs,
                perS(PageHeat.reads(heat)),
                perS(PageHeat.writes(heat)),
                PageHeat.epochsSeen(heat),
                stays,
                policy,
                wouldMove);
    }

    private double perS(final int requests) {
        return requests / windowS / unitPages;
    }
}
