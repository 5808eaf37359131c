package org.isobar.raid;

import static org.junit.Assert.assertEquals;

import io.netty.buffer.ByteBuf;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.testkit.Blocks;

/** Random requests on random lanes, several at a time but never two on one block, checked against a model. */
final class Workload {
    private static final int DEPTH = 6;
    private static final int STREAM_DEPTH = 16;
    private static final int BLOCK_BYTES = BlockModel.BLOCK_BYTES;
    private static final int STRIP_BLOCKS = SetWorld.STRIP_BYTES / BLOCK_BYTES;

    private final SetWorld world;
    private final BlockModel model;
    private final Random random;
    private final Set<IoStatus> allowed = EnumSet.of(IoStatus.OK);
    private int remaining;
    private int running;
    private int generation;
    private int failures;
    private int reads = 3;
    private int lost;
    private boolean streams;
    /** The block where the stream goes on. */
    private int streamEnd;

    Workload(final SetWorld world, final BlockModel model, final Random random) {
        this.world = world;
        this.model = model;
        this.random = random;
    }

    static BlockModel modelOf(final SetWorld world, final boolean powerLoss) {
        return new BlockModel((int) (world.set().sizeBytes() / BLOCK_BYTES), powerLoss);
    }

    /** Most writes go on where the last one ended, on one lane, several at a time and each shorter than a stripe. */
    Workload streams() {
        streams = true;
        return this;
    }

    /** Requests may end so as well. */
    Workload allow(final IoStatus status) {
        allowed.add(status);
        return this;
    }

    Workload forbid(final IoStatus status) {
        allowed.remove(status);
        return this;
    }

    /** Requests that ended otherwise than in OK. */
    int failures() {
        return failures;
    }

    /** Runs so many requests to the end. */
    void run(final int count) {
        start(count);
        finish();
    }

    /** Begins so many requests; the simulation must be run for them to go on. */
    void start(final int count) {
        remaining += count;
        while (running < (streams ? STREAM_DEPTH : DEPTH) && remaining > 0) {
            launch();
        }
    }

    void finish() {
        world.sim().runUntil(() -> running == 0 && remaining == 0);
        world.assertAtRest();
    }

    /** The process died: what runs will never end. */
    void crashed() {
        generation++;
        running = 0;
        remaining = 0;
    }

    /** Reads everything and compares. */
    void verify(final boolean afterCrash) {
        final int chunk = world.set().geometry().stripeDataBytes();
        for (long offset = 0; offset < world.set().sizeBytes(); offset += chunk) {
            final byte[] bytes =
                    afterCrash ? readAfterCrash(offset, chunk) : Blocks.read(world.sim(), world.set(), offset, chunk);
            for (int at = 0; at < chunk; at += BLOCK_BYTES) {
                final int block = (int) ((offset + at) / BLOCK_BYTES);
                if (afterCrash) {
                    model.settle(block, bytes, at);
                } else {
                    model.checkRead(block, bytes, at, false);
                }
            }
        }
    }

    /** Writes anew what is lost, and may be. */
    private byte[] readAfterCrash(final long offset, final int chunk) {
        if (Blocks.readStatus(world.sim(), world.set(), offset, chunk) != IoStatus.OK) {
            for (long at = offset; at < offset + chunk; at += SetWorld.STRIP_BYTES) {
                final IoStatus status = Blocks.readStatus(world.sim(), world.set(), at, SetWorld.STRIP_BYTES);
                if (status != IoStatus.OK) {
                    assertEquals(IoStatus.IO_ERROR, status);
                    writeAnew((int) (at / BLOCK_BYTES));
                }
            }
        }
        return Blocks.read(world.sim(), world.set(), offset, chunk);
    }

    private void writeAnew(final int first) {
        final int version = model.nextVersion();
        final byte[] bytes = new byte[SetWorld.STRIP_BYTES];
        for (int i = 0; i < STRIP_BLOCKS; i++) {
            if (!model.mayBeLost(first + i)) {
                throw new AssertionError("block lost that was not being written: block=" + (first + i));
            }
            BlockModel.fill(bytes, i * BLOCK_BYTES, first + i, version);
        }
        model.writing(first, STRIP_BLOCKS, version);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), (long) first * BLOCK_BYTES, bytes));
        lost++;
    }

    /** Blocks of 4 KiB that a crash has cost. */
    int lost() {
        return lost;
    }

    private void launch() {
        remaining--;
        running++;
        final int number = random.nextInt(world.sim().lanes().count());
        final Lane lane = world.sim().lanes().lane(streams && random.nextInt(4) > 0 ? 1 : number);
        final One one = new One(generation, choose());
        lane.execute(() -> one.submit(lane));
    }

    private IoOp choose() {
        final int dice = random.nextInt(20);
        if (dice < 2) {
            return IoOp.FLUSH;
        }
        if (dice < 4) {
            return random.nextBoolean() ? IoOp.ZERO : IoOp.DISCARD;
        }
        return dice < 4 + (streams ? 1 : 2) * reads ? IoOp.READ : IoOp.WRITE;
    }

    private final class One extends IoRequest {
        private final int born;
        private final IoOp kind;
        private int first;
        private int count;
        private int version;
        private boolean survives;
        private int[] flushing;
        private ByteBuf buffer;
        private int index;

        One(final int born, final IoOp kind) {
            this.born = born;
            this.kind = kind;
        }

        private void submit(final Lane lane) {
            if (kind == IoOp.FLUSH) {
                flushing = model.flushing();
                flush(lane);
            } else {
                if (!streams || kind != IoOp.WRITE || !goesOn(lane)) {
                    chooseRange();
                }
                model.occupy(first, count, true);
                setUp(lane);
            }
            world.set().submit(this);
        }

        private boolean goesOn(final Lane lane) {
            if (lane.index() != 1 || random.nextInt(16) == 0) {
                return false;
            }
            first = streamEnd;
            count = STRIP_BLOCKS + (random.nextInt(8) == 0 ? random.nextInt(STRIP_BLOCKS) : 0);
            final boolean goesOn = first + count <= model.blocks() && model.isFree(first, count);
            streamEnd = goesOn ? first + count : STRIP_BLOCKS * random.nextInt(model.blocks() / STRIP_BLOCKS);
            return goesOn;
        }

        private void chooseRange() {
            final int stripeBlocks = world.set().geometry().stripeDataBytes() / BLOCK_BYTES;
            do {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        count = 1 + random.nextInt(STRIP_BLOCKS);
                        first = random.nextInt(model.blocks() - count + 1);
                    }
                    case 1 -> {
                        count = STRIP_BLOCKS * (1 + random.nextInt(Math.max(1, stripeBlocks / STRIP_BLOCKS)));
                        first = STRIP_BLOCKS * random.nextInt((model.blocks() - count) / STRIP_BLOCKS + 1);
                    }
                    case 2 -> {
                        count = stripeBlocks * (1 + random.nextInt(2));
                        first = stripeBlocks * random.nextInt((model.blocks() - count) / stripeBlocks + 1);
                    }
                    default -> {
                        count = 1 + random.nextInt(2 * stripeBlocks);
                        first = random.nextInt(model.blocks() - count + 1);
                    }
                }
            } while (!model.isFree(first, count));
        }

        private void setUp(final Lane lane) {
            final long offset = (long) first * BLOCK_BYTES;
            final int length = count * BLOCK_BYTES;
            survives = random.nextInt(streams ? 40 : 5) == 0;
            if (kind == IoOp.READ) {
                buffer = Buffers.allocate(length + BLOCK_BYTES);
                index = random.nextInt(2) * BLOCK_BYTES;
                read(lane, offset, length, buffer, index);
                return;
            }
            version = kind == IoOp.WRITE ? model.nextVersion() : model.nextZero();
            model.writing(first, count, version);
            if (kind == IoOp.WRITE) {
                buffer = Buffers.allocate(length + BLOCK_BYTES);
                index = random.nextInt(2) * BLOCK_BYTES;
                final byte[] block = new byte[BLOCK_BYTES];
                for (int i = 0; i < count; i++) {
                    BlockModel.fill(block, 0, first + i, version);
                    buffer.setBytes(index + i * BLOCK_BYTES, block);
                }
                write(lane, offset, length, buffer, index, survives);
            } else if (kind == IoOp.ZERO) {
                zero(lane, offset, length, survives);
            } else {
                survives = false;
                discard(lane, offset, length);
            }
        }

        @Override
        protected void completed(final IoStatus status) {
            if (born != generation) {
                throw new AssertionError("a request of a dead process completed");
            }
            try {
                if (!allowed.contains(status)) {
                    throw new AssertionError(kind + " ended in " + status + " seed="
                            + world.sim().seed());
                }
                if (status == IoStatus.OK) {
                    succeeded();
                } else {
                    failures++;
                }
            } finally {
                if (buffer != null) {
                    buffer.release();
                }
            }
            if (kind != IoOp.FLUSH) {
                model.occupy(first, count, false);
            }
            running--;
            if (remaining > 0) {
                launch();
            }
        }

        private void succeeded() {
            if (kind == IoOp.FLUSH) {
                model.flushed(flushing);
            } else if (kind == IoOp.READ) {
                final byte[] bytes = new byte[BLOCK_BYTES];
                for (int i = 0; i < count; i++) {
                    buffer.getBytes(index + i * BLOCK_BYTES, bytes);
                    model.checkRead(first + i, bytes, 0, false);
                }
            } else {
                model.written(first, count, version, survives);
            }
        }
    }
}
