package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageAllocation.Unit;
import org.isobar.api.pool.ScrubSchedule;
import org.isobar.api.pool.SetScrub;
import org.isobar.api.pool.SetScrub.LostPlace;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.api.raid.RaidShape;
import org.isobar.pool.store.SetRecord.RetiredChunklet;
import org.isobar.testkit.Zones;
import org.junit.Test;

public class RecordCodecTest {
    private static final UUID DEVICE = new UUID(0x0123456789ABCDEFL, 0xFEDCBA9876543210L);
    private static final SetScrub SCRUB = new SetScrub(
            true, 1, 2, Long.MAX_VALUE, 3, 4, 5, 6, 7, List.of(new LostPlace(SetScrub.NO_VOLUME, 8, 1L << 40)));
    private static final List<MemberRecord> ALL = List.of(
            new SpaceRecord.PoolCreated("A", "10", "any", false),
            new SpaceRecord.PoolCreated("B", "5", "any", true),
            new SpaceRecord.PoolWriteLog("B", false),
            SetRecord.SetAdded.fresh(
                    "B",
                    65_536,
                    9,
                    new RaidSetSpec(
                            8,
                            "5",
                            65_536,
                            64L << 20,
                            List.of(new RaidColumn(DEVICE, 1, ColumnState.IN_SYNC)),
                            2_105_344)),
            new SpaceRecord.PoolThresholdsSet("A", 75, 99),
            new SpaceRecord.PoolDeleted("A"),
            new SetRecord.SetAdded(
                    "A",
                    1 << 30,
                    5,
                    new RaidSetSpec(
                            7,
                            "50",
                            65_536,
                            64L << 20,
                            List.of(
                                    new RaidColumn(DEVICE, 0, ColumnState.IN_SYNC),
                                    new RaidColumn(new UUID(1, 2), 300_000, ColumnState.STALE))),
                    0x8000000000000002L,
                    List.of(new RetiredChunklet(63, new UUID(3, 4), 9)),
                    ByteBuffer.wrap(new byte[] {0x24, 1}).asReadOnlyBuffer()),
            new LayoutKnown(new RaidShape("triple", 64, 1 << 24), Long.MIN_VALUE),
            new SetRecord.SetRemoved(Integer.MAX_VALUE),
            new SetRecord.ColumnStale(7, 0),
            new SetRecord.ColumnMoved(7, 1, DEVICE, Integer.MAX_VALUE),
            new SetRecord.RebuildBegun(7, 63),
            new ScrubRecord.PoolScrubSchedule("A", new ScrubSchedule(365, 23, 24), 1_800_000_000_000L),
            new ScrubRecord.SetScrubbing(7, -1L, SCRUB),
            new ScrubRecord.SetScrubbed(7, SCRUB),
            new SetRecord.ColumnInSync(7, 63),
            new SpaceRecord.SpaceCreated(Long.MAX_VALUE, 1L << 60, 65_536, "B", true),
            new SpaceRecord.SpaceGrown(1, 512),
            new SpaceRecord.SpaceDeleting(1),
            new SpaceRecord.SpaceDeleted(1),
            new SpaceRecord.PagesMapped(1, (1L << 30) - 1, 300, 7, 127),
            new SpaceRecord.PageMoved(Long.MAX_VALUE, (1L << 30) - 1, 7, 200_000),
            new SpaceRecord.SpaceHome(1, "B"),
            new SpaceAllocated(Long.MAX_VALUE, new PageAllocation(Unit.EXTENT, "striped", 1L << 40, List.of("A", "B"))),
            new SpaceRecord.PagesUnmapped(1, List.of(0L, 128L, 1L << 29)),
            new SetRecord.SlotsOpened(7, List.of(0, 1, 200_000)),
            new SetRecord.SlotsFreed(7, List.of()),
            new DocumentRecord.DocumentPut("volumes", "v\u00E9", ByteBuffer.wrap(new byte[] {1, 2, 3})),
            new DocumentRecord.DocumentRemoved("volumes", ""),
            new DocumentRecord.DeviceRemoved(DEVICE),
            new DocumentRecord.DeviceForgotten(DEVICE),
            new ClassRecord.ClassesSet(Zones.on(List.of(DEVICE, new UUID(1, 2)), List.of(0, 5, 300), 100_000)),
            new ClassRecord.PoolClass("A", "class-1"),
            new SetRecord.SetIds(Long.MAX_VALUE));

    @Test
    public void givesBackEveryKindOfRecord() {
        for (final MemberRecord record : ALL) {
            final ByteBuf bytes = RecordCodec.encode(record);
            assertEquals(record, RecordCodec.decode(bytes));
            assertEquals(bytes.readableBytes(), RecordCodec.length(record));
        }
    }

    @Test
    public void givesEachKindItsOwnNumber() {
        assertEquals(ALL.size(), ALL.stream().map(MemberRecord::kind).distinct().count());
    }

    @Test
    public void refusesARecordCutShortAnywhere() {
        for (final MemberRecord record : ALL) {
            final ByteBuf bytes = RecordCodec.encode(record);
            for (int length = 0; length < bytes.readableBytes(); length++) {
                final ByteBuf cut = bytes.slice(0, length);
                assertThrows(record + " at " + length, StorageException.class, () -> RecordCodec.decode(cut));
            }
        }
    }

    @Test
    public void takesAPoolOfAReleaseWithoutClassesForOneOfAny() {
        final RecordWriter old = new RecordWriter();
        old.oneByte(SpaceRecord.PoolCreated.KIND)
                .oneByte(1)
                .text("A")
                .text("10")
                .text("default");
        assertEquals(
                new SpaceRecord.PoolCreated("A", "10", "any", false),
                RecordCodec.decode(Unpooled.wrappedBuffer(old.toBytes())));
    }

    @Test
    public void refusesBytesLeftOver() {
        final ByteBuf bytes = Unpooled.wrappedBuffer(
                RecordCodec.encode(new SpaceRecord.PoolDeleted("A")), Unpooled.wrappedBuffer(new byte[1]));
        assertThrows(StorageException.class, () -> RecordCodec.decode(bytes));
    }

    @Test
    public void refusesAnUnknownVersion() {
        final ByteBuf bytes =
                RecordCodec.encode(new SpaceRecord.PoolDeleted("A")).setByte(1, 2);
        final StorageException refused = assertThrows(StorageException.class, () -> RecordCodec.decode(bytes));
        assertEquals(StorageException.Code.INVALID, refused.code());
    }

    @Test
    public void refusesAnUnknownKind() {
        final ByteBuf bytes =
                RecordCodec.encode(new SpaceRecord.PoolDeleted("A")).setByte(0, 99);
        final StorageException refused = assertThrows(StorageException.class, () -> RecordCodec.decode(bytes));
        assertEquals(StorageException.Code.INVALID, refused.code());
    }

    @Test
    public void knowsTheLengthOfAMapRecordWithoutMakingOne() {
        for (final long page : new long[] {0, 127, 128, (1L << 30) - 1}) {
            for (final long set : new long[] {1, 16_383, Integer.MAX_VALUE}) {
                assertEquals(
                        RecordCodec.length(new SpaceRecord.PagesMapped(300, page, 1, set, 200)),
                        RecordCodec.mapLength(300, page, set, 200));
            }
        }
    }
}
