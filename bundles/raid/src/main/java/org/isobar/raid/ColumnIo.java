package org.isobar.raid;

import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;

/** One read, write or zero of a strip's part on its device, on behalf of a {@link GroupTask}. Pooled per lane. */
final class ColumnIo extends IoRequest implements Runnable {
    private static final long BUSY_RETRY_NS = 1_000_000;
    private static final long BUSY_PATIENCE_NS = 10_000_000_000L;

    private final LaneWork work;
    private GroupTask task;
    private Device device;
    private int element;
    private boolean patient;
    private boolean waited;
    private long busySinceNs;

    ColumnIo(final LaneWork work) {
        this.work = work;
    }

    /**
     * Submits what was set up.
     *
     * @param waitsWhenBusy whether BUSY is tried again for some time before it is reported
     */
    void start(final GroupTask owner, final Device on, final int ofElement, final boolean waitsWhenBusy) {
        task = owner;
        device = on;
        element = ofElement;
        patient = waitsWhenBusy;
        waited = false;
        on.submit(this);
    }

    @Override
    protected void completed(final IoStatus status) {
        if (status == IoStatus.BUSY && patient && waits()) {
            lane().schedule(this, BUSY_RETRY_NS);
            return;
        }
        final GroupTask owner = task;
        final int ended = element;
        task = null;
        device = null;
        work.recycle(this);
        owner.ioEnded(ended, status);
    }

    /** Tries again after the device was busy. */
    @Override
    public void run() {
        switch (op()) {
            case READ -> read(lane(), offsetBytes(), (int) lengthBytes(), data(), dataIndex());
            case WRITE -> write(lane(), offsetBytes(), (int) lengthBytes(), data(), dataIndex(), durable());
            default -> zero(lane(), offsetBytes(), lengthBytes(), durable());
        }
        device.submit(this);
    }

    private boolean waits() {
        final long now = work.clock().nanoTime();
        if (!waited) {
            waited = true;
            busySinceNs = now;
        }
        return now - busySinceNs < BUSY_PATIENCE_NS;
    }
}
