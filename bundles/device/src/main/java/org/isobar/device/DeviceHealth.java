package org.isobar.device;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.isobar.api.block.IoOp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts a device's errors, tells the log of each kind, and calls for help when writes keep failing. Any lane may call.
 */
final class DeviceHealth {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceHealth.class);

    private final String device;
    private final int writeErrorLimit;
    private final Executor control;
    private final Runnable onGivenUp;
    private final AtomicLong readErrors = new AtomicLong();
    private final AtomicLong writeErrors = new AtomicLong();
    private final AtomicInteger writeErrorsInARow = new AtomicInteger();
    /** Errors by operation and error number; the log hears of the 1st, 2nd, 4th, 8th and so on. */
    private final Map<IoOp, AtomicIntegerArray> kinds = new EnumMap<>(IoOp.class);

    /**
     * Starts counting for one device.
     *
     * @param device how the log names it
     * @param writeErrorLimit failed writes in a row after which the device is given up
     * @param control runs what must not run on a lane
     * @param onGivenUp run by {@code control}, each time the limit is reached
     */
    DeviceHealth(final String device, final int writeErrorLimit, final Executor control, final Runnable onGivenUp) {
        this.device = device;
        this.writeErrorLimit = writeErrorLimit;
        this.control = control;
        this.onGivenUp = onGivenUp;
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

    /** A write or flush went well. */
    void wrote() {
        if (writeErrorsInARow.get() != 0) {
            writeErrorsInARow.set(0);
        }
    }

    /** Something failed on the device itself. */
    void failed(final IoOp op, final int errno, final long offsetBytes) {
        if (op == IoOp.READ) {
            readErrors.incrementAndGet();
        } else {
            writeErrors.incrementAndGet();
            if (writeErrorsInARow.incrementAndGet() == writeErrorLimit) {
                control.execute(onGivenUp);
            }
        }
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
