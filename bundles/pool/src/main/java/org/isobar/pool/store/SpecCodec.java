package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.pool.store.SetRecord.RetiredChunklet;
import org.isobar.pool.store.SetRecord.SetAdded;

/** Disk form of a RAID set and of slot lists. Chunklets have a fixed length, so that a moved column costs no more. */
final class SpecCodec {
    private static final int COLUMNS_MAX = 64;

    private SpecCodec() {}

    static void writeSet(final SetAdded set, final RecordWriter out) {
        final RaidSetSpec spec = set.spec();
        out.text(set.pool()).number(set.pageBytes()).number(set.slotCount());
        out.number(spec.id()).text(spec.level()).number(spec.stripBytes()).number(spec.chunkletBytes());
        if (spec.logBytes() > 0) {
            out.number(spec.logBytes());
        }
        out.number(spec.columns().size());
        for (final RaidColumn column : spec.columns()) {
            out.uuid(column.device()).fourBytes(column.chunklet());
            out.oneByte(column.state() == ColumnState.STALE ? 1 : 0);
        }
        out.fixed(set.freshColumns());
        out.number(set.retired().size());
        for (final RetiredChunklet chunklet : set.retired()) {
            out.oneByte(chunklet.column()).uuid(chunklet.device()).fourBytes(chunklet.chunklet());
        }
        out.blob(set.slots());
    }

    static SetAdded readSet(final RecordReader in, final boolean withLog) {
        final String pool = in.text();
        final int pageBytes = in.smallNumber();
        final int slotCount = in.smallNumber();
        final long id = in.number();
        final String level = in.text();
        final int stripBytes = in.smallNumber();
        final long chunkletBytes = in.number();
        final long logBytes = withLog ? in.number() : 0;
        final int columnCount = in.count();
        if (columnCount > COLUMNS_MAX) {
            throw RecordReader.unreadable("columns=" + columnCount);
        }
        final List<RaidColumn> columns = new ArrayList<>(columnCount);
        for (int i = 0; i < columnCount; i++) {
            columns.add(new RaidColumn(
                    in.uuid(), in.fourBytes(), in.oneByte() == 0 ? ColumnState.IN_SYNC : ColumnState.STALE));
        }
        final long freshColumns = in.fixed();
        final int retiredCount = in.count();
        final List<RetiredChunklet> retired = new ArrayList<>(retiredCount);
        for (int i = 0; i < retiredCount; i++) {
            retired.add(new RetiredChunklet(in.oneByte(), in.uuid(), in.fourBytes()));
        }
        final RaidSetSpec spec = new RaidSetSpec(id, level, stripBytes, chunkletBytes, columns, logBytes);
        return new SetAdded(pool, pageBytes, slotCount, spec, freshColumns, retired, in.blob());
    }

    static void writeSlots(final List<Integer> slots, final RecordWriter out) {
        out.number(slots.size());
        slots.forEach(out::number);
    }

    static List<Integer> readSlots(final RecordReader in) {
        final int count = in.count();
        final List<Integer> slots = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            slots.add(in.smallNumber());
        }
        return slots;
    }
}
