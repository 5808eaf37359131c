package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.ScrubSchedule;
import org.isobar.api.pool.SetScrub;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.pool.store.SetState.Slot;
import org.isobar.testkit.Zones;
import org.junit.Test;

public class MemberStateTest {
    private static final UUID ONE = new UUID(0, 1);
    private static final UUID TWO = new UUID(0, 2);
    private static final UUID THREE = new UUID(0, 3);
    private static final int PAGE = 65_536;

    private final MemberState state = new MemberState();

    @Test
    public void comesBackFromItsCheckpoint() {
        aPoolWithAMappedPage();
        apply(new SetRecord.ColumnMoved(1, 0, THREE, 4));
        apply(new DocumentRecord.DocumentPut("t", "k", ByteBuffer.wrap(new byte[] {9})));
        apply(new DocumentRecord.DeviceRemoved(new UUID(9, 9)));
        final MemberState other = new MemberState();
        other.restore(state.checkpoint());
        assertEquals(hex(state), hex(other));
        assertEquals(state.checkpointBytes(), other.checkpointBytes());
        assertEquals(Slot.MAPPED, other.existingSet(1).slot(0));
        assertEquals(Slot.OPEN, other.existingSet(1).slot(1));
        assertEquals(Slot.FREE, other.existingSet(1).slot(2));
        assertTrue(other.existingSet(1).fresh(0));
        assertEquals(ByteBuffer.wrap(new byte[] {9}), other.documents("t").get("k"));
    }

    @Test
    public void neverGivesASetIdTwiceEvenAfterARestart() {
        aPoolWithAMappedPage();
        apply(new SpaceRecord.PagesUnmapped(5, List.of(3L)));
        apply(new SetRecord.SetRemoved(1));
        final MemberState other = new MemberState();
        other.restore(state.checkpoint());
        assertEquals(2, other.nextSetId());
    }

    @Test
    public void refusesTwoOwnersOfASlot() {
        aPoolWithAMappedPage();
        refuses(new SpaceRecord.PagesMapped(5, 4, 1, 1, 0));
    }

    @Test
    public void movesAPageToAnotherSlotOfAnyPool() {
        aPoolWithAMappedPage();
        apply(new SpaceRecord.PoolCreated("Q", "5", "default", false));
        apply(new SpaceRecord.SpaceHome(5, "Q"));
        apply(new SpaceRecord.PageMoved(5, 3, 1, 1));
        refuses(new SpaceRecord.PageMoved(5, 3, 1, 1));
        refuses(new SpaceRecord.PageMoved(5, 3, 1, 2));
        refuses(new SpaceRecord.PoolDeleted("Q"));
        final MemberState other = new MemberState();
        other.restore(state.checkpoint());
        assertEquals(state.checkpointBytes(), other.checkpointBytes());
        assertEquals("Q", other.existingSpace(5).pool());
        assertEquals(1, other.existingSpace(5).slotOf(3));
        assertEquals(Slot.QUARANTINED, other.existingSet(1).slot(0));
        assertEquals(Slot.MAPPED, other.existingSet(1).slot(1));
    }

    @Test
    public void keepsHowNewPagesFindTheirPools() {
        aPoolWithAMappedPage();
        apply(new SpaceRecord.PoolCreated("Q", "5", "default", false));
        final PageAllocation byPage = new PageAllocation(PageAllocation.Unit.PAGE, "spread", 0, List.of("Q"));
        apply(new SpaceAllocated(5, byPage));
        refuses(new SpaceRecord.PoolDeleted("Q"));
        final MemberState other = new MemberState();
        other.restore(state.checkpoint());
        assertEquals(state.checkpointBytes(), other.checkpointBytes());
        assertEquals(byPage, other.existingSpace(5).allocation());
        refuses(new SpaceAllocated(
                5, new PageAllocation(PageAllocation.Unit.EXTENT, "striped", 65_536, List.of("Q", "R"))));
        apply(new SpaceAllocated(5, PageAllocation.WHOLE));
        apply(new SpaceRecord.PoolDeleted("Q"));
        other.restore(state.checkpoint());
        assertEquals(state.checkpointBytes(), other.checkpointBytes());
        assertEquals(PageAllocation.WHOLE, other.existingSpace(5).allocation());
    }

    @Test
    public void refusesExtentsShorterThanPages() {
        aPoolWithAMappedPage();
        apply(new SpaceRecord.SpaceCreated(
                6, 1 << 20, 1 << 17, state.existingSpace(5).pool(), false));
        refuses(new SpaceAllocated(
                6,
                new PageAllocation(
                        PageAllocation.Unit.EXTENT,
                        "striped",
                        65_536,
                        List.of(state.existingSpace(5).pool()))));
    }

    @Test
    public void refusesASecondSlotForAPage() {
        aPoolWithAMappedPage();
        refuses(new SpaceRecord.PagesMapped(5, 3, 1, 1, 1));
    }

    @Test
    public void refusesASlotThatWasNotOpened() {
        aPoolWithAMappedPage();
        refuses(new SpaceRecord.PagesMapped(5, 4, 1, 1, 2));
    }

    @Test
    public void refusesAChunkletUsedTwice() {
        aPoolWithAMappedPage();
        refuses(added(2, ONE, 0, TWO, 5));
        refuses(new SetRecord.ColumnMoved(1, 0, TWO, 0));
    }

    @Test
    public void keepsTheOldChunkletUntilTheColumnIsInSync() {
        aPoolWithAMappedPage();
        apply(new SetRecord.ColumnMoved(1, 0, THREE, 4));
        assertEquals(1, state.chunkletsUsed(ONE));
        assertEquals(
                ColumnState.STALE, state.existingSet(1).spec().columns().get(0).state());
        apply(new SetRecord.ColumnInSync(1, 0));
        assertEquals(0, state.chunkletsUsed(ONE));
        assertFalse(state.existingSet(1).fresh(0));
        assertEquals(
                new RaidColumn(THREE, 4, ColumnState.IN_SYNC),
                state.existingSet(1).spec().columns().get(0));
    }

    @Test
    public void knowsWhichRebuildsHaveBegunUntilTheyEndOrMove() {
        aPoolWithAMappedPage();
        refuses(new SetRecord.RebuildBegun(1, 0));
        apply(new SetRecord.ColumnMoved(1, 0, THREE, 4));
        assertFalse(state.existingSet(1).begun(0));
        apply(new SetRecord.RebuildBegun(1, 0));
        state.restore(state.checkpoint());
        assertTrue(state.existingSet(1).begun(0));
        apply(new SetRecord.ColumnMoved(1, 0, THREE, 5));
        assertFalse(state.existingSet(1).begun(0));
        apply(new SetRecord.RebuildBegun(1, 0));
        apply(new SetRecord.ColumnInSync(1, 0));
        assertFalse(state.existingSet(1).begun(0));
    }

    @Test
    public void forgetsScrubsWithTheirSetsAndPools() {
        aPoolWithAMappedPage();
        final SetScrub found = scrub(new Random(1));
        apply(new ScrubRecord.PoolScrubSchedule("P", new ScrubSchedule(7, 1, 2), 9));
        apply(new ScrubRecord.PoolScrubSchedule("none", new ScrubSchedule(7, 1, 2), 9));
        apply(new ScrubRecord.SetScrubbing(1, 3, found));
        apply(new ScrubRecord.SetScrubbing(99, 3, found));
        state.restore(state.checkpoint());
        assertEquals(7, state.scrubs().schedule("P").orElseThrow().schedule().intervalDays());
        assertEquals(3, state.scrubs().present(1).orElseThrow().done());
        assertTrue(state.scrubs().schedule("none").isEmpty());
        assertTrue(state.scrubs().present(99).isEmpty());
        apply(new ScrubRecord.SetScrubbed(1, found));
        assertTrue(state.scrubs().present(1).isEmpty());
        assertEquals(found, state.scrubs().last(1).orElseThrow().found());
        apply(new SpaceRecord.PagesUnmapped(5, List.of(3L)));
        apply(new SetRecord.SlotsFreed(1, List.of(0)));
        apply(new SetRecord.SetRemoved(1));
        assertTrue(state.scrubs().last(1).isEmpty());
        apply(new SpaceRecord.SpaceDeleted(5));
        apply(new SpaceRecord.PoolDeleted("P"));
        assertEquals(0, state.scrubs().bytes());
    }

    @Test
    public void countsUsedChunkletsByTheirClass() {
        aPoolWithAMappedPage();
        assertEquals(0, state.chunkletsUsed(ONE, "class-1"));
        apply(new ClassRecord.ClassesSet(Zones.on(List.of(ONE, THREE), List.of(0, 4), 8)));
        assertEquals(1, state.chunkletsUsed(ONE, "class-1"));
        assertEquals(0, state.chunkletsUsed(ONE, "class-2"));
        apply(new SetRecord.ColumnMoved(1, 0, THREE, 4));
        assertEquals(1, state.chunkletsUsed(THREE, "class-2"));
        state.restore(state.checkpoint());
        assertEquals(1, state.chunkletsUsed(ONE, "class-1"));
        assertEquals(1, state.chunkletsUsed(THREE, "class-2"));
        apply(new SetRecord.ColumnInSync(1, 0));
        assertEquals(0, state.chunkletsUsed(ONE, "class-1"));
        apply(new ClassRecord.ClassesSet(List.of()));
        assertEquals(0, state.chunkletsUsed(THREE, "class-2"));
        assertEquals(1, state.chunkletsUsed(THREE));
    }

    @Test
    public void quarantinesTheSlotOfAnUnmappedPage() {
        aPoolWithAMappedPage();
        apply(new SpaceRecord.PagesUnmapped(5, List.of(3L)));
        assertEquals(Slot.QUARANTINED, state.existingSet(1).slot(0));
        refuses(new SetRecord.SlotsOpened(1, List.of(0)));
        apply(new SetRecord.SlotsFreed(1, List.of(0)));
        apply(new SetRecord.SlotsOpened(1, List.of(0)));
        assertEquals(Slot.OPEN, state.existingSet(1).slot(0));
    }

    @Test
    public void refusesToForgetPages() {
        aPoolWithAMappedPage();
        refuses(new SetRecord.SetRemoved(1));
        refuses(new SpaceRecord.SpaceDeleted(5));
        refuses(new SpaceRecord.PoolDeleted("P"));
    }

    /** What the log counts on: see {@code StateMachine.checkpointBytes}. */
    @Test
    public void boundsItsCheckpointAndGrowsByNoMoreThanTheRecord() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        apply(new SpaceRecord.PoolCreated("P", "5", "any", false));
        apply(new SpaceRecord.SpaceCreated(5, 1L << 30, PAGE, "P", false));
        for (int i = 0; i < 3000; i++) {
            final MemberRecord record = some(random);
            final long before = state.checkpointBytes();
            final ByteBuf bytes = RecordCodec.encode(record);
            try {
                state.apply(bytes);
            } catch (final StorageException contradiction) {
                // What it has done in part is undone.
                state.restore(state.checkpoint());
                continue;
            }
            assertTrue("seed=" + seed + " " + record, state.checkpointBytes() - before <= bytes.readableBytes());
            if (i % 50 == 0) {
                assertTrue("seed=" + seed, state.checkpoint().readableBytes() <= state.checkpointBytes());
            }
        }
        final MemberState other = new MemberState();
        other.restore(state.checkpoint());
        assertEquals("seed=" + seed, hex(state), hex(other));
        assertEquals("seed=" + seed, state.checkpointBytes(), other.checkpointBytes());
    }

    private MemberRecord some(final Random random) {
        final long set = 1L + random.nextInt(6);
        final int slot = random.nextInt(40);
        final long page = random.nextInt(16_384);
        final String key = "k" + random.nextInt(5);
        return switch (random.nextInt(21)) {
            case 0 -> added(set, new UUID(1, random.nextInt(4)), random.nextInt(8), new UUID(2, random.nextInt(4)), 1);
            case 1 -> new SetRecord.SetRemoved(set);
            case 2 -> new SetRecord.ColumnStale(set, random.nextInt(2));
            case 3 -> new SetRecord.ColumnMoved(set, random.nextInt(2), new UUID(3, random.nextInt(9)), 200_000);
            case 4 -> new SetRecord.ColumnInSync(set, random.nextInt(2));
            case 5, 6, 7 -> new SpaceRecord.PagesMapped(5, page, 1, set, slot);
            case 8 ->
                new SpaceRecord.PagesUnmapped(
                        5, List.of(Math.min(page, state.existingSpace(5).nextMapped(page, 16_384))));
            case 9, 10 -> new SetRecord.SlotsOpened(set, List.of(slot));
            case 11 -> new SetRecord.SlotsFreed(set, List.of(slot));
            case 12 -> new DocumentRecord.DocumentPut("t", key, ByteBuffer.allocate(random.nextInt(300)));
            case 14 -> new ScrubRecord.SetScrubbing(set, random.nextLong(), scrub(random));
            case 15 -> new ScrubRecord.SetScrubbed(set, scrub(random));
            case 16, 17 -> new SpaceRecord.PageMoved(5, state.existingSpace(5).nextMapped(page, 16_384), set, slot);
            case 18 ->
                new ClassRecord.ClassesSet(
                        Zones.on(List.of(new UUID(1, 1)), List.of(0, 1 + random.nextInt(9)), 10 + random.nextInt(9)));
            case 19 -> new ClassRecord.PoolClass("P", "class-" + random.nextInt(2_000_000));
            case 13 -> new SetRecord.RebuildBegun(set, random.nextInt(2));
            default -> new DocumentRecord.DocumentRemoved("t", key);
        };
    }

    private static SetScrub scrub(final Random random) {
        final List<SetScrub.LostPlace> lost = new ArrayList<>();
        for (int i = random.nextInt(SetScrub.LOST_MAX); i > 0; i--) {
            lost.add(new SetScrub.LostPlace(i, random.nextInt(1 << 20), random.nextInt(1 << 20)));
        }
        return new SetScrub(true, 1, 2, random.nextInt(1 << 20), 3, 4, 5, 6, lost.size(), lost);
    }

    private void aPoolWithAMappedPage() {
        apply(new SpaceRecord.PoolCreated("P", "5", "any", false));
        apply(added(1, ONE, 0, TWO, 0));
        apply(new SpaceRecord.SpaceCreated(5, 1 << 20, PAGE, "P", false));
        apply(new SetRecord.SlotsOpened(1, List.of(0, 1)));
        apply(new SpaceRecord.PagesMapped(5, 3, 1, 1, 0));
    }

    private static SetRecord.SetAdded added(
            final long id, final UUID deviceA, final int chunkletA, final UUID deviceB, final int chunkletB) {
        final List<RaidColumn> columns = new ArrayList<>();
        columns.add(new RaidColumn(deviceA, chunkletA, ColumnState.IN_SYNC));
        columns.add(new RaidColumn(deviceB, chunkletB, ColumnState.IN_SYNC));
        return SetRecord.SetAdded.fresh("P", PAGE, 40, new RaidSetSpec(id, "5", 4096, 1 << 20, columns));
    }

    private void apply(final MemberRecord record) {
        state.apply(RecordCodec.encode(record));
    }

    private void refuses(final MemberRecord record) {
        assertThrows(StorageException.class, () -> apply(record));
    }

    private static String hex(final MemberState of) {
        return ByteBufUtil.hexDump(of.checkpoint());
    }
}
