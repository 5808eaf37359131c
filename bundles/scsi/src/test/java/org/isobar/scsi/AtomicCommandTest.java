package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** COMPARE AND WRITE and ORWRITE, alone and against others. */
public final class AtomicCommandTest {
    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void writesWhenAllBlocksAreAsExpected() {
        for (final int blocks : new int[] {1, 2, 255}) {
            final byte[] before = scsi.randomBytes(blocks * 512);
            final byte[] after = scsi.randomBytes(blocks * 512);
            scsi.out(ScsiFixture.cdb10(0x2A, 0, 5, blocks), before).assertGood();
            compareAndWrite(5, blocks, before, after).assertGood();
            assertArrayEquals(after, Arrays.copyOfRange(scsi.volume.content(), 5 * 512, (5 + blocks) * 512));
        }
    }

    @Test
    public void tellsTheOffsetOfTheFirstDifferenceAndChangesNothing() {
        final byte[] expected = new byte[1024];
        for (final int at : new int[] {0, 1, 511, 512, 1023}) {
            expected[at] = 1;
            assertEquals(
                    at,
                    compareAndWrite(0, 2, expected, scsi.randomBytes(1024))
                            .assertSense(0xE, 0x1D, 0)
                            .information());
            expected[at] = 0;
        }
        assertArrayEquals(new byte[1024], Arrays.copyOf(scsi.volume.content(), 1024));
    }

    @Test
    public void dataOfTheWrongLengthIsRefused() {
        scsi.out(compareCdb(0, 1), new byte[2048]).assertInvalidCdb();
        scsi.out(compareCdb(0, 3), new byte[2048]).assertInvalidCdb();
        scsi.out(compareCdb(0, 1), new byte[0]).assertInvalidCdb();
        scsi.out(compareCdb(0, 0), new byte[0]).assertGood();
        scsi.out(compareCdb(0, 0), new byte[262144]).assertInvalidCdb();
        scsi.out(compareCdb(ScsiFixture.BLOCKS - 1, 2), new byte[2048]).assertBeyondEnd();
        scsi.out(compareCdb(-1, 0), new byte[0]).assertBeyondEnd();
    }

    @Test
    public void orWriteSetsBits() {
        final byte[] one = scsi.randomBytes(3 * 512);
        final byte[] other = scsi.randomBytes(3 * 512);
        scsi.out(ScsiFixture.cdb10(0x2A, 0, 0, 3), one).assertGood();
        scsi.out(ScsiFixture.cdb16(0x8B, 0x08, 0, 3), other).assertGood();
        for (int at = 0; at < one.length; at++) {
            assertEquals((byte) (one[at] | other[at]), scsi.volume.content()[at]);
        }
        assertEquals(1, scsi.volume.durableWrites());
        scsi.out(ScsiFixture.cdb16(0x8B, 0, ScsiFixture.BLOCKS, 1), other).assertBeyondEnd();
    }

    /** Many nexuses count in the same block; what each added is there in the end. */
    @Test
    public void countingByCompareAndWriteLosesNothing() {
        for (int round = 0; round < 40; round++) {
            final long seed = Long.getLong("seed", System.nanoTime()) + round;
            try {
                count(seed);
            } catch (final AssertionError failure) {
                throw new AssertionError("-Dseed=" + seed, failure);
            }
        }
    }

    private static void count(final long seed) {
        final ScsiFixture scsi = new ScsiFixture(seed);
        final Random random = scsi.sim.random();
        final int block = random.nextInt(100);
        final List<Counter> counters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            counters.add(new Counter(scsi, scsi.openReady(), block));
        }
        // Plain writes of a neighbouring block and an ORWRITE that sets no bit share buckets with the counters.
        for (int i = 0; i < 20; i++) {
            scsi.start(
                    scsi.nexus,
                    scsi.task(ScsiFixture.cdb10(0x2A, 0, block + 1, 1)).send(new byte[512]));
            scsi.start(
                    scsi.nexus, scsi.task(ScsiFixture.cdb16(0x8B, 0, block, 3)).send(new byte[3 * 512]));
        }
        counters.forEach(Counter::read);
        scsi.sim.run();
        int added = 0;
        for (final Counter counter : counters) {
            added += counter.added;
        }
        assertEquals(4 * Counter.ROUNDS, added);
        assertEquals(added, ByteBuffer.wrap(scsi.volume.content()).getInt(block * 512));
        scsi.volume.assertNoBufferHeld();
    }

    private static String compareCdb(final long lba, final int blocks) {
        final byte[] cdb = new byte[16];
        cdb[0] = (byte) 0x89;
        BigEndian.putLong(cdb, 2, lba);
        cdb[13] = (byte) blocks;
        return ScsiFixture.hex(cdb);
    }

    private ScsiFixture.Task compareAndWrite(
            final long lba, final int blocks, final byte[] expected, final byte[] wanted) {
        final byte[] both = Arrays.copyOf(expected, expected.length + wanted.length);
        System.arraycopy(wanted, 0, both, expected.length, wanted.length);
        return scsi.out(compareCdb(lba, blocks), both);
    }

    /** Adds one, a number of times, each time until nobody came between. */
    private static final class Counter {
        private static final int ROUNDS = 10;

        private final ScsiFixture scsi;
        private final ScsiNexus nexus;
        private final int block;
        private final int lane;
        private int added;

        Counter(final ScsiFixture scsi, final ScsiNexus nexus, final int block) {
            this.scsi = scsi;
            this.nexus = nexus;
            this.block = block;
            lane = scsi.sim.random().nextInt(2);
        }

        void read() {
            final ScsiFixture.Task task =
                    scsi.task(ScsiFixture.cdb10(0x28, 0, block, 1)).onLane(lane).expectIn(512);
            task.afterwards(() -> swap(task.assertGood().received));
            scsi.start(nexus, task);
        }

        private void swap(final byte[] seen) {
            final byte[] both = Arrays.copyOf(seen, 1024);
            System.arraycopy(seen, 0, both, 512, 512);
            ByteBuffer.wrap(both).putInt(512, ByteBuffer.wrap(seen).getInt(0) + 1);
            final ScsiFixture.Task task =
                    scsi.task(compareCdb(block, 1)).onLane(lane).send(both);
            task.afterwards(() -> {
                if (task.status == 0) {
                    added++;
                } else {
                    task.assertSense(0xE, 0x1D, 0);
                }
                if (added < ROUNDS) {
                    read();
                }
            });
            scsi.start(nexus, task);
        }
    }
}
