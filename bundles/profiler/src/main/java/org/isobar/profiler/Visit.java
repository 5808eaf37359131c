package org.isobar.profiler;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoStatus;
import org.isobar.common.lane.Lane;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;

/**
 * Measures a place of a device once: a sequential burst, of which the first request is not timed, since what it takes to get the head there is no
 * property of the place; then small random requests one by one, then four at a time. Owned by one lane.
 */
final class Visit {
    /** Longest request of a burst. */
    static final int BURST_REQUEST_BYTES = 1 << 20;
    /** The buffer that a visit needs. */
    static final int BUFFER_BYTES = 2 * BURST_REQUEST_BYTES;

    private static final int BURST_REQUESTS_MIN = 4;
    private static final int BURST_DEPTH = 2;
    private static final int SMALL_BYTES = 4096;
    private static final int ALONE_COUNT = 8;
    private static final int TOGETHER_COUNT = 24;
    private static final int TOGETHER_DEPTH = 4;
    private static final double MIB = 1 << 20;
    private static final double NS_PER_US = 1000;

    private final Series series;
    private final Rng rng;
    private final int burstBytes;
    private final int burstRequestBytes;
    private boolean write;
    private long offset;
    private Consumer<IoStatus> end;
    private double mibPerS;
    private double perS;
    private double latencyUs;

    /**
     * Prepares for visits to a device.
     *
     * @param burstBytes length of a place, a power of two, 16 KiB or more
     * @param buffer lent, {@value #BUFFER_BYTES} bytes
     */
    Visit(
            final Clock clock,
            final Lane lane,
            final BlockLayer device,
            final ByteBuf buffer,
            final Rng rng,
            final int burstBytes) {
        series = new Series(clock, lane, device, buffer, TOGETHER_DEPTH);
        this.rng = rng;
        this.burstBytes = burstBytes;
        burstRequestBytes = Math.min(BURST_REQUEST_BYTES, burstBytes / BURST_REQUESTS_MIN);
    }

    /**
     * Measures.
     *
     * @param writes what is there is lost
     * @param place first byte
     * @param onEnd told how it ended, once; the figures stand when it is OK
     */
    void start(final boolean writes, final long place, final Consumer<IoStatus> onEnd) {
        write = writes;
        offset = place;
        end = onEnd;
        series.run(write, burstRequestBytes, 1, new long[] {place}, then(this::burst));
    }

    /** Bandwidth of the burst. */
    double mibPerS() {
        return mibPerS;
    }

    /** Small requests a second, four at a time. */
    double perS() {
        return perS;
    }

    /** Of a small request alone. */
    double latencyUs() {
        return latencyUs;
    }

    private void burst() {
        final long[] offsets = new long[burstBytes / burstRequestBytes - 1];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = offset + (i + 1L) * burstRequestBytes;
        }
        series.run(write, burstRequestBytes, BURST_DEPTH, offsets, then(() -> {
            mibPerS = (double) offsets.length * burstRequestBytes / MIB / seconds();
            alone();
        }));
    }

    private void alone() {
        series.run(write, SMALL_BYTES, 1, anywhere(ALONE_COUNT), then(() -> {
            latencyUs = Math.max(series.medianLatencyNs(), 1) / NS_PER_US;
            together();
        }));
    }

    private void together() {
        series.run(write, SMALL_BYTES, TOGETHER_DEPTH, anywhere(TOGETHER_COUNT), then(() -> {
            perS = TOGETHER_COUNT / seconds();
            end.accept(IoStatus.OK);
        }));
    }

    private double seconds() {
        return (double) Math.max(series.elapsedNs(), 1) / TimeUnit.SECONDS.toNanos(1);
    }

    private long[] anywhere(final int count) {
        final long[] offsets = new long[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = offset + Math.floorMod(rng.nextLong(), burstBytes / SMALL_BYTES) * (long) SMALL_BYTES;
        }
        return offsets;
    }

    private Consumer<IoStatus> then(final Runnable next) {
        return status -> {
            if (status == IoStatus.OK) {
                next.run();
            } else {
                end.accept(status);
            }
        };
    }
}
