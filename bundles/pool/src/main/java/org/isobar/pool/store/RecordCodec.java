package org.isobar.pool.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.isobar.api.StorageException;

/** Puts kind and version before a record's form and finds the form by them; unknown ones are refused. */
final class RecordCodec {
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 2;

    private RecordCodec() {}

    /** The record as the log holds it; an unpooled heap buffer. */
    static ByteBuf encode(final MemberRecord record) {
        final RecordWriter out = new RecordWriter();
        write(record, out);
        return Unpooled.wrappedBuffer(out.toBytes());
    }

    /** Length of the record as the log holds it. */
    static int length(final MemberRecord record) {
        final RecordWriter out = new RecordWriter();
        write(record, out);
        return out.length();
    }

    /** Length of a map record of one page, without making one. */
    static int mapLength(final long volume, final long page, final long set, final int slot) {
        return HEADER_BYTES + 1 + numberLength(volume) + numberLength(page) + numberLength(set) + numberLength(slot);
    }

    /** Adds a record to a sequence. */
    static void write(final MemberRecord record, final RecordWriter out) {
        out.oneByte(record.kind()).oneByte(VERSION);
        record.write(out);
    }

    /** The one record in {@code bytes}. */
    static MemberRecord decode(final ByteBuf bytes) {
        final RecordReader in = new RecordReader(bytes.nioBuffer());
        final MemberRecord record = read(in);
        if (!in.atEnd()) {
            throw RecordReader.unreadable("bytes left over: kind=" + record.kind());
        }
        return record;
    }

    /** The next record of a sequence. */
    static MemberRecord read(final RecordReader in) {
        final int kind = in.oneByte();
        final int version = in.oneByte();
        if (version != VERSION) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "metadata record of an unknown version: kind=" + kind + " version=" + version
                            + "; start the release that wrote it");
        }
        return switch (kind) {
            case SpaceRecord.PoolCreated.KIND -> SpaceRecord.PoolCreated.read(in, false);
            case SpaceRecord.PoolCreated.KIND_WITH_LOG -> SpaceRecord.PoolCreated.read(in, true);
            case SpaceRecord.PoolThresholdsSet.KIND -> SpaceRecord.PoolThresholdsSet.read(in);
            case SpaceRecord.PoolWriteLog.KIND -> SpaceRecord.PoolWriteLog.read(in);
            case SpaceRecord.PoolDeleted.KIND -> SpaceRecord.PoolDeleted.read(in);
            case SetRecord.SetAdded.KIND -> SetRecord.SetAdded.read(in, false);
            case SetRecord.SetAdded.KIND_WITH_LOG -> SetRecord.SetAdded.read(in, true);
            case SetRecord.SetRemoved.KIND -> SetRecord.SetRemoved.read(in);
            case SetRecord.ColumnStale.KIND -> SetRecord.ColumnStale.read(in);
            case SetRecord.ColumnMoved.KIND -> SetRecord.ColumnMoved.read(in);
            case SetRecord.RebuildBegun.KIND -> SetRecord.RebuildBegun.read(in);
            case SetRecord.ColumnInSync.KIND -> SetRecord.ColumnInSync.read(in);
            case SpaceRecord.SpaceCreated.KIND -> SpaceRecord.SpaceCreated.read(in);
            case SpaceRecord.SpaceGrown.KIND -> SpaceRecord.SpaceGrown.read(in);
            case SpaceRecord.SpaceDeleting.KIND -> SpaceRecord.SpaceDeleting.read(in);
            case SpaceRecord.SpaceDeleted.KIND -> SpaceRecord.SpaceDeleted.read(in);
            case SpaceRecord.PagesMapped.KIND -> SpaceRecord.PagesMapped.read(in);
            case SpaceRecord.PageMoved.KIND -> SpaceRecord.PageMoved.read(in);
            case SpaceRecord.SpaceHome.KIND -> SpaceRecord.SpaceHome.read(in);
            case SpaceAllocated.KIND -> SpaceAllocated.read(in);
            case SpaceRecord.PagesUnmapped.KIND -> SpaceRecord.PagesUnmapped.read(in);
            case SetRecord.SlotsOpened.KIND -> SetRecord.SlotsOpened.read(in);
            case SetRecord.SlotsFreed.KIND -> SetRecord.SlotsFreed.read(in);
            case DocumentRecord.DocumentPut.KIND -> DocumentRecord.DocumentPut.read(in);
            case DocumentRecord.DocumentRemoved.KIND -> DocumentRecord.DocumentRemoved.read(in);
            case DocumentRecord.DeviceRemoved.KIND -> DocumentRecord.DeviceRemoved.read(in);
            case DocumentRecord.DeviceForgotten.KIND -> DocumentRecord.DeviceForgotten.read(in);
            case ScrubRecord.PoolScrubSchedule.KIND -> ScrubRecord.PoolScrubSchedule.read(in);
            case ScrubRecord.SetScrubbing.KIND -> ScrubRecord.SetScrubbing.read(in);
            case ScrubRecord.SetScrubbed.KIND -> ScrubRecord.SetScrubbed.read(in);
            case ClassRecord.ClassesSet.KIND -> ClassRecord.ClassesSet.read(in);
            case ClassRecord.PoolClass.KIND -> ClassRecord.PoolClass.read(in);
            case LayoutKnown.KIND -> LayoutKnown.read(in);
            case SetRecord.SetIds.KIND -> SetRecord.SetIds.read(in);
            default ->
                throw new StorageException(
                        StorageException.Code.INVALID, "metadata record of an unknown kind: kind=" + kind);
        };
    }

    private static int numberLength(final long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
    }
}
