package org.isobar.device.health;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.isobar.api.block.IoRequest;
import org.isobar.common.lane.Lanes;
import org.isobar.common.time.Clock;

/**
 * Watches the requests of one device on their way: measures them, tries failed reads again, and gives up what does not end when
 * it is told to. Lives as long as the device is known.
 */
public final class IoWatch {
    private final Clock clock;
    private final LaneWatch[] lanes;
    private final int writeErrorLimit;
    private final Runnable urgent;
    private final AtomicInteger writeErrorsInARow = new AtomicInteger();
    private final AtomicLong corrected = new AtomicLong();
    private volatile boolean overLimit;

    /**
     * Starts with nothing under way.
     *
     * @param urgent told, on some lane, when the evidence should be looked at now; may be told often
     */
    public IoWatch(final Lanes lanes, final Clock clock, final HealthSettings settings, final Runnable urgent) {
        this.clock = clock;
        this.urgent = urgent;
        writeErrorLimit = settings.writeErrorLimit();
        this.lanes = new LaneWatch[lanes.count()];
        for (int i = 0; i < this.lanes.length; i++) {
            this.lanes[i] = new LaneWatch(lanes.lane(i), this, settings);
        }
    }

    /** Starts a request on its lane; the target gets one of ours in its place. */
    public void submit(final IoRequest request, final IoTarget target) {
        lanes[request.lane().index()].submit(request, target);
    }

    /**
     * Ends all that is under way with ABORTED, soon, each on its lane. The device must not serve any more, so that nothing of
     * what is tried again elsewhere comes back to it.
     */
    public void giveUpAll() {
        for (final LaneWatch lane : lanes) {
            lane.lane().execute(lane::giveUpAll);
        }
    }

    /** Blocks that did not match their checksums. Any lane may call. */
    public void corrected(final int blocks) {
        corrected.addAndGet(blocks);
    }

    /** Requests that were given up and that the device has not ended yet; their buffers are still in use. Any thread. */
    public long outstanding() {
        return sum(Counters.GIVEN_UP) - sum(Counters.LATE_ENDS);
    }

    /** Operations that the device ended after they had been given up. */
    public long lateEnds() {
        return sum(Counters.LATE_ENDS);
    }

    long corrected() {
        return corrected.get();
    }

    int writeErrorsInARow() {
        return writeErrorsInARow.get();
    }

    void forgetRow() {
        writeErrorsInARow.set(0);
    }

    /** Whether an operation was found over the limit since the last call. */
    boolean takeOverLimit() {
        final boolean taken = overLimit;
        overLimit = false;
        return taken;
    }

    long sum(final int counter) {
        long sum = 0;
        for (final LaneWatch lane : lanes) {
            sum += lane.counts().get(counter);
        }
        return sum;
    }

    /** Adds all counters of all lanes up. */
    void sums(final long[] into) {
        Arrays.fill(into, 0);
        for (final LaneWatch lane : lanes) {
            final AtomicLongArray counts = lane.counts();
            for (int i = 0; i < into.length; i++) {
                into[i] += counts.get(i);
            }
        }
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    void overLimit() {
        overLimit = true;
        urgent.run();
    }

    void wrote() {
        if (writeErrorsInARow.get() != 0) {
            writeErrorsInARow.set(0);
        }
    }

    void writeFailed() {
        if (writeErrorsInARow.incrementAndGet() >= writeErrorLimit) {
            urgent.run();
        }
    }
}
