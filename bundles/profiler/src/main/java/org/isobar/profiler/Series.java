package org.isobar.profiler;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.lane.Lane;
import org.isobar.common.time.Clock;

/**
 * Runs requests of one length, some at a time, and times them. One series after the other, on one lane, which owns it. Ends early
 * with the first status that is not OK, when all that is under way has ended.
 */
final class Series {
    private final Clock clock;
    private final Lane lane;
    private final BlockLayer target;
    private final ByteBuf buffer;
    private final Slot[] slots;

    private boolean write;
    private int lengthBytes;
    private long[] offsets;
    private double[] latenciesNs;
    private int begun;
    private int running;
    private IoStatus status;
    private long startNs;
    private long elapsedNs;
    private Consumer<IoStatus> end;

    /**
     * Prepares for series on a target.
     *
     * @param buffer lent; as long as {@code depthMax} requests together
     * @param depthMax requests at a time
     */
    Series(final Clock clock, final Lane lane, final BlockLayer target, final ByteBuf buffer, final int depthMax) {
        this.clock = clock;
        this.lane = lane;
        this.target = target;
        this.buffer = buffer;
        slots = new Slot[depthMax];
        for (int i = 0; i < depthMax; i++) {
            slots[i] = new Slot(i);
        }
    }

    /**
     * Runs one series.
     *
     * @param writes whether to write the buffer's content, else to read into it
     * @param depth requests at a time
     * @param places one offset for each request, in order
     * @param onEnd told how it ended, once
     */
    void run(
            final boolean writes,
            final int length,
            final int depth,
            final long[] places,
            final Consumer<IoStatus> onEnd) {
        write = writes;
        lengthBytes = length;
        offsets = places;
        latenciesNs = new double[places.length];
        begun = 0;
        running = 0;
        status = IoStatus.OK;
        end = onEnd;
        startNs = clock.nanoTime();
        for (int i = 0; i < depth && begun < offsets.length; i++) {
            slots[i].begin();
        }
    }

    /** From the first request's start to the last one's end, of the last series. */
    long elapsedNs() {
        return elapsedNs;
    }

    /** Of the requests of the last series, in nanoseconds. */
    double medianLatencyNs() {
        return Robust.median(latenciesNs, 0, latenciesNs.length);
    }

    private final class Slot extends IoRequest {
        private final int number;
        private int index;
        private long beganNs;

        Slot(final int number) {
            this.number = number;
        }

        void begin() {
            index = begun;
            begun++;
            running++;
            beganNs = clock.nanoTime();
            if (write) {
                write(lane, offsets[index], lengthBytes, buffer, number * lengthBytes, false);
            } else {
                read(lane, offsets[index], lengthBytes, buffer, number * lengthBytes);
            }
            target.submit(this);
        }

        @Override
        protected void completed(final IoStatus result) {
            running--;
            final long now = clock.nanoTime();
            latenciesNs[index] = now - beganNs;
            if (result != IoStatus.OK && status == IoStatus.OK) {
                status = result;
            }
            if (status == IoStatus.OK && begun < offsets.length) {
                begin();
            } else if (running == 0) {
                elapsedNs = now - startNs;
                // Not within submit: the one who started the series goes on only when that has returned.
                lane.execute(() -> end.accept(status));
            }
        }
    }
}
