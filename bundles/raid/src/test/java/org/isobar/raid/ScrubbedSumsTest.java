package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.SumBlock;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.job.Job;
import org.isobar.common.kernel.Crc32c;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.SimMedia;
import org.junit.Rule;
import org.junit.Test;

/** Checksums that were made anew, by scrubs mostly: on stable media before anyone says so, though no region is marked. */
public class ScrubbedSumsTest {
    private static final int STRIP = SetWorld.STRIP_BYTES;
    private static final int COLUMNS = 6;
    private static final int BLOCKS = (int) (SetWorld.CHUNKLET_BYTES / SumBlock.DATA_BYTES);
    private static final long SET_ID = 7;
    private static final int SEEDS = 6;
    private static final String[] LEVELS = {"10", "5", "50"};

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final Crc32c crc = new Crc32c();

    @Test
    public void areThereAfterALossOfPower() {
        for (final String level : LEVELS) {
            for (int seed = 0; seed < SEEDS; seed++) {
                for (final int columns : new int[] {1, COLUMNS}) {
                    final SetWorld world = world(seed, level);
                    final byte[] bytes = fill(world, seed);
                    world.stop();
                    loseSums(world, seed, columns);
                    world.assemble();
                    // Any scrub makes them anew, also one that repairs nothing.
                    world.await(() -> world.set().scrub(columns == 1, world.job("scrub")));
                    world.powerLoss(new Random(seed));
                    assertSumsOnMedia(world);
                    world.assemble();
                    assertEquals(0, world.set().info().dirtyRegions());
                    assertArrayEquals(level, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
                    assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), world.await(() -> world.set()
                            .scrub(false, world.job("scrub"))));
                }
            }
        }
    }

    @Test
    public void ofRedundancyMadeAnewAreThereAfterAKill() {
        for (final String level : LEVELS) {
            final SetWorld world = world(21, level);
            final byte[] bytes = fill(world, 3);
            world.stop();
            // Wrong, but by its checksum right.
            final int redundancy = world.set().geometry().dataStripsPerGroup();
            world.corrupt(2, 0, redundancy, 77);
            sumUp(world, world.set().geometry().column(2, 0, redundancy));
            world.assemble();
            assertEquals(SetWorld.report(world.stripes(), 1, 1, 0, 0, 0), world.await(() -> world.set()
                    .scrub(true, world.job("scrub"))));
            world.kill(new Random(1));
            assertSumsOnMedia(world);
            world.assemble();
            assertEquals(level, SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), world.await(() -> world.set()
                    .scrub(true, world.job("scrub"))));
            assertEquals(0, world.set().info().checksumErrors());
            assertArrayEquals(level, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
        }
    }

    @Test
    public void areThereBeforeARegionIsDone() {
        for (final String level : LEVELS) {
            final SetWorld world = world(22, level);
            fill(world, 4);
            world.stop();
            loseSums(world, 0, COLUMNS);
            world.assemble();
            final SetLayout layout = ((AssembledSet) world.set()).layout();
            final int blocksPerStripe = layout.stripeColumnBytes() / SumBlock.DATA_BYTES;
            final long[] told = new long[1];
            world.await(() -> world.set()
                    .scrub(
                            true,
                            -1L,
                            (done, soFar) -> {
                                for (int region = 0; region < Long.SIZE; region++) {
                                    for (long stripe = layout.firstStripe(region);
                                            (done & 1L << region) != 0 && stripe < layout.firstStripe(region + 1);
                                            stripe++) {
                                        assertSumsOnMedia(world, (int) stripe * blocksPerStripe, blocksPerStripe);
                                    }
                                }
                                told[0] = done;
                            },
                            world.job("scrub")));
            assertEquals(level, layout.allRegions(), told[0]);
        }
    }

    @Test
    public void areThereAfterAScrubThatWasCutShort() {
        final SetWorld world = world(23, "5");
        fill(world, 5);
        world.stop();
        loseSums(world, 2, 1);
        world.assemble();
        final Job job = world.job("scrub");
        final long[] told = new long[1];
        assertThrows(
                StorageException.class,
                () -> world.await(() -> world.set()
                        .scrub(
                                true,
                                -1L,
                                (done, soFar) -> {
                                    job.requestCancel();
                                    told[0] = done;
                                },
                                job)));
        assertTrue(
                told[0] != 0 && told[0] != ((AssembledSet) world.set()).layout().allRegions());
        world.kill(new Random(2));
        final int[] sums = sums(world, 2);
        final SetLayout layout = ((AssembledSet) world.set()).layout();
        int known = 0;
        for (int block = 0; block < BLOCKS; block++) {
            known += sums[block] == SumBlock.UNKNOWN ? 0 : 1;
        }
        // Stripes of regions that it was not done with as well.
        final long blocksPerStripe = layout.stripeColumnBytes() / SumBlock.DATA_BYTES;
        assertTrue(known >= Long.bitCount(told[0]) * blocksPerStripe && known < BLOCKS);
    }

    @Test
    public void thatCannotBeWrittenGiveTheColumnUpAndFailTheScrub() {
        for (final String level : LEVELS) {
            final SetWorld world = world(24, level);
            final byte[] bytes = fill(world, 6);
            world.stop();
            loseSums(world, 1, 1);
            world.assemble();
            world.fault(1).failWhen(request -> isSums(world, 1, request), IoStatus.IO_ERROR);
            final long[] told = new long[1];
            final StorageException failure = assertThrows(
                    StorageException.class,
                    () -> world.await(
                            () -> world.set().scrub(true, -1L, (done, soFar) -> told[0] = done, world.job("scrub"))));
            assertEquals(StorageException.Code.UNAVAILABLE, failure.code());
            assertTrue(failure.getMessage(), failure.getMessage().startsWith("checksums not written: regions="));
            assertTrue(told[0] != ((AssembledSet) world.set()).layout().allRegions());
            assertEquals(level, ColumnState.STALE, world.journal().state(1));
            world.fault(1).heal();
            world.control(() -> world.set().attach(1, world.fault(1)));
            world.catchUp(1);
            assertEquals(level, ColumnState.IN_SYNC, world.journal().state(1));
            world.await(() -> world.set().scrub(true, world.job("scrub")));
            world.powerLoss(new Random(3));
            assertSumsOnMedia(world);
            world.assemble();
            assertArrayEquals(level, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
        }
    }

    @Test
    public void ofAColumnThatWentAwayAreNotSaidToBeThere() {
        final SetWorld world = world(25, "5");
        final byte[] bytes = fill(world, 7);
        world.stop();
        loseSums(world, 1, 1);
        world.assemble();
        final boolean[] went = new boolean[1];
        world.fault(1)
                .failWhen(
                        request -> {
                            if (!went[0] && request.op() == IoOp.WRITE) {
                                went[0] = true;
                                world.sim().onLane(0, () -> world.set().detach(1));
                            }
                            return false;
                        },
                        IoStatus.OFFLINE);
        final StorageException failure = assertThrows(
                StorageException.class, () -> world.await(() -> world.set().scrub(true, world.job("scrub"))));
        assertTrue(failure.getMessage(), failure.getMessage().startsWith("checksums not written: regions="));
        // Nothing was missed there.
        assertEquals(ColumnState.IN_SYNC, world.journal().state(1));
        world.control(() -> world.set().attach(1, world.fault(1)));
        world.await(() -> world.set().scrub(true, world.job("scrub")));
        world.powerLoss(new Random(4));
        assertSumsOnMedia(world);
        world.assemble();
        assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
    }

    @Test
    public void byReadsAreThereAfterAnOrderlyStop() {
        for (final String level : LEVELS) {
            final SetWorld world = world(26, level);
            final byte[] bytes = fill(world, 8);
            world.stop();
            loseSums(world, 0, COLUMNS);
            world.assemble();
            assertArrayEquals(level, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
            world.stop();
            for (int column = 0; column < COLUMNS; column++) {
                int known = 0;
                for (final int sum : sums(world, column)) {
                    known += sum == SumBlock.UNKNOWN ? 0 : 1;
                }
                assertTrue(level + " " + column, known > 0);
            }
            world.assemble();
            assertArrayEquals(level, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
        }
    }

    @Test
    public void thatCannotBeWrittenHoldUpNoStop() {
        final SetWorld world = world(27, "5");
        final byte[] bytes = fill(world, 9);
        world.stop();
        loseSums(world, 0, COLUMNS);
        world.assemble();
        assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
        world.fault(1).failWhen(request -> isSums(world, 1, request), IoStatus.IO_ERROR);
        world.stop();
        assertEquals(ColumnState.IN_SYNC, world.journal().state(1));
        world.assemble();
        assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
    }

    @Test
    public void areWrittenByTheScrubBeforeTheSetHasClosed() {
        final SetWorld world = world(28, "50");
        fill(world, 10);
        world.stop();
        loseSums(world, 0, COLUMNS);
        world.assemble();
        final CompletionStage<ScrubReport> scrub = world.start(() -> world.set().scrub(true, world.job("scrub")));
        world.sim().runUntil(() -> world.media(1).peek(sumsOffset(world, 1), 1)[0] != 0);
        world.await(() -> world.set().close());
        assertTrue(scrub.toCompletableFuture().isDone());
        world.assertAtRest();
    }

    private static SetWorld world(final long seed, final String level) {
        return new SetWorld(seed, level, COLUMNS);
    }

    private static byte[] fill(final SetWorld world, final int seed) {
        final byte[] bytes = new byte[(int) world.set().sizeBytes()];
        new Random(seed).nextBytes(bytes);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, bytes));
        return bytes;
    }

    private static long sumsOffset(final SetWorld world, final int column) {
        return world.media(column).layout().chunkletSumsOffset(world.chunklet(column));
    }

    private static boolean isSums(final SetWorld world, final int column, final IoRequest request) {
        return request.op() == IoOp.WRITE && request.offsetBytes() == sumsOffset(world, column);
    }

    /** Wipes the checksums of some columns, from one on. */
    private static void loseSums(final SetWorld world, final int first, final int count) {
        for (int column = first; column < first + count; column++) {
            final int one = column % COLUMNS;
            world.media(one).pokeZeros(sumsOffset(world, one), SumBlock.BYTES);
        }
    }

    /** Makes the checksums of a column on its medium those of the content there. */
    private void sumUp(final SetWorld world, final int column) {
        final int[] sums = sums(world, column);
        for (int block = 0; block < BLOCKS; block++) {
            sums[block] = ofContent(world, column, block);
        }
        final byte[] image = new byte[SumBlock.BYTES];
        SumBlock.encode(sums, SET_ID, column, 0, image);
        world.media(column).poke(sumsOffset(world, column), image);
    }

    private static int[] sums(final SetWorld world, final int column) {
        final int[] sums = new int[SumBlock.ENTRIES];
        final byte[] image = world.media(column).peek(sumsOffset(world, column), SumBlock.BYTES);
        SumBlock.decode(image, SET_ID, column, 0, sums);
        return sums;
    }

    private int ofContent(final SetWorld world, final int column, final int block) {
        final SimMedia medium = world.media(column);
        final long at = medium.layout().chunkletOffset(world.chunklet(column)) + (long) block * STRIP;
        final ByteBuf content = Unpooled.wrappedBuffer(medium.peek(at, SumBlock.DATA_BYTES));
        return SumBlock.of(crc, content, 0);
    }

    private void assertSumsOnMedia(final SetWorld world) {
        assertSumsOnMedia(world, 0, BLOCKS);
    }

    private void assertSumsOnMedia(final SetWorld world, final int first, final int count) {
        for (int column = 0; column < COLUMNS; column++) {
            final int[] sums = sums(world, column);
            for (int block = first; block < first + count; block++) {
                final String where = "column " + column + " block " + block + " seed "
                        + world.sim().seed();
                assertEquals(where, ofContent(world, column, block), sums[block]);
            }
        }
    }
}
