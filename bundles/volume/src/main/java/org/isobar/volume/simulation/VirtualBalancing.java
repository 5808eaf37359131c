package org.isobar.volume.simulation;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.volume.balance.LastMoves;
import org.isobar.volume.balance.PictureBuilder;

/**
 * Balancing of one virtual volume: shows it to a policy as a member shows its own, and makes the moves of a plan as a member
 * does whose devices are busy, one after the other, within the budget and for at most half of the time. One thread.
 */
public final class VirtualBalancing {
    /** A copy is made in requests of 64 KiB. */
    private static final int COPY_SHIFT = 16;
    /** A member rests at least as long as a move took. */
    private static final int MOVE_AND_REST = 2;
    /** Against rounding. */
    private static final double ABOUT_NOTHING_S = 1e-9;

    private final VirtualTime time;
    private final VirtualVolume volume;
    private final List<VirtualPool> pools;
    private final long bytesPerSecond;
    private final LastMoves lastMoves = new LastMoves();
    private final ArrayDeque<BalanceMove> moves = new ArrayDeque<>();
    private double creditS;
    private long movedPages;
    private long failedPages;
    private long shortestReturnMs = BalancePage.NEVER;

    /**
     * Balancing with nothing to do.
     *
     * @param bytesPerSecond copied at most
     */
    public VirtualBalancing(
            final VirtualTime time,
            final VirtualVolume volume,
            final List<VirtualPool> pools,
            final long bytesPerSecond) {
        this.time = time;
        this.volume = volume;
        this.pools = pools;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** What a policy is shown that is asked again after so many seconds. */
    public BalancePicture look(final int intervalS) {
        final PictureBuilder builder =
                new PictureBuilder(pools.stream().map(VirtualPool::info).toList(), List.of(), pool -> true);
        builder.add(volume, true);
        return builder.build(bytesPerSecond * intervalS, this::sinceMovedMs);
    }

    private long sinceMovedMs(final long number, final long page) {
        return lastMoves
                .find(number, page)
                .map(move -> TimeUnit.NANOSECONDS.toMillis(time.nanoTime() - move.atNs()))
                .orElse(BalancePage.NEVER);
    }

    /** A plan, which takes the place of what is left of the one before. */
    public void replace(final BalancePlan plan) {
        moves.clear();
        moves.addAll(plan.moves());
    }

    /**
     * Makes the moves for which there is time.
     *
     * @return for how long each pool is busy with them, in seconds
     */
    public double[] move(final int seconds) {
        final double[] busyS = new double[pools.size()];
        creditS += seconds;
        while (!moves.isEmpty()) {
            final BalanceMove move = moves.peek();
            final int to = allowed(move);
            final int copied = volume.pageBytes() >>> COPY_SHIFT;
            final double readS =
                    to < 0 ? 0 : pools.get(volume.at((int) move.page())).busyS(copied, 0);
            final double writeS = to < 0 ? 0 : pools.get(to).busyS(0, copied);
            final double tookS = to < 0
                    ? 0
                    : Math.max(MOVE_AND_REST * (readS + writeS), volume.pageBytes() / (double) bytesPerSecond);
            if (tookS > creditS + ABOUT_NOTHING_S) {
                return busyS;
            }
            creditS -= tookS;
            moves.remove();
            if (to < 0) {
                failedPages++;
            } else {
                busyS[volume.at((int) move.page())] += readS;
                busyS[to] += writeS;
                moved(move, to);
            }
        }
        creditS = 0;
        return busyS;
    }

    /** Where to, or -1 when it cannot be made. */
    private int allowed(final BalanceMove move) {
        if (move.volume() != volume.number()
                || move.page() < 0
                || move.page() >= volume.pageCount()
                || !move.from().equals(volume.poolOf(move.page()))
                || !volume.pools().isEmpty() && !volume.pools().contains(move.to())) {
            return -1;
        }
        for (int to = 0; to < pools.size(); to++) {
            if (pools.get(to).name().equals(move.to()) && pools.get(to).hasRoomFor(volume.pageBytes())) {
                return to;
            }
        }
        return -1;
    }

    private void moved(final BalanceMove move, final int to) {
        shortestReturnMs = Math.min(shortestReturnMs, sinceMovedMs(move.volume(), move.page()));
        lastMoves.add(new LastMoves.Move(
                new LastMoves.Place(move.volume(), move.page()),
                time.nanoTime(),
                time.wallMs(),
                move.from(),
                "",
                move.reason()));
        volume.place((int) move.page(), to);
        movedPages++;
    }

    /** Pages that were moved. */
    public long movedPages() {
        return movedPages;
    }

    /** Pages that were to be moved and could not. */
    public long failedPages() {
        return failedPages;
    }

    /** The shortest time after which a page was moved again, in ms; {@link BalancePage#NEVER} when none was. */
    public long shortestReturnMs() {
        return shortestReturnMs;
    }
}
