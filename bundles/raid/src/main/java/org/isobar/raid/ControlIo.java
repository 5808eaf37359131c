package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.common.lane.Lane;

/** One request of the control path to a device, with a future that ends on the control lane. Waits while it is busy. */
final class ControlIo extends IoRequest {
    private static final long BUSY_RETRY_NS = 2_000_000;
    private static final int BUSY_RETRIES_MAX = 5000;

    private final Lane control;
    private final Device device;
    private final IoOp op;
    private final long offset;
    private final long length;
    private final ByteBuf buffer;
    private final CompletableFuture<IoStatus> end = new CompletableFuture<>();
    private int retries;

    private ControlIo(
            final Lane control,
            final Device device,
            final IoOp op,
            final long offset,
            final long length,
            final ByteBuf buffer) {
        this.control = control;
        this.device = device;
        this.op = op;
        this.offset = offset;
        this.length = length;
        this.buffer = buffer;
    }

    static CompletableFuture<IoStatus> read(
            final Lane control, final Device device, final long offset, final int length, final ByteBuf into) {
        return new ControlIo(control, device, IoOp.READ, offset, length, into).start();
    }

    /** Writes to stable media. */
    static CompletableFuture<IoStatus> write(
            final Lane control, final Device device, final long offset, final int length, final ByteBuf from) {
        return new ControlIo(control, device, IoOp.WRITE, offset, length, from).start();
    }

    static CompletableFuture<IoStatus> zero(
            final Lane control, final Device device, final long offset, final long length) {
        return new ControlIo(control, device, IoOp.ZERO, offset, length, null).start();
    }

    static CompletableFuture<IoStatus> flush(final Lane control, final Device device) {
        return new ControlIo(control, device, IoOp.FLUSH, 0, 0, null).start();
    }

    private CompletableFuture<IoStatus> start() {
        attempt();
        return end;
    }

    private void attempt() {
        switch (op) {
            case READ -> read(control, offset, (int) length, buffer, 0);
            case WRITE -> write(control, offset, (int) length, buffer, 0, true);
            case FLUSH -> flush(control);
            default -> zero(control, offset, length, false);
        }
        device.submit(this);
    }

    @Override
    protected void completed(final IoStatus status) {
        if (status == IoStatus.BUSY && retries < BUSY_RETRIES_MAX) {
            retries++;
            control.schedule(this::attempt, BUSY_RETRY_NS);
        } else {
            end.complete(status);
        }
    }
}
