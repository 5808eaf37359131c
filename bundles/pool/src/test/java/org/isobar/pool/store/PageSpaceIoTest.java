package org.isobar.pool.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.PoolInfo;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.SimDevice;
import org.junit.After;
import org.junit.Test;

public class PageSpaceIoTest {
    private static final int PAGE = StoreWorld.PAGE_BYTES;
    /** Not a whole number of pages. */
    private static final long SIZE = 8L * PAGE + 1024;

    private final StoreWorld world = StoreWorld.serving(1, 3, 12);
    private final PageSpace space = world.space(1, SIZE);

    @After
    public void stop() {
        world.stop();
    }

    @Test
    public void readsZerosWhereNothingWasWritten() {
        assertArrayEquals(new byte[4096], Blocks.read(world.sim(), space, PAGE - 4096, 4096));
        assertFalse(space.allocated(0));
        assertEquals(0, space.allocatedBytes());
    }

    @Test
    public void readsWhatWasWrittenWithZerosAround() {
        write(PAGE + 512, pattern(1024, 7));
        assertArrayEquals(pattern(1024, 7), Blocks.read(world.sim(), space, PAGE + 512, 1024));
        assertArrayEquals(new byte[512], Blocks.read(world.sim(), space, PAGE, 512));
        assertArrayEquals(new byte[512], Blocks.read(world.sim(), space, PAGE + 1536, 512));
        assertTrue(space.allocated(1));
        assertFalse(space.allocated(0));
        assertEquals(PAGE, space.allocatedBytes());
    }

    @Test
    public void servesTheShortLastPageToItsEnd() {
        write(SIZE - 1024, pattern(1024, 3));
        assertArrayEquals(pattern(1024, 3), Blocks.read(world.sim(), space, SIZE - 1024, 1024));
    }

    @Test
    public void refusesWhatIsOutOfRangeOrOffTheBlocks() {
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(world.sim(), space, SIZE, 512));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(world.sim(), space, SIZE - 512, 1024));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(world.sim(), space, 100, 512));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(world.sim(), space, 0, 100));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.discard(world.sim(), space, 0, SIZE + 512));
    }

    @Test
    public void refusesToCrossAPage() {
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(world.sim(), space, PAGE - 512, 1024));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.write(world.sim(), space, PAGE - 512, new byte[1024]));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.zero(world.sim(), space, PAGE - 512, 1024));
        assertEquals(IoStatus.OK, Blocks.discard(world.sim(), space, PAGE - 512, 1024));
    }

    @Test
    public void zeroesAPartOfAPageInPlace() {
        write(0, pattern(PAGE, 5));
        assertEquals(IoStatus.OK, Blocks.zero(world.sim(), space, 512, 1024));
        assertArrayEquals(new byte[1024], Blocks.read(world.sim(), space, 512, 1024));
        assertArrayEquals(pattern(512, 5), Blocks.read(world.sim(), space, 0, 512));
        assertTrue(space.allocated(0));
    }

    @Test
    public void freesAPageThatIsZeroedAsAWhole() {
        write(0, pattern(PAGE, 5));
        assertEquals(IoStatus.OK, Blocks.zero(world.sim(), space, 0, PAGE));
        assertFalse(space.allocated(0));
        assertArrayEquals(new byte[512], Blocks.read(world.sim(), space, 0, 512));
        assertEquals(0, pool().usedBytes());
    }

    @Test
    public void discardsWholePagesAndZeroesTheEdges() {
        for (long page = 0; page < 5; page++) {
            write(page * PAGE, pattern(PAGE, (int) page + 1));
        }
        assertEquals(IoStatus.OK, Blocks.discard(world.sim(), space, PAGE / 2, 3L * PAGE));
        assertTrue(space.allocated(0));
        assertFalse(space.allocated(1));
        assertFalse(space.allocated(2));
        assertTrue(space.allocated(3));
        assertArrayEquals(new byte[PAGE / 2], Blocks.read(world.sim(), space, PAGE / 2, PAGE / 2));
        assertArrayEquals(new byte[PAGE / 2], Blocks.read(world.sim(), space, 3L * PAGE, PAGE / 2));
        assertArrayEquals(
                Arrays.copyOfRange(pattern(PAGE, 4), PAGE / 2, PAGE),
                Blocks.read(world.sim(), space, 3L * PAGE + PAGE / 2, PAGE / 2));
    }

    @Test
    public void discardsTheShortLastPageAsAWhole() {
        write(8L * PAGE, pattern(1024, 5));
        assertEquals(IoStatus.OK, Blocks.discard(world.sim(), space, 8L * PAGE, 1024));
        assertFalse(space.allocated(8));
    }

    @Test
    public void neverShowsTheDataOfTheLastOwnerOfASlot() {
        for (int round = 0; round < 20; round++) {
            for (long page = 0; page < 8; page++) {
                write(page * PAGE + 512, pattern(512, round + 1));
                assertArrayEquals(new byte[512], Blocks.read(world.sim(), space, page * PAGE, 512));
                assertArrayEquals(new byte[1024], Blocks.read(world.sim(), space, page * PAGE + 1024, 1024));
            }
            assertEquals(IoStatus.OK, Blocks.discard(world.sim(), space, 0, SIZE));
        }
    }

    @Test
    public void givesOneSlotToManyFirstWritersOfAPage() {
        final List<Writer> writers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            writers.add(new Writer(world.sim().lanes().lane(i % 2), i));
        }
        world.sim().runUntil(() -> writers.stream().allMatch(writer -> writer.status != null));
        assertTrue(writers.stream().allMatch(writer -> writer.status == IoStatus.OK));
        assertEquals(PAGE, space.allocatedBytes());
        assertEquals(PAGE, pool().usedBytes());
        for (int i = 0; i < 64; i++) {
            assertArrayEquals(pattern(512, i + 1), Blocks.read(world.sim(), space, i * 512L, 512));
        }
    }

    @Test
    public void endsInNoSpaceWhenThePoolIsFullAndGoesOnAfterADiscard() {
        final PageSpace large = world.space(2, 1L << 30);
        long page = 0;
        while (Blocks.write(world.sim(), large, page * PAGE, pattern(512, 1)) == IoStatus.OK) {
            page++;
        }
        assertEquals(IoStatus.NO_SPACE, Blocks.write(world.sim(), large, page * PAGE, pattern(512, 1)));
        // Twelve sets of 384 KiB; a slot takes 6 stripes of 12 KiB.
        assertEquals(12 * 5, page);
        assertArrayEquals(pattern(512, 1), Blocks.read(world.sim(), large, 0, 512));
        assertEquals(IoStatus.OK, Blocks.discard(world.sim(), large, 0, 2L * PAGE));
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), large, page * PAGE, pattern(512, 1)));
        assertArrayEquals(new byte[512], Blocks.read(world.sim(), large, page * PAGE + 512, 512));
    }

    @Test
    public void isOfflineWithoutADeviceAndBackWithIt() {
        write(0, pattern(PAGE, 5));
        world.directory().lose(world.media().get(0).uuid());
        world.sim().run();
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(world.sim(), space, 0, PAGE));
        assertFalse(space.available());
        assertArrayEquals(new byte[512], Blocks.read(world.sim(), space, 2L * PAGE, 512));
        world.directory().comeBack(world.media().get(0).uuid());
        world.sim().run();
        assertTrue(space.available());
        assertArrayEquals(pattern(PAGE, 5), Blocks.read(world.sim(), space, 0, PAGE));
    }

    @Test
    public void tellsOfAFlushThatFailed() {
        write(0, pattern(PAGE, 5));
        device(1).failAll(true);
        assertEquals(IoStatus.IO_ERROR, Blocks.flush(world.sim(), space));
    }

    @Test
    public void flushesNothingTwice() {
        write(0, pattern(512, 5));
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), space));
        final long before =
                device(0).flushes() + device(1).flushes() + device(2).flushes();
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), space));
        assertEquals(
                before, device(0).flushes() + device(1).flushes() + device(2).flushes());
    }

    @Test
    public void growsWithoutLosingAnything() {
        write(8L * PAGE, pattern(1024, 5));
        world.sim().await(world.pages().grow(1, 20L * PAGE));
        assertEquals(20L * PAGE, space.sizeBytes());
        write(19L * PAGE, pattern(512, 6));
        assertArrayEquals(pattern(1024, 5), Blocks.read(world.sim(), space, 8L * PAGE, 1024));
        assertArrayEquals(new byte[1024], Blocks.read(world.sim(), space, 8L * PAGE + 1024, 1024));
    }

    private SimDevice device(final int index) {
        return world.device(world.media().get(index));
    }

    private PoolInfo pool() {
        return world.pools().pool(StoreWorld.POOL).orElseThrow();
    }

    private void write(final long offset, final byte[] bytes) {
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), space, offset, bytes));
    }

    static byte[] pattern(final int length, final int seed) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (seed + i / 512 * 31);
        }
        return bytes;
    }

    private final class Writer extends IoRequest {
        private final ByteBuf data = Buffers.allocate(512);
        private IoStatus status;

        Writer(final Lane lane, final int number) {
            data.setBytes(0, pattern(512, number + 1));
            lane.execute(() -> {
                write(lane, number * 512L, 512, data, 0, false);
                space.submit(this);
            });
        }

        @Override
        protected void completed(final IoStatus how) {
            data.release();
            status = how;
        }
    }
}
