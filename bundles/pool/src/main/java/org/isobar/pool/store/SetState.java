package org.isobar.pool.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.pool.store.SetRecord.RebuildBegun;
import org.isobar.pool.store.SetRecord.RetiredChunklet;
import org.isobar.pool.store.SetRecord.SetAdded;

/** A RAID set as the metadata knows it: its columns and what became of each page slot. Any thread may read. */
public final class SetState {
    /** Most slots of a set. */
    static final int SLOTS_MAX = 1 << 18;

    private static final int BITS = 2;
    private static final int SLOTS_PER_BYTE = 8 / BITS;
    private static final int SLOT_MASK = (1 << BITS) - 1;

    /** What a slot is. */
    public enum Slot {
        /** Reads as zeros, on stable media; nobody writes it. */
        FREE(0),
        /** May be written; was zero when it was opened. No page that is sure to survive lies in it yet. */
        OPEN(1),
        /** Held a page; to be zeroed before anybody gets it. */
        QUARANTINED(2),
        /** Holds a page. In a checkpoint written as OPEN, and mapped by the page's own record. */
        MAPPED(3);

        private final int code;

        Slot(final int code) {
            this.code = code;
        }
    }

    /** By their form on disk. */
    private static final Slot[] SLOTS = {Slot.FREE, Slot.OPEN, Slot.QUARANTINED, Slot.MAPPED};

    private final String pool;
    private final int pageBytes;
    private final byte[] slots;
    private final AtomicIntegerArray counts = new AtomicIntegerArray(SLOTS.length);
    private volatile RaidSetSpec spec;
    private volatile long freshColumns;
    private volatile long begunColumns;
    private volatile List<RetiredChunklet> retired;

    SetState(final SetAdded added) {
        pool = added.pool();
        pageBytes = added.pageBytes();
        spec = added.spec();
        freshColumns = added.freshColumns();
        retired = added.retired();
        MemberState.require(added.slotCount() > 0 && added.slotCount() <= SLOTS_MAX, "set=" + id() + " slot count");
        MemberState.require(
                added.slots().remaining() == slotMapBytes(added.slotCount()), "set=" + id() + " slot map length");
        slots = new byte[added.slotCount()];
        final int start = added.slots().position();
        for (int i = 0; i < slots.length; i++) {
            final int shift = i % SLOTS_PER_BYTE * BITS;
            slots[i] = (byte) (added.slots().get(start + i / SLOTS_PER_BYTE) >>> shift & SLOT_MASK);
            MemberState.require(slots[i] != Slot.MAPPED.code, "set=" + id() + " slot=" + i + " mapped by itself");
            counts.incrementAndGet(slots[i]);
        }
    }

    /** Bytes that the states of so many slots take on disk. */
    static int slotMapBytes(final int slotCount) {
        return (slotCount + SLOTS_PER_BYTE - 1) / SLOTS_PER_BYTE;
    }

    /** Its id, unique for ever. */
    public long id() {
        return spec.id();
    }

    /** What it is made of now. */
    public RaidSetSpec spec() {
        return spec;
    }

    /** The pool it serves. */
    public String pool() {
        return pool;
    }

    /** Length of the pages it holds. */
    public int pageBytes() {
        return pageBytes;
    }

    /** Page slots in it. */
    public int slotCount() {
        return slots.length;
    }

    /** What a slot is; control lane. */
    public Slot slot(final int slot) {
        MemberState.require(slot >= 0 && slot < slots.length, "set=" + id() + " has no slot=" + slot);
        return SLOTS[slots[slot]];
    }

    /** How many slots are that. */
    public int count(final Slot what) {
        return counts.get(what.code);
    }

    /** Whether a column is the target of a rebuild that has not ended. */
    public boolean fresh(final int column) {
        return (freshColumns & (1L << column)) != 0;
    }

    /** Whether such a column says itself, on its device, what it does not hold yet. */
    boolean begun(final int column) {
        return (begunColumns & (1L << column)) != 0;
    }

    /** A record for each column for which that holds. */
    List<RebuildBegun> rebuildsBegun() {
        final List<RebuildBegun> records = new ArrayList<>();
        for (long left = begunColumns; left != 0; left &= left - 1) {
            records.add(new RebuildBegun(id(), Long.numberOfTrailingZeros(left)));
        }
        return records;
    }

    /** Chunklets that columns lay on before and that are still kept. */
    List<RetiredChunklet> retired() {
        return retired;
    }

    void move(final int slot, final Slot from, final Slot to) {
        final Slot now = slot(slot);
        MemberState.require(
                now == from, "set=" + id() + " slot=" + slot + " is " + now + ", not " + from + " to become " + to);
        slots[slot] = (byte) to.code;
        counts.decrementAndGet(from.code);
        counts.incrementAndGet(to.code);
    }

    void open(final List<Integer> which) {
        which.forEach(slot -> move(slot, Slot.FREE, Slot.OPEN));
    }

    void free(final List<Integer> which) {
        which.forEach(slot -> move(slot, slot(slot) == Slot.OPEN ? Slot.OPEN : Slot.QUARANTINED, Slot.FREE));
    }

    void columnStale(final int column) {
        final RaidColumn old = column(column);
        replace(column, new RaidColumn(old.device(), old.chunklet(), ColumnState.STALE));
    }

    void columnMoved(final int column, final RaidColumn to) {
        final RaidColumn old = column(column);
        final List<RetiredChunklet> more = new ArrayList<>(retired);
        more.add(new RetiredChunklet(column, old.device(), old.chunklet()));
        retired = List.copyOf(more);
        freshColumns |= 1L << column;
        begunColumns &= ~(1L << column);
        replace(column, to);
    }

    void rebuildBegun(final int column) {
        MemberState.require(fresh(column), "set=" + id() + " column=" + column + " is not being rebuilt");
        begunColumns |= 1L << column;
    }

    /** Returns the chunklets that nobody needs any more. */
    List<RetiredChunklet> columnInSync(final int column) {
        final RaidColumn old = column(column);
        final List<RetiredChunklet> released = new ArrayList<>(retired);
        released.removeIf(chunklet -> chunklet.column() != column);
        final List<RetiredChunklet> kept = new ArrayList<>(retired);
        kept.removeIf(chunklet -> chunklet.column() == column);
        retired = List.copyOf(kept);
        freshColumns &= ~(1L << column);
        begunColumns &= ~(1L << column);
        replace(column, new RaidColumn(old.device(), old.chunklet(), ColumnState.IN_SYNC));
        return released;
    }

    /** A record that makes this state anew, but for the mapped pages. */
    SetAdded image() {
        final byte[] map = new byte[slotMapBytes(slots.length)];
        for (int i = 0; i < slots.length; i++) {
            final int state = slots[i] == Slot.MAPPED.code ? Slot.OPEN.code : slots[i];
            map[i / SLOTS_PER_BYTE] |= (byte) (state << (i % SLOTS_PER_BYTE * BITS));
        }
        return new SetAdded(
                pool,
                pageBytes,
                slots.length,
                spec,
                freshColumns,
                retired,
                ByteBuffer.wrap(map).asReadOnlyBuffer());
    }

    private RaidColumn column(final int column) {
        MemberState.require(column >= 0 && column < spec.columns().size(), "set=" + id() + " has no column=" + column);
        return spec.columns().get(column);
    }

    private void replace(final int column, final RaidColumn with) {
        final List<RaidColumn> columns = new ArrayList<>(spec.columns());
        columns.set(column, with);
        spec = new RaidSetSpec(
                spec.id(), spec.level(), spec.stripBytes(), spec.chunkletBytes(), columns, spec.logBytes());
    }
}
