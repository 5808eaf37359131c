package org.isobar.volume.recording;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoOp;
import org.isobar.common.time.Clock;

/**
 * Where the accesses of a volume that is recorded come in, each on its lane, and where one thread takes them out again. An
 * access is two longs, handed over without a lock and without garbage.
 *
 * <pre>
 * first:  time since the start, µs (62) | operation (2)
 * second: block (42) | blocks (22)
 * </pre>
 */
public final class AccessTap {
    static final int OP_BITS = 2;
    static final int OP_MASK = (1 << OP_BITS) - 1;
    static final int BLOCKS_BITS = 22;
    static final int BLOCKS_MAX = (1 << BLOCKS_BITS) - 1;
    private static final int BLOCK_SHIFT = 9;
    private static final long NS_PER_US = TimeUnit.MICROSECONDS.toNanos(1);

    private final Clock clock;
    private final long startNs;
    private final int pageShift;
    private final int sampleOneIn;
    private final AccessRing[] rings;

    /** A tap that begins now. */
    public AccessTap(final Clock clock, final int laneCount, final int pageBytes, final int sampleOneIn) {
        this.clock = clock;
        startNs = clock.nanoTime();
        pageShift = Integer.numberOfTrailingZeros(pageBytes);
        this.sampleOneIn = sampleOneIn;
        rings = new AccessRing[laneCount];
        for (int i = 0; i < laneCount; i++) {
            rings[i] = new AccessRing();
        }
    }

    /** A request for a part of a page, on its lane. READ, WRITE and ZERO are recorded. */
    public void access(final int laneIndex, final IoOp op, final long offsetBytes, final long lengthBytes) {
        final int code = op == IoOp.READ
                ? AccessOp.READ
                : op == IoOp.WRITE ? AccessOp.WRITE : op == IoOp.ZERO ? AccessOp.ZERO : AccessOp.NONE;
        if (code != AccessOp.NONE && PageSample.contains(offsetBytes >>> pageShift, sampleOneIn)) {
            rings[laneIndex].offer(
                    nowUs() << OP_BITS | code,
                    offsetBytes >>> BLOCK_SHIFT << BLOCKS_BITS | Math.min(BLOCKS_MAX, lengthBytes >>> BLOCK_SHIFT));
        }
    }

    /** Time since the start, in µs. */
    long nowUs() {
        return (clock.nanoTime() - startNs) / NS_PER_US;
    }

    /**
     * Takes out what came until now, all lanes together in the order of time. One thread at a time.
     *
     * @return false when {@code to} wanted no more
     */
    boolean drain(final Taker to) throws IOException {
        final long untilUs = nowUs();
        for (AccessRing next = oldest(untilUs); next != null; next = oldest(untilUs)) {
            final long first = next.first();
            final long second = next.second();
            if (!to.take(first >>> OP_BITS, (int) first & OP_MASK, second >>> BLOCKS_BITS, (int) second & BLOCKS_MAX)) {
                return false;
            }
            next.taken();
        }
        return true;
    }

    private AccessRing oldest(final long untilUs) {
        AccessRing oldest = null;
        long oldestUs = untilUs + 1;
        for (final AccessRing ring : rings) {
            if (ring.ready() && ring.first() >>> OP_BITS < oldestUs) {
                oldest = ring;
                oldestUs = ring.first() >>> OP_BITS;
            }
        }
        return oldest;
    }

    /** Accesses that found no room. Any thread. */
    long dropped() {
        long sum = 0;
        for (final AccessRing ring : rings) {
            sum += ring.dropped();
        }
        return sum;
    }

    /** Takes accesses. */
    interface Taker {
        /** An access; false when it is not taken, and no more is wanted. */
        boolean take(long timeUs, int op, long block, int blocks) throws IOException;
    }
}
