package org.isobar.pool.store;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.isobar.api.raid.RaidSetSpec;

/** A change of a RAID set, its columns or its slots. */
sealed interface SetRecord extends MemberRecord {
    /**
     * A RAID set serves a pool.
     *
     * @param freshColumns bit {@code c} when column {@code c} is the target of a rebuild that has not ended
     * @param retired chunklets that columns lay on before; used again when the column is in sync
     * @param slots two bits for each slot, see {@link SetState.Slot}; all FREE for a new set
     */
    record SetAdded(
            String pool,
            int pageBytes,
            int slotCount,
            RaidSetSpec spec,
            long freshColumns,
            List<RetiredChunklet> retired,
            ByteBuffer slots)
            implements SetRecord {
        static final int KIND = 3;
        /** A set with a write log, which earlier releases do not know. */
        static final int KIND_WITH_LOG = 26;

        public SetAdded {
            retired = List.copyOf(retired);
        }

        /** A new set: all slots free, no column ever moved. */
        static SetAdded fresh(final String pool, final int pageBytes, final int slotCount, final RaidSetSpec spec) {
            return new SetAdded(
                    pool,
                    pageBytes,
                    slotCount,
                    spec,
                    0,
                    List.of(),
                    ByteBuffer.allocate(SetState.slotMapBytes(slotCount)).asReadOnlyBuffer());
        }

        static SetAdded read(final RecordReader in, final boolean withLog) {
            return SpecCodec.readSet(in, withLog);
        }

        @Override
        public int kind() {
            return spec.logBytes() > 0 ? KIND_WITH_LOG : KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            SpecCodec.writeSet(this, out);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.addSet(this);
        }
    }

    /** A RAID set without pages is gone; its chunklets are free. */
    record SetRemoved(long set) implements SetRecord {
        static final int KIND = 4;

        static SetRemoved read(final RecordReader in) {
            return new SetRemoved(in.number());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(set);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.removeSet(set);
        }
    }

    /** A column misses writes from now on. */
    record ColumnStale(long set, int column) implements SetRecord {
        static final int KIND = 5;

        static ColumnStale read(final RecordReader in) {
            return new ColumnStale(in.number(), in.smallNumber());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(set).number(column);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.existingSet(set).columnStale(column);
        }
    }

    /** A column lies on another chunklet from now on, which has to be written whole. */
    record ColumnMoved(long set, int column, UUID device, int chunklet) implements SetRecord {
        static final int KIND = 6;

        static ColumnMoved read(final RecordReader in) {
            return new ColumnMoved(in.number(), in.smallNumber(), in.uuid(), in.fourBytes());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(set).number(column).uuid(device).fourBytes(chunklet);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.moveColumn(this);
        }
    }

    /** A column that was moved says from now on itself, on its device, which regions it has not caught up on. */
    record RebuildBegun(long set, int column) implements SetRecord {
        static final int KIND = 30;

        static RebuildBegun read(final RecordReader in) {
            return new RebuildBegun(in.number(), in.smallNumber());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(set).number(column);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.rebuildBegun(this);
        }
    }

    /** A column has caught up; the chunklets it lay on before are free. */
    record ColumnInSync(long set, int column) implements SetRecord {
        static final int KIND = 7;

        static ColumnInSync read(final RecordReader in) {
            return new ColumnInSync(in.number(), in.smallNumber());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(set).number(column);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.columnInSync(set, column);
        }
    }

    /** FREE slots may be written from now on, before or without a map record that survives. */
    record SlotsOpened(long set, List<Integer> slots) implements SetRecord {
        static final int KIND = 14;

        public SlotsOpened {
            slots = List.copyOf(slots);
        }

        static SlotsOpened read(final RecordReader in) {
            return new SlotsOpened(in.number(), SpecCodec.readSlots(in));
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(set);
            SpecCodec.writeSlots(slots, out);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.existingSet(set).open(slots);
        }
    }

    /** Quarantined (or, after a restart, OPEN) slots are zero on stable media again. */
    record SlotsFreed(long set, List<Integer> slots) implements SetRecord {
        static final int KIND = 15;

        public SlotsFreed {
            slots = List.copyOf(slots);
        }

        static SlotsFreed read(final RecordReader in) {
            return new SlotsFreed(in.number(), SpecCodec.readSlots(in));
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(set);
            SpecCodec.writeSlots(slots, out);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.existingSet(set).free(slots);
        }
    }

    /** Ids of sets start here; first record of every checkpoint, so that an id is never used twice. */
    record SetIds(long next) implements SetRecord {
        static final int KIND = 20;

        static SetIds read(final RecordReader in) {
            return new SetIds(in.fixed());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.fixed(next);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.setIdsFrom(next);
        }
    }

    /**
     * A chunklet that a column lay on before.
     *
     * @param column which column of the set
     * @param device the chunklet's device
     * @param chunklet zero-based chunklet of that device
     */
    record RetiredChunklet(int column, UUID device, int chunklet) {}
}
