package org.isobar.device;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.NettyLanes;

/** Keeps several random requests per lane under way, each in a part of the device of its own, against a model. */
final class RandomLoad {
    private static final int WALKERS = 32;
    private static final int BLOCK = 512;

    private final BlockLayer layer;
    private final byte[] model;
    private final CountDownLatch walking = new CountDownLatch(WALKERS);
    private final List<Walker> walkers = new ArrayList<>();
    private volatile String failure;

    RandomLoad(final long seed, final NettyLanes lanes, final BlockLayer layer, final byte[] model) {
        this.layer = layer;
        this.model = model;
        final int part = model.length / WALKERS;
        for (int i = 0; i < WALKERS; i++) {
            walkers.add(new Walker(new Random(seed + i), lanes.lane(i % lanes.count()), i * part, part));
        }
    }

    void run(final int requests) throws InterruptedException {
        for (final Walker walker : walkers) {
            walker.left = requests / WALKERS;
            walker.lane.execute(walker::step);
        }
        if (!walking.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("requests never ended");
        }
        if (failure != null) {
            throw new AssertionError(failure);
        }
    }

    private final class Walker extends IoRequest {
        private final Random random;
        private final Lane lane;
        private final int start;
        private final int part;
        private final ByteBuf data = Buffers.allocate(256 << 10);
        private int left;

        Walker(final Random random, final Lane lane, final int start, final int part) {
            this.random = random;
            this.lane = lane;
            this.start = start;
            this.part = part;
        }

        private void step() {
            if (left == 0 || failure != null) {
                data.release();
                walking.countDown();
                return;
            }
            left--;
            final int length = (1 + random.nextInt(random.nextBoolean() ? 16 : 400)) * BLOCK;
            final int offset = start + random.nextInt((part - length) / BLOCK + 1) * BLOCK;
            final int index = random.nextBoolean() ? 0 : random.nextInt(data.capacity() - length + 1);
            final int kind = random.nextInt(10);
            if (kind < 4) {
                read(lane, offset, length, data, index);
            } else if (kind < 8) {
                final byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                data.setBytes(index, bytes);
                write(lane, offset, length, data, index, kind == 4);
            } else if (kind == 8) {
                zero(lane, offset, length, random.nextInt(4) == 0);
            } else {
                flush(lane);
            }
            layer.submit(this);
        }

        @Override
        protected void completed(final IoStatus status) {
            final int offset = (int) offsetBytes();
            final int length = (int) lengthBytes();
            if (status != IoStatus.OK) {
                failure = op() + " at " + offset + " ended in " + status;
            } else if (op() == IoOp.WRITE) {
                data.getBytes(dataIndex(), model, offset, length);
            } else if (op() == IoOp.ZERO) {
                Arrays.fill(model, offset, offset + length, (byte) 0);
            } else if (op() == IoOp.READ) {
                final byte[] got = new byte[length];
                data.getBytes(dataIndex(), got);
                if (!Arrays.equals(got, 0, length, model, offset, offset + length)) {
                    failure = "read differs at " + offset + " length " + length;
                }
            }
            lane.execute(this::step);
        }
    }
}
