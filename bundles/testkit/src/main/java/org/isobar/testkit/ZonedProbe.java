package org.isobar.testkit;

import java.util.function.LongToDoubleFunction;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.DeviceProbe;
import org.isobar.common.Check;

/**
 * A disk that keeps nothing, reads nothing and takes its time: one request after the other, each with a positioning time unless it goes on where the
 * last one ended, and a transfer time that depends on the place; noise on both, and now and then a request that takes several
 * times as long.
 */
public final class ZonedProbe implements DeviceProbe {
    private static final int BLOCK_BYTES = 512;
    private static final double NS_PER_S = 1e9;
    private static final double MIB = 1 << 20;
    private static final double OUTLIER_FACTOR = 8;

    private final Simulation sim;
    private final long sizeBytes;
    private final LongToDoubleFunction mibPerS;
    private final long positioningNs;
    private final double noise;
    private final double outliers;
    private long headAt;
    private long busyUntilNs;
    private long othersBegun;
    private int disturbedOneIn;
    private boolean gone;
    private long failsFrom = Long.MAX_VALUE;
    private long failsTo;
    private long writes;

    /**
     * A disk.
     *
     * @param mibPerS bandwidth at an offset in bytes
     * @param positioningNs of a request elsewhere
     * @param noise standard deviation of a request's time, as a share
     * @param outliers share of requests that take {@value #OUTLIER_FACTOR} times as long
     */
    public ZonedProbe(
            final Simulation sim,
            final long sizeBytes,
            final LongToDoubleFunction mibPerS,
            final long positioningNs,
            final double noise,
            final double outliers) {
        this.sim = sim;
        this.sizeBytes = sizeBytes;
        this.mibPerS = mibPerS;
        this.positioningNs = positioningNs;
        this.noise = noise;
        this.outliers = outliers;
    }

    /** One request in so many finds that others have used the disk meanwhile; 0 for none. */
    public void disturb(final int oneIn) {
        disturbedOneIn = oneIn;
    }

    /** From now on requests end in OFFLINE. */
    public void lose() {
        gone = true;
    }

    /** From now on requests in this range end in IO_ERROR. */
    public void fail(final long from, final long to) {
        failsFrom = from;
        failsTo = to;
    }

    /** WRITEs since creation. */
    public long writes() {
        return writes;
    }

    @Override
    public boolean direct() {
        return true;
    }

    @Override
    public long othersBegun() {
        return othersBegun;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int blockBytes() {
        return BLOCK_BYTES;
    }

    @Override
    public void submit(final IoRequest request) {
        Check.that(request.lane().current(), "request submitted on another lane than its own");
        if (gone) {
            request.complete(IoStatus.OFFLINE);
            return;
        }
        if (request.offsetBytes() < 0 || request.endBytes() > sizeBytes) {
            request.complete(IoStatus.OUT_OF_RANGE);
            return;
        }
        final double transferNs = request.lengthBytes() / MIB / mibPerS.applyAsDouble(request.offsetBytes()) * NS_PER_S;
        final double wholeNs = transferNs + (request.offsetBytes() == headAt ? 0 : positioningNs);
        headAt = request.endBytes();
        final double factor = Math.max(0.1, 1 + noise * sim.random().nextGaussian())
                * (sim.random().nextDouble() < outliers ? OUTLIER_FACTOR : 1);
        final long now = sim.clock().nanoTime();
        busyUntilNs = Math.max(now, busyUntilNs) + (long) (wholeNs * factor);
        if (disturbedOneIn > 0 && sim.random().nextInt(disturbedOneIn) == 0) {
            othersBegun++;
        }
        final boolean fails = request.offsetBytes() < failsTo && request.endBytes() > failsFrom;
        writes += request.op() == IoOp.WRITE ? 1 : 0;
        sim.workOnLane(
                request.lane(), busyUntilNs - now, () -> request.complete(fails ? IoStatus.IO_ERROR : IoStatus.OK));
    }
}
