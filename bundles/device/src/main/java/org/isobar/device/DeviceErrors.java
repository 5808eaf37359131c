package org.isobar.device;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.isobar.api.block.IoOp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts a device's failed operations, each attempt by itself, and tells the log of each kind. Any lane may call. */
final class DeviceErrors {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceErrors.class);

    private final String device;
    private final Executor control;
    private final AtomicLong readErrors = new AtomicLong();
    private final AtomicLong writeErrors = new AtomicLong();
    /** Errors by operation and error number; the log hears of the 1st, 2nd, 4th, 8th and so on. */
    private final Map<IoOp, AtomicIntegerArray> kinds = new EnumMap<>(IoOp.class);

    /**
     * Starts counting for one device.
     *
     * @param device how the log names it
     * @param control runs what must not run on a lane
     */
    DeviceErrors(final String device, final Executor control) {
        this.device = device;
        this.control = control;
        for (final IoOp op : IoOp.values()) {
            kinds.put(op, new AtomicIntegerArray(Errno.LIMIT));
        }
    }

    long readErrors() {
        return readErrors.get();
    }

    long writeErrors() {
        return writeErrors.get();
    }

    /** Something failed on the device itself. */
    void failed(final IoOp op, final int errno, final long offsetBytes) {
        (op == IoOp.READ ? readErrors : writeErrors).incrementAndGet();
        final int count = kinds.get(op).incrementAndGet(Math.min(errno, Errno.LIMIT - 1));
        if (Integer.bitCount(count) == 1) {
            control.execute(() -> LOG.error(
                    "device.error device={} op={} error={} offset={} count={}",
                    device,
                    op,
                    Errno.name(errno),
                    offsetBytes,
                    count));
        }
    }
}
