package org.isobar.volume;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.volume.Volume;
import org.isobar.testkit.Blocks;
import org.isobar.volume.heat.PageHeat;
import org.junit.Before;
import org.junit.Test;

/** Requests over one page and over many. */
public final class VolumeIoTest {
    private static final int PAGE = VolumeFixture.PAGE_BYTES;
    private static final int SIZE = (int) (2 * VolumeFixture.MIB);

    private final VolumeFixture fixture = new VolumeFixture();
    private Volume volume;
    private MemorySpace space;

    @Before
    public void createVolume() {
        fixture.create("vol");
        volume = fixture.volume("vol");
        space = fixture.space("vol");
    }

    @Test
    public void countsReadsAndWritesOfEachPage() {
        assertEquals(IoStatus.OK, Blocks.write(fixture.sim, volume, PAGE - 512, new byte[1024]));
        assertEquals(IoStatus.OK, Blocks.zero(fixture.sim, volume, PAGE, 512));
        Blocks.read(fixture.sim, volume, 3 * PAGE, 512);
        assertEquals(IoStatus.OK, Blocks.discard(fixture.sim, volume, 0, 4 * PAGE));
        assertEquals(IoStatus.OK, Blocks.flush(fixture.sim, volume));

        final PageHeat heat = fixture.volumes.existing("vol").heat();
        assertEquals(1, PageHeat.writes(heat.at(0)));
        assertEquals(2, PageHeat.writes(heat.at(1)));
        assertEquals(0, PageHeat.writes(heat.at(2)));
        assertEquals(1, PageHeat.reads(heat.at(3)));
        assertEquals(0, PageHeat.reads(heat.at(0)));
        fixture.sim.await(fixture.volumes.grow("vol", 4 * VolumeFixture.MIB));
        assertEquals(2, PageHeat.writes(fixture.volumes.existing("vol").heat().at(1)));
        fixture.sim.await(fixture.volumes.delete("vol", false));
    }

    @Test
    public void readsWhatWasWrittenWhateverTheRange() {
        final byte[] model = new byte[SIZE];
        for (int i = 0; i < 300; i++) {
            final int offset = 512 * fixture.sim.random().nextInt(SIZE / 512);
            final int length =
                    Math.min(SIZE - offset, 512 * (1 + fixture.sim.random().nextInt(700)));
            final byte[] bytes = new byte[length];
            switch (fixture.sim.random().nextInt(4)) {
                case 0 -> {
                    fixture.sim.random().nextBytes(bytes);
                    assertEquals(IoStatus.OK, Blocks.write(fixture.sim, volume, offset, bytes));
                    System.arraycopy(bytes, 0, model, offset, length);
                }
                case 1 -> {
                    assertEquals(IoStatus.OK, Blocks.zero(fixture.sim, volume, offset, length));
                    Arrays.fill(model, offset, offset + length, (byte) 0);
                }
                case 2 -> {
                    assertEquals(IoStatus.OK, Blocks.discard(fixture.sim, volume, offset, length));
                    Arrays.fill(model, offset, offset + length, (byte) 0);
                }
                default ->
                    assertArrayEquals(
                            Arrays.copyOfRange(model, offset, offset + length),
                            Blocks.read(fixture.sim, volume, offset, length));
            }
        }
        assertArrayEquals(model, Blocks.read(fixture.sim, volume, 0, SIZE));
    }

    @Test
    public void aRequestWithinOnePageIsNotSplit() {
        Blocks.write(fixture.sim, volume, PAGE, new byte[PAGE]);
        assertEquals(List.of(IoOp.WRITE), space.takeOps());
        Blocks.read(fixture.sim, volume, PAGE - 512, 1024);
        assertEquals(List.of(IoOp.READ, IoOp.READ), space.takeOps());
        Blocks.flush(fixture.sim, volume);
        assertEquals(List.of(IoOp.FLUSH), space.takeOps());
        Blocks.discard(fixture.sim, volume, 0, SIZE);
        assertEquals(List.of(IoOp.DISCARD), space.takeOps());
    }

    @Test
    public void readsAreVerifiedUnlessTheVolumeSaysOtherwise() {
        Blocks.read(fixture.sim, volume, 0, PAGE);
        assertEquals(0, space.uncheckedReads());
        assertTrue(volume.info().verifyReads());
        assertFalse(
                fixture.sim.await(fixture.volumes.setVerifyReads("vol", false)).verifyReads());
        Blocks.read(fixture.sim, volume, 0, 512);
        assertEquals(1, space.uncheckedReads());
        Blocks.read(fixture.sim, volume, PAGE - 512, 1024);
        assertEquals(3, space.uncheckedReads());
        fixture.sim.await(fixture.volumes.setVerifyReads("vol", true));
        Blocks.read(fixture.sim, volume, 0, SIZE);
        assertEquals(3, space.uncheckedReads());
    }

    @Test
    public void aLongRequestKeepsABoundedNumberOfPartsInFlight() {
        Blocks.write(fixture.sim, volume, 0, new byte[SIZE]);
        assertEquals(SIZE / PAGE, space.takeOps().size());
        assertTrue(space.maxInFlight() <= PageSplit.MAX_IN_FLIGHT);
    }

    @Test
    public void rangesOutsideAreRefused() {
        for (final long[] range : new long[][] {
            {SIZE, 512}, {SIZE - 512, 1024}, {-512, 512}, {1, 512}, {512, 1}, {Long.MAX_VALUE - 511, 512}
        }) {
            assertEquals(IoStatus.OUT_OF_RANGE, Blocks.discard(fixture.sim, volume, range[0], range[1]));
            assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(fixture.sim, volume, range[0], (int) range[1]));
        }
        assertEquals(IoStatus.OK, Blocks.discard(fixture.sim, volume, SIZE, 0));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.discard(fixture.sim, volume, 0, Long.MAX_VALUE & -512));
        assertEquals(List.of(), space.takeOps());
    }

    @Test
    public void theWorstStatusWins() {
        space.fail(request -> {
            final long page = request.offsetBytes() / PAGE;
            return page == 2 ? IoStatus.OFFLINE : page == 3 ? IoStatus.IO_ERROR : IoStatus.OK;
        });
        assertEquals(IoStatus.OK, Blocks.readStatus(fixture.sim, volume, 0, 2 * PAGE));
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(fixture.sim, volume, 0, 3 * PAGE));
        assertEquals(IoStatus.IO_ERROR, Blocks.readStatus(fixture.sim, volume, 3 * PAGE, 2 * PAGE));
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(fixture.sim, volume, 2 * PAGE, 512));
        space.completeInline();
        space.takeOps();
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(fixture.sim, volume, 0, SIZE));
        assertEquals("nothing is sent after a failure", 3, space.takeOps().size());
    }

    @Test
    public void manyPartsThatCompleteAtOnceDoNotPileUp() {
        fixture.sim.await(fixture.volumes.create(VolumeFixture.spec("big", 8L << 30)));
        fixture.space("big").completeInline();
        final Volume big = fixture.volume("big");
        assertEquals(IoStatus.OK, Blocks.zero(fixture.sim, big, 0, big.sizeBytes()));
        assertEquals((8L << 30) / PAGE, fixture.space("big").takeOps().size());
        assertEquals(IoStatus.OK, Blocks.discard(fixture.sim, big, 512, big.sizeBytes() - 1024));
        assertEquals(
                (8L << 30) / PAGE / PageSplit.MAX_DISCARD_PAGES,
                fixture.space("big").takeOps().size());
    }

    @Test
    public void wholePagesAreFreedByZeroAndDiscard() {
        Blocks.write(fixture.sim, volume, 0, new byte[4 * PAGE]);
        assertEquals(4 * PAGE, volume.info().allocatedBytes());
        Blocks.zero(fixture.sim, volume, 512, 2 * PAGE - 512);
        assertTrue(volume.allocated(0));
        assertFalse(volume.allocated(1));
        Blocks.discard(fixture.sim, volume, 2 * PAGE, 2 * PAGE);
        assertEquals(PAGE, volume.info().allocatedBytes());
    }

    /** GRP-1. */
    @Test
    public void block93847OfVolume3IsPage11() {
        fixture.create("second");
        final long number = fixture.sim
                .await(fixture.volumes.create(new org.isobar.api.volume.VolumeSpec("third", 1L << 30, "A", null, 0)))
                .number();
        assertEquals(3, number);
        final Volume third = fixture.volume("third");
        assertEquals(11, third.pageOf(93847));
        assertEquals(0, third.owner(11));
        assertEquals(0, third.pageOf(8191));
        assertEquals(1, third.pageOf(8192));
    }
}
