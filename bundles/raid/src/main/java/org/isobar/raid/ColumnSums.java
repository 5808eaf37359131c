package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.SumBlock;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;
import org.isobar.common.lane.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checksums of one column: pages in memory over the chunklet's part of the device's checksum area. What is in memory
 * is the truth; the device may be behind wherever the write intent is marked, and is brought up to date before a mark
 * goes; where a scrub wrote, until that is done; and where reads have mended, until the set closes. Lives as long as the
 * column stays on its chunklet, also while the device is away.
 *
 * <p>Ranges are in bytes from the chunklet's start, multiples of {@link SumBlock#DATA_BYTES}.
 */
final class ColumnSums {
    private static final Logger LOG = LoggerFactory.getLogger(ColumnSums.class);
    private static final long PAGE_DATA_BYTES = (long) SumBlock.ENTRIES * SumBlock.DATA_BYTES;
    private static final int ALIGNMENT_MASK = SumBlock.DATA_BYTES - 1;

    private final long setId;
    private final int column;
    private final Lane control;
    private final SumCache cache;
    private final AtomicReferenceArray<SumPage> pages;
    private final Loading[] loading;
    private final long areaOffset;
    private Device device;
    private boolean closed;

    ColumnSums(
            final long setId,
            final int column,
            final Lane control,
            final SumCache cache,
            final Device device,
            final int chunklet) {
        this.setId = setId;
        this.column = column;
        this.control = control;
        this.cache = cache;
        this.device = device;
        areaOffset = device.layout().chunkletSumsOffset(chunklet);
        final int count = (int) (SumBlock.bytesFor(device.layout().chunkletBytes()) / SumBlock.BYTES);
        pages = new AtomicReferenceArray<>(count);
        loading = new Loading[count];
        cache.add(this);
    }

    /** Whether a range consists of whole blocks. */
    static boolean aligned(final long offset, final long length) {
        return ((offset | length) & ALIGNMENT_MASK) == 0;
    }

    /** The device came or went (null). Control lane. */
    void device(final Device now) {
        device = now;
    }

    /** The column lies elsewhere now, or the set has closed. Control lane. */
    void close() {
        closed = true;
        cache.remove(this);
    }

    /** Keeps the pages of a range in memory; answers -1, or else the number of one that is not there, keeping none. */
    int pin(final long offset, final long length) {
        final int first = page(offset);
        final int last = page(offset + length - 1);
        for (int number = first; number <= last; number++) {
            final SumPage page = pages.get(number);
            if (page == null || !page.pin()) {
                for (int pinned = first; pinned < number; pinned++) {
                    pages.get(pinned).unpin();
                }
                return number;
            }
        }
        return -1;
    }

    /** Ends a {@link #pin}. */
    void unpin(final long offset, final long length) {
        final int last = page(offset + length - 1);
        for (int number = page(offset); number <= last; number++) {
            pages.get(number).unpin();
        }
    }

    /** The number of a page of the range that is not in memory, or -1. */
    int missing(final long offset, final long length) {
        final int last = page(offset + length - 1);
        for (int number = page(offset); number <= last; number++) {
            if (pages.get(number) == null) {
                return number;
            }
        }
        return -1;
    }

    /**
     * Compares content with its checksums; WRONG also when a page was pushed out meanwhile.
     */
    SumVerdict compare(final long offset, final int length, final ByteBuf data, final int index, final Crc32c crc) {
        SumVerdict verdict = SumVerdict.RIGHT;
        for (int done = 0; done < length; done += SumBlock.DATA_BYTES) {
            final SumPage page = pages.get(page(offset + done));
            if (page == null) {
                return SumVerdict.WRONG;
            }
            page.used = true;
            final int known = page.sums[entry(offset + done)];
            if (known == SumBlock.UNKNOWN && !lost(offset + done, data, index + done)) {
                verdict = SumVerdict.UNKNOWN;
            } else if (known != SumBlock.of(crc, data, index + done)) {
                return SumVerdict.WRONG;
            }
        }
        return verdict;
    }

    /**
     * Copies the checksums of a range.
     *
     * @return -1, or else the number of a page that is not in memory
     */
    int copy(final long offset, final int blocks, final int[] to, final int at) {
        for (int block = 0; block < blocks; block++) {
            final long one = offset + (long) block * SumBlock.DATA_BYTES;
            final SumPage page = pages.get(page(one));
            if (page == null) {
                return page(one);
            }
            page.used = true;
            to[at + block] = page.sums[entry(one)];
        }
        return -1;
    }

    /** Whether a block says of itself that its content is lost. */
    boolean lost(final long offset, final ByteBuf data, final int index) {
        return LostBlock.isAt(data, index, setId, column, offset);
    }

    /** Whether any block of a range says so. */
    boolean anyLost(final long offset, final int length, final ByteBuf data, final int index) {
        for (int done = 0; done < length; done += SumBlock.DATA_BYTES) {
            if (lost(offset + done, data, index + done)) {
                return true;
            }
        }
        return false;
    }

    /** Makes a block in memory one whose content is lost. */
    void putLost(final long offset, final ByteBuf data, final int index) {
        LostBlock.put(data, index, setId, column, offset);
    }

    /** Puts {@link SumBlock#BAD} in the place of the checksums of blocks that say of themselves that they are lost. */
    void markLost(final long offset, final int blocks, final ByteBuf data, final int index, final int[] blockSums) {
        for (int block = 0; block < blocks; block++) {
            final int at = block * SumBlock.DATA_BYTES;
            if (lost(offset + at, data, index + at)) {
                blockSums[block] = SumBlock.BAD;
            }
        }
    }

    /** Notes what was written to a pinned range: one checksum for each block. */
    void written(final long offset, final long length, final int[] sums) {
        for (int block = 0; block * (long) SumBlock.DATA_BYTES < length; block++) {
            final long at = offset + block * (long) SumBlock.DATA_BYTES;
            final SumPage page = pages.get(page(at));
            page.sums[entry(at)] = sums[block];
            page.used = true;
            page.dirty = true;
        }
    }

    private static int page(final long offset) {
        return (int) (offset / PAGE_DATA_BYTES);
    }

    private static int entry(final long offset) {
        return (int) (offset % PAGE_DATA_BYTES / SumBlock.DATA_BYTES);
    }

    /** Brings a page to memory, then continues the waiter on its lane. Any lane may call. */
    void load(final int number, final Lane lane, final SumWaiter waiter) {
        control.execute(() -> load(number, there -> lane.execute(() -> waiter.sumsLoaded(there))));
    }

    private void load(final int number, final SumWaiter waiter) {
        if (pages.get(number) != null) {
            waiter.sumsLoaded(true);
            return;
        }
        if (loading[number] != null) {
            loading[number].waiters.add(waiter);
            return;
        }
        if (device == null || closed) {
            waiter.sumsLoaded(false);
            return;
        }
        final Loading load = new Loading();
        load.waiters.add(waiter);
        loading[number] = load;
        final ByteBuf buffer = Buffers.allocate(SumBlock.BYTES);
        final Device from = device;
        Stages.whenEnded(readTwice(from, number, buffer), (status, failure) -> {
            loading[number] = null;
            final boolean there = status == IoStatus.OK || status == IoStatus.IO_ERROR;
            if (there) {
                final SumPage page = new SumPage(number);
                if (status == IoStatus.OK) {
                    decode(page, buffer, from);
                } else {
                    LOG.warn("raid.sums-unreadable set={} column={} device={}", setId, column, from.uuid());
                }
                pages.set(number, page);
                if (!closed) {
                    cache.pageLoaded();
                }
            }
            buffer.release();
            load.waiters.forEach(one -> one.sumsLoaded(there));
        });
    }

    /** What cannot be read costs the check of much data, so a second look pays. */
    private CompletableFuture<IoStatus> readTwice(final Device from, final int number, final ByteBuf buffer) {
        return ControlIo.read(control, from, at(number), SumBlock.BYTES, buffer)
                .thenCompose(status -> status == IoStatus.IO_ERROR
                        ? ControlIo.read(control, from, at(number), SumBlock.BYTES, buffer)
                        : CompletableFuture.completedFuture(status));
    }

    private void decode(final SumPage page, final ByteBuf buffer, final Device from) {
        final byte[] image = new byte[SumBlock.BYTES];
        buffer.getBytes(0, image);
        final int lost = SumBlock.decode(image, setId, column, page.number, page.sums);
        if (lost != 0) {
            // A chunklet that is being written for the first time has none, any other has lost them.
            LOG.info(
                    "raid.sums-unknown set={} column={} device={} block={} sectors={}",
                    setId,
                    column,
                    from.uuid(),
                    page.number,
                    lost);
        }
    }

    private long at(final int number) {
        return areaOffset + (long) number * SumBlock.BYTES;
    }

    /** The chunklet holds zeros: writes all checksums so, to stable media. Nothing may be in memory. Control lane. */
    CompletableFuture<IoStatus> initialize() {
        final int count = pages.length();
        final ByteBuf buffer = Buffers.allocate(count * SumBlock.BYTES);
        final int[] sums = new int[SumBlock.ENTRIES];
        Arrays.fill(sums, SumBlock.ZERO);
        final byte[] image = new byte[SumBlock.BYTES];
        for (int number = 0; number < count; number++) {
            SumBlock.encode(sums, setId, column, number, image);
            buffer.setBytes(number * SumBlock.BYTES, image);
        }
        return ControlIo.write(control, device, areaOffset, count * SumBlock.BYTES, buffer)
                .whenComplete((status, failure) -> buffer.release());
    }

    /** Writes what is dirty of a range to stable media. Ends in the status of a write that failed, or OK. Control lane. */
    CompletableFuture<IoStatus> writeOut(final long offset, final long length) {
        final List<CompletableFuture<IoStatus>> writes = new ArrayList<>();
        final int last = page(offset + length - 1);
        for (int number = page(offset); number <= last; number++) {
            final SumPage page = pages.get(number);
            if (page != null && (page.dirty || page.writing != null)) {
                writes.add(writeOut(page));
            }
        }
        return all(writes);
    }

    /** OK when all ended so, else how one of the others ended. */
    static CompletableFuture<IoStatus> all(final List<CompletableFuture<IoStatus>> ends) {
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).thenApply(ended -> ends.stream()
                .map(CompletableFuture::join)
                .filter(status -> status != IoStatus.OK)
                .findFirst()
                .orElse(IoStatus.OK));
    }

    /** One write of a page at a time, lest an older state come last. */
    private CompletableFuture<IoStatus> writeOut(final SumPage page) {
        if (page.writing != null) {
            return page.writing.thenCompose(status ->
                    page.dirty && status == IoStatus.OK ? writeOut(page) : CompletableFuture.completedFuture(status));
        }
        if (device == null) {
            return CompletableFuture.completedFuture(IoStatus.OFFLINE);
        }
        page.dirty = false;
        final byte[] image = new byte[SumBlock.BYTES];
        SumBlock.encode(page.sums, setId, column, page.number, image);
        final ByteBuf buffer = Buffers.allocate(SumBlock.BYTES);
        buffer.setBytes(0, image);
        final CompletableFuture<IoStatus> end = new CompletableFuture<>();
        page.writing = end;
        Stages.whenEnded(
                ControlIo.write(control, device, at(page.number), SumBlock.BYTES, buffer), (status, failure) -> {
                    buffer.release();
                    page.writing = null;
                    if (status != IoStatus.OK) {
                        page.dirty = true;
                    }
                    end.complete(status);
                });
        return end;
    }

    /** Frees up to {@code wanted} pages and begins to write dirty ones out; answers how many. Control lane. */
    int evict(final int wanted) {
        int evicted = 0;
        for (int number = 0; number < pages.length() && evicted < wanted; number++) {
            final SumPage page = pages.get(number);
            if (page == null) {
                continue;
            }
            if (page.used) {
                page.used = false;
            } else if (page.dirty) {
                // One that fails stays dirty, and the next who needs it on the device will hear of it.
                Stages.whenEnded(writeOut(page), (status, failure) -> {});
            } else if (page.writing == null && page.evict()) {
                pages.set(number, null);
                evicted++;
            }
        }
        return evicted;
    }

    /** Pages in memory. Control lane. */
    int resident() {
        int count = 0;
        for (int number = 0; number < pages.length(); number++) {
            count += pages.get(number) == null ? 0 : 1;
        }
        return count;
    }

    private static final class Loading {
        private final List<SumWaiter> waiters = new ArrayList<>();
    }
}
