package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageSpace;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.testkit.SimDevice;
import org.junit.After;
import org.junit.Test;

/** Writers that flush each of their writes, on devices whose flushes take a hundred times as long as their writes. */
public class FlushGateTest {
    private static final int BLOCK = 4096;
    private static final int TURNS = 40;
    private static final long WRITE_NS = 50_000;
    private static final long FLUSH_NS = 5_000_000;

    private final StoreWorld world = StoreWorld.serving(4, 3, 12);
    private final PageSpace space = world.space(1, 8L * StoreWorld.PAGE_BYTES);

    @After
    public void stop() {
        world.stop();
    }

    private SimDevice device(final int index) {
        return world.device(world.media().get(index));
    }

    private void slowFlushes() {
        for (int index = 0; index < world.media().size(); index++) {
            final SimDevice device = device(index);
            device.failWhen(request -> {
                final long takesNs = request.op() == IoOp.FLUSH ? FLUSH_NS : WRITE_NS;
                device.latency(takesNs, takesNs);
                return false;
            });
        }
    }

    private long flushes() {
        long all = 0;
        for (int index = 0; index < world.media().size(); index++) {
            all += device(index).flushes();
        }
        return all;
    }

    /** Answers how many flushes each turn of so many writers cost the devices. */
    private double flushesOfATurn(final int count) {
        final List<Writer> writers = new ArrayList<>();
        final long before = flushes();
        for (int i = 0; i < count; i++) {
            writers.add(new Writer(i));
        }
        writers.forEach(Writer::start);
        world.sim().runUntil(() -> writers.stream().allMatch(Writer::isDone));
        return (flushes() - before) / (double) TURNS;
    }

    @Test
    public void takesAllWritersInOneRoundThoughTheyDoNotComeAtTheSameTime() {
        // Pages that are written first cost flushes of the metadata besides.
        flushesOfATurn(4);
        slowFlushes();
        final double alone = flushesOfATurn(1);
        final double together = flushesOfATurn(4);
        assertTrue("alone " + alone + ", together " + together, together < 1.5 * alone);
    }

    @Test
    public void doesNotWaitForCompanyThatDoesNotCome() {
        flushesOfATurn(4);
        slowFlushes();
        flushesOfATurn(4);
        final Writer alone = new Writer(0);
        alone.start();
        world.sim().runUntil(alone::isDone);
        Collections.sort(alone.flushesNs);
        final long median = alone.flushesNs.get(TURNS / 2);
        assertTrue("a flush took " + median + " ns", median < FLUSH_NS + FLUSH_NS / 16);
    }

    /** Writes its block and flushes it, again and again. */
    private final class Writer extends IoRequest {
        private final Lane lane = world.sim().lanes().lane(0);
        private final long offset;
        private final List<Long> flushesNs = new ArrayList<>();
        private int left = 2 * TURNS;
        private long begunNs;
        private ByteBuf buffer;

        Writer(final int number) {
            offset = (long) number * StoreWorld.PAGE_BYTES;
        }

        boolean isDone() {
            return left == 0;
        }

        void start() {
            buffer = Buffers.allocate(BLOCK);
            buffer.setZero(0, BLOCK);
            buffer.setLong(0, offset + 1);
            lane.execute(this::turn);
        }

        private void turn() {
            if (left % 2 == 0) {
                write(lane, offset, BLOCK, buffer, 0, false);
            } else {
                begunNs = world.sim().clock().nanoTime();
                flush(lane);
            }
            space.submit(this);
        }

        @Override
        protected void completed(final IoStatus status) {
            assertEquals(IoStatus.OK, status);
            if (op() == IoOp.FLUSH) {
                flushesNs.add(world.sim().clock().nanoTime() - begunNs);
            }
            left--;
            if (left > 0) {
                lane.execute(this::turn);
            } else {
                buffer.release();
            }
        }
    }
}
