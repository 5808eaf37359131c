package org.isobar.volume.balance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which pages balancing moved last, when and why: the last {@value #KEPT} moves since the member started, some 10 MiB at most.
 * The control lane adds, any thread looks.
 */
public final class LastMoves {
    /** Moves that are remembered. */
    public static final int KEPT = 1 << 16;

    private final Map<Place, Move> moves = new ConcurrentHashMap<>();
    private final Deque<Move> order = new ArrayDeque<>();

    /** A page was moved. */
    public void add(final Move move) {
        if (order.size() == KEPT) {
            final Move oldest = order.remove();
            moves.remove(oldest.place(), oldest);
        }
        order.add(move);
        moves.put(move.place(), move);
    }

    /** The last move of a page. */
    public Optional<Move> find(final long volume, final long page) {
        return Optional.ofNullable(moves.get(new Place(volume, page)));
    }

    /** A page. */
    public record Place(long volume, long page) {}

    /**
     * A move that was made.
     *
     * @param place which page
     * @param atNs when, by the clock
     * @param wallMs when, ms since 1970
     * @param from where it lay
     * @param policy who wanted it
     * @param reason why
     */
    public record Move(Place place, long atNs, long wallMs, String from, String policy, String reason) {}
}
