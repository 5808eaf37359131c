package org.isobar.volume.balance;

import static org.junit.Assert.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.Test;

/** How many moves at a time devices are given. */
public final class MovePaceTest {
    private long nowNs = Long.MAX_VALUE - 1_000_000;
    private final MovePace pace = new MovePace(nowNs);

    @Test
    public void doublesWhileMovesAreAsFastAsAlone() {
        end(2, 100);
        assertEquals(2, pace.atOnce());
        end(2, 140);
        assertEquals(2, pace.atOnce());
        end(1, 140);
        assertEquals(4, pace.atOnce());
        end(5, 140);
        assertEquals(MovePace.MOST, pace.atOnce());
        end(100, 140);
        assertEquals(MovePace.MOST, pace.atOnce());
    }

    @Test
    public void halvesWhenMovesAreSlowerThanAloneByHalf() {
        end(2, 100);
        end(3, 100);
        end(5, 160);
        assertEquals(2, pace.atOnce());
        end(3, 160);
        assertEquals(1, pace.atOnce());
    }

    @Test
    public void measuresAgainWhatOneAloneTakes() {
        end(2, 100);
        end(3, 160);
        assertEquals(1, pace.atOnce());
        end(2, 160);
        assertEquals(2, pace.atOnce());
        end(3, 160);
        assertEquals(4, pace.atOnce());
        nowNs += TimeUnit.SECONDS.toNanos(61);
        end(5, 100);
        assertEquals(1, pace.atOnce());
    }

    @Test
    public void countsNoMoveThatBeganBefore() {
        final long longAgoNs = nowNs - TimeUnit.MILLISECONDS.toNanos(1);
        for (int i = 0; i < 10; i++) {
            pace.ended(longAgoNs, nowNs);
        }
        assertEquals(1, pace.atOnce());
    }

    private void end(final int moves, final int tookMs) {
        for (int i = 0; i < moves; i++) {
            final long startNs = nowNs;
            nowNs += TimeUnit.MILLISECONDS.toNanos(tookMs);
            pace.ended(startNs, nowNs);
        }
    }
}
