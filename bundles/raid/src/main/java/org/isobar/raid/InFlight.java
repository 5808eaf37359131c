package org.isobar.raid;

import java.util.concurrent.CompletableFuture;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;

/** Counts a set's requests, on each lane by itself, so that closing can wait for them. */
final class InFlight {
    private static final int SPREAD_SHIFT = 4;

    private final Lanes lanes;
    /** Each lane touches its own element only, one cache line apart. */
    private final int[] counts;

    private final CompletableFuture<?>[] drained;

    InFlight(final Lanes lanes) {
        this.lanes = lanes;
        counts = new int[lanes.count() << SPREAD_SHIFT];
        drained = new CompletableFuture<?>[lanes.count()];
    }

    void begin(final int lane) {
        counts[lane << SPREAD_SHIFT]++;
    }

    void end(final int lane) {
        counts[lane << SPREAD_SHIFT]--;
        if (drained[lane] != null && counts[lane << SPREAD_SHIFT] == 0) {
            drained[lane].complete(null);
        }
    }

    /** Ends on the control lane when all lanes are at zero; the set refuses new requests before this is called. */
    CompletableFuture<Void> drained() {
        final CompletableFuture<?>[] ends = new CompletableFuture<?>[lanes.count()];
        for (int index = 0; index < ends.length; index++) {
            final CompletableFuture<Void> end = new CompletableFuture<>();
            ends[index] = end;
            final Lane lane = lanes.lane(index);
            lane.execute(() -> {
                drained[lane.index()] = end;
                if (counts[lane.index() << SPREAD_SHIFT] == 0) {
                    end.complete(null);
                }
            });
        }
        final CompletableFuture<Void> all = new CompletableFuture<>();
        Stages.whenEnded(CompletableFuture.allOf(ends), (none, failure) -> lanes.control()
                .execute(() -> all.complete(null)));
        return all;
    }
}
