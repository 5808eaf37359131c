package org.isobar.pool.store;

import org.isobar.api.pool.PageAllocation;
import org.isobar.pool.store.SpaceRecord.SpaceCreated;

/** A page space as the metadata knows it. Any thread may read; changed on the control lane. */
public final class SpaceState {
    private final long volume;
    private final int pageBytes;
    private final int pageShift;
    private volatile String pool;
    private final PageTable table;
    private volatile PageAllocation allocation = PageAllocation.WHOLE;
    private volatile long sizeBytes;
    private volatile boolean deleting;
    private volatile long mappedPages;

    SpaceState(final SpaceCreated created) {
        volume = created.volume();
        pageBytes = created.pageBytes();
        pageShift = Integer.numberOfTrailingZeros(pageBytes);
        pool = created.pool();
        deleting = created.deleting();
        MemberState.require(pageBytes > 0 && Integer.bitCount(pageBytes) == 1, this + " page length");
        table = new PageTable(0);
        grow(created.sizeBytes());
    }

    /** The volume's number. */
    public long volume() {
        return volume;
    }

    /** Volume length. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Page length, a power of two. */
    public int pageBytes() {
        return pageBytes;
    }

    /** The pool that new pages come from. */
    public String pool() {
        return pool;
    }

    /** How new pages find their pools. */
    public PageAllocation allocation() {
        return allocation;
    }

    /** Whether new pages may come from a pool. */
    boolean takesFrom(final String name) {
        return pool.equals(name) || allocation.pools().contains(name);
    }

    /** Whether it is on its way out. */
    public boolean deleting() {
        return deleting;
    }

    /** Pages that have a slot. */
    public long mappedPages() {
        return mappedPages;
    }

    /** Pages of a space this long. */
    public long pageCount() {
        return pageCount(sizeBytes);
    }

    /** First page of {@code [from, to)} that has a slot, or {@code to}. */
    public long nextMapped(final long from, final long to) {
        return table.nextEntry(from, to);
    }

    /** Set that a mapped page lies in. */
    public long setOf(final long page) {
        return PageTable.set(table.entry(page));
    }

    /** Slot that a mapped page lies in. */
    public int slotOf(final long page) {
        return PageTable.slot(table.entry(page));
    }

    PageTable table() {
        return table;
    }

    /** Page that a byte lies in. */
    long pageOf(final long offsetBytes) {
        return offsetBytes >>> pageShift;
    }

    void grow(final long bytes) {
        MemberState.require(bytes >= sizeBytes && pageCount(bytes) <= PageTable.PAGES_MAX, this + " size=" + bytes);
        table.grow(pageCount(bytes));
        sizeBytes = bytes;
    }

    void markDeleting() {
        deleting = true;
    }

    void map(final long page, final long set, final int slot) {
        MemberState.require(page < pageCount() && table.entry(page) == 0, this + " page=" + page + " cannot be mapped");
        table.map(page, set, slot);
        pagesChanged(1);
    }

    void unmap(final long page) {
        MemberState.require(table.entry(page) != 0, this + " page=" + page + " is not mapped");
        table.unmap(page);
        pagesChanged(-1);
    }

    void relocate(final long page, final long set, final int slot) {
        MemberState.require(table.entry(page) != 0, this + " page=" + page + " is not mapped");
        table.map(page, set, slot);
    }

    void home(final String name) {
        pool = name;
    }

    void allocate(final PageAllocation wanted) {
        allocation = wanted;
    }

    SpaceAllocated allocationImage() {
        return new SpaceAllocated(volume, allocation);
    }

    SpaceCreated image() {
        return new SpaceCreated(volume, sizeBytes, pageBytes, pool, deleting);
    }

    @Override
    public String toString() {
        return "volume=" + volume;
    }

    private void pagesChanged(final int by) {
        final long now = mappedPages;
        mappedPages = now + by;
    }

    private long pageCount(final long bytes) {
        return (bytes + pageBytes - 1) >>> pageShift;
    }
}
