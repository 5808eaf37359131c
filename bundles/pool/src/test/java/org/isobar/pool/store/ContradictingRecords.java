package org.isobar.pool.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.testkit.Zones;

/**
 * A record of each kind that contradicts a state, and what a finding about it names. The state has the pools A and B, set 1
 * over all devices and set 2, page 0 of volume 7 in slot 0 of set 1 and page 0 of volume 8.
 */
public final class ContradictingRecords {
    private ContradictingRecords() {}

    /**
     * The records, by what is wrong with them.
     *
     * @param set a set that there is already
     * @param used the device of a chunklet that is used, number 0
     */
    public static Map<MemberRecordBytes, String> of(final RaidSetSpec set, final UUID used) {
        final Map<MemberRecordBytes, String> all = new LinkedHashMap<>();
        put(all, new SpaceRecord.PoolCreated("A", "mirror", "any", false), "pool=A exists");
        put(all, new SpaceRecord.PoolCreated("A", "mirror", "any", true), "pool=A exists");
        put(all, new SpaceRecord.PoolWriteLog("Z", true), "no pool=Z");
        put(all, new SpaceRecord.PoolThresholdsSet("Z", 10, 20), "no pool=Z");
        put(all, new SpaceRecord.PoolThresholdsSet("A", 50, 50), "criticalPercent");
        put(all, new SpaceRecord.PoolDeleted("A"), "pool=A is in use");
        put(all, new ClassRecord.PoolClass("Z", "any"), "no pool=Z");
        final List<PerformanceClass> twice = new ArrayList<>(Zones.on(List.of(used), List.of(0, 2), 5));
        twice.addAll(Zones.on(List.of(used), List.of(0), 5));
        put(all, new ClassRecord.ClassesSet(twice), "class=class-1");
        put(all, new ClassRecord.ClassesSet(twice.subList(1, 3)), "is of two classes");
        put(all, SetRecord.SetAdded.fresh("A", 65_536, 4, set), "set=1");
        put(all, new SetRecord.SetRemoved(1), "set=1 holds pages");
        put(all, new SetRecord.ColumnStale(9, 0), "no set=9");
        put(all, new SetRecord.ColumnMoved(1, 0, used, 0), "used twice");
        put(all, new SetRecord.RebuildBegun(1, 0), "column=0 is not being rebuilt");
        put(all, new SetRecord.ColumnInSync(9, 0), "no set=9");
        put(all, new SpaceRecord.SpaceCreated(7, 1 << 20, 65_536, "A", false), "volume=7 exists");
        put(all, new SpaceRecord.SpaceCreated(9, 1 << 20, 65_536, "Z", false), "no pool=Z");
        put(all, new SpaceRecord.SpaceGrown(7, 512), "volume=7 size=512");
        put(all, new SpaceRecord.SpaceDeleting(9), "no volume=9");
        put(all, new SpaceRecord.SpaceDeleted(7), "volume=7 holds pages");
        put(all, new SpaceRecord.PagesMapped(7, 1, 1, 1, 0), "slot=0");
        put(all, new SpaceRecord.PageMoved(7, 3, 2, 2), "page=3 is free");
        put(all, new SpaceRecord.PageMoved(7, 0, 1, 0), "slot=0 is MAPPED");
        put(all, new SpaceRecord.PageMoved(9, 0, 1, 1), "no volume=9");
        put(all, new SpaceRecord.SpaceHome(7, "Z"), "no pool=Z");
        put(all, new SpaceAllocated(9, PageAllocation.WHOLE), "no volume=9");
        put(
                all,
                new SpaceAllocated(7, new PageAllocation(PageAllocation.Unit.PAGE, "spread", 0, List.of("A", "Z"))),
                "no pool=Z");
        put(all, new SpaceRecord.PagesUnmapped(7, List.of(3L)), "page=3 is free");
        put(all, new SetRecord.SlotsOpened(1, List.of(0)), "slot=0");
        put(all, new SetRecord.SlotsFreed(1, List.of(0)), "slot=0");
        put(all, new DocumentRecord.DeviceForgotten(used), "was not removed");
        put(all, new SetRecord.SetIds(1), "set ids from 1");
        return all;
    }

    /** Records of all kinds that end too early or too late, or say that they are of another version. */
    public static Map<MemberRecordBytes, String> damaged(final RaidSetSpec set, final UUID device) {
        final Map<MemberRecordBytes, String> all = new LinkedHashMap<>();
        of(set, device).keySet().forEach(sound -> {
            final byte[] bytes = sound.bytes();
            all.put(new MemberRecordBytes(bytes, bytes.length - 1), "record");
            all.put(new MemberRecordBytes(bytes, bytes.length + 1), "record");
        });
        final byte[] version = encoded(new SpaceRecord.PoolDeleted("A"));
        version[1] = 9;
        all.put(new MemberRecordBytes(version, version.length), "version=9");
        final byte[] kind = encoded(new DocumentRecord.DocumentRemoved("t", "k"));
        kind[0] = 99;
        all.put(new MemberRecordBytes(kind, kind.length), "kind=99");
        final byte[] put = encoded(new DocumentRecord.DocumentPut("t", "k", ByteBuffer.wrap(new byte[3])));
        all.put(new MemberRecordBytes(put, put.length - 1), "record");
        return all;
    }

    private static void put(final Map<MemberRecordBytes, String> all, final MemberRecord record, final String finding) {
        final byte[] bytes = encoded(record);
        all.put(new MemberRecordBytes(bytes, bytes.length), finding);
    }

    private static byte[] encoded(final MemberRecord record) {
        final ByteBuf buffer = RecordCodec.encode(record);
        final byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    /** A record as the log holds it, told apart by identity. */
    public static final class MemberRecordBytes {
        private final byte[] bytes;

        MemberRecordBytes(final byte[] bytes, final int length) {
            this.bytes = Arrays.copyOf(bytes, length);
        }

        byte[] bytes() {
            return bytes.clone();
        }

        /** What to put in a batch. */
        public ByteBuf buffer() {
            return Unpooled.wrappedBuffer(bytes());
        }

        @Override
        public String toString() {
            return "kind=" + bytes[0] + " bytes=" + bytes.length;
        }
    }
}
