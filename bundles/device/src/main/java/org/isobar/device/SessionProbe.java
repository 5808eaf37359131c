package org.isobar.device;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.DeviceProbe;
import org.isobar.common.Check;
import org.isobar.common.lane.Lane;

/** A second way to the device of a session; its descriptors are closed together with the session's. */
final class SessionProbe implements DeviceProbe, DeviceIo.Sink {
    private final long sizeBytes;
    private final boolean direct;
    private final LongSupplier begun;
    private final long begunBefore;
    private final DeviceIo io;

    /**
     * Opens it.
     *
     * @param begun requests that went the first way so far
     * @param engine opens the engine that reports to the sink given
     */
    SessionProbe(
            final long sizeBytes,
            final boolean direct,
            final LongSupplier begun,
            final Function<DeviceIo.Sink, DeviceIo> engine) {
        this.sizeBytes = sizeBytes;
        this.direct = direct;
        this.begun = begun;
        begunBefore = begun.getAsLong();
        io = engine.apply(this);
    }

    @Override
    public boolean direct() {
        return direct;
    }

    @Override
    public long othersBegun() {
        return begun.getAsLong() - begunBefore;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int blockBytes() {
        return DeviceIo.UNIT_BYTES;
    }

    @Override
    public void submit(final IoRequest request) {
        Check.that(request.op() != IoOp.FLUSH, "a probe has nothing to flush");
        final long offset = request.offsetBytes();
        final long length = request.lengthBytes();
        if (((offset | length) & (DeviceIo.UNIT_BYTES - 1)) != 0
                || offset < 0
                || length <= 0
                || offset > sizeBytes - length) {
            request.complete(IoStatus.OUT_OF_RANGE);
        } else {
            io.submit(request);
        }
    }

    @Override
    public void finished(final IoRequest request, final IoStatus status, final int errno) {
        request.complete(status);
    }

    @Override
    public void synced(final Lane lane, final IoStatus status, final int errno) {
        throw new IllegalStateException("a probe asks for no sync");
    }

    CompletionStage<Void> close() {
        return io.close();
    }
}
