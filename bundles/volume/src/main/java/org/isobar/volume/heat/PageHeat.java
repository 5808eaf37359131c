package org.isobar.volume.heat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How busy each page of a volume was of late: reads and writes, of which half are forgotten at the end of each epoch, and in
 * which of the last epochs there were any. Eight bytes for each page; a volume of more than {@value #MAX_UNITS} pages (1 TiB
 * of pages of 4 MiB) keeps one entry for 2, 4, 8 ... neighbouring pages, so that no volume takes more than 2 MiB. Lost at
 * a restart.
 *
 * <p>An entry is brought up to date when it is touched or looked at, so nobody sweeps. Any lane may touch, any thread may
 * look. Two lanes that touch one page at the same moment may count one request for both: this is a statistic, and a lock or
 * an atomic update for each request would cost more than the request that it misses.
 *
 * <pre>
 * 63 epoch, low 16 bits | 47 epochs with requests, the present one in the lowest of 6 bits | 41 writes | 20 reads 0
 * </pre>
 *
 * <p>Counts end at 2,097,151. A page that nobody touches for exactly 65,536 epochs (91 days, if an epoch is two minutes)
 * seems as busy as it was, until the end of that epoch.
 */
public final class PageHeat {
    /** Entries that a volume has at most. */
    public static final int MAX_UNITS = 1 << 18;

    /** Epochs that are told apart by {@link #epochsSeen}. */
    public static final int EPOCHS_TOLD = 6;

    private static final VarHandle ENTRIES = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int EPOCH_SHIFT = 48;
    private static final int SEEN_SHIFT = 42;
    private static final int SEEN_MASK = (1 << EPOCHS_TOLD) - 1;
    private static final int WRITES_SHIFT = 21;
    private static final int COUNT_MAX = (1 << WRITES_SHIFT) - 1;
    private static final int EPOCH_MASK = 0xFFFF;
    /** It has noticed the end of the epoch already. */
    private static final int ANOTHER_LANE_WAS_FIRST = EPOCH_MASK;

    private static final int ENDS_BITS = 8;
    /** Odd, its bits spread: the golden ratio of 2^64. */
    private static final long ENDS_FACTOR = 0x9E37_79B9_7F4A_7C15L;
    /** A long request takes the devices longer than a short one. */
    private static final int PIECE_SHIFT = 16;

    private final HeatClock clock;
    private final long pageCount;
    private final int pageShift;
    private final int sinceEpoch;
    private final int unitShift;
    private final long[] entries;
    /** Where reads of late ended, by a hash of that: the next one of the same stream begins there. */
    private final long[] ends = new long[1 << ENDS_BITS];

    /** Nothing was asked of any page yet. */
    public PageHeat(final HeatClock clock, final long pageCount, final int pageBytes) {
        this(clock, pageCount, Integer.numberOfTrailingZeros(pageBytes), clock.epoch());
    }

    private PageHeat(final HeatClock clock, final long pageCount, final int pageShift, final int sinceEpoch) {
        this.clock = clock;
        this.pageCount = pageCount;
        this.pageShift = pageShift;
        this.sinceEpoch = sinceEpoch;
        int shift = 0;
        while (units(pageCount, shift) > MAX_UNITS) {
            shift++;
        }
        unitShift = shift;
        entries = new long[(int) units(pageCount, shift)];
    }

    private static long units(final long pageCount, final int shift) {
        return (pageCount + (1L << shift) - 1) >>> shift;
    }

    /** The heat of this volume after it became longer: its pages are as hot as they were. */
    public PageHeat grown(final long newPageCount) {
        final PageHeat longer = new PageHeat(clock, newPageCount, pageShift, sinceEpoch);
        final int epoch = clock.epoch();
        final int foldShift = longer.unitShift - unitShift;
        for (int i = 0; i < entries.length; i++) {
            final int into = i >>> foldShift;
            final long here = current(entry(i), epoch);
            final long there = longer.entries[into];
            longer.entries[into] =
                    pack(epoch, seen(here) | seen(there), writes(here) + writes(there), reads(here) + reads(there));
        }
        return longer;
    }

    /**
     * One request for a part of a page: it counts 1, and 1 more for each whole 64 KiB of its length. Reads that follow one
     * another count once for each page: devices of all kinds are good at these, and a scan makes no page hot.
     */
    public void touch(final boolean write, final long offsetBytes, final long lengthBytes) {
        final long page = offsetBytes >>> pageShift;
        if (!write && follows(offsetBytes, lengthBytes)) {
            if (offsetBytes == page << pageShift) {
                count(page, false, 1);
            }
            return;
        }
        count(page, write, 1 + (int) (lengthBytes >>> PIECE_SHIFT));
    }

    /** Whether a read begins where one of late ended. */
    private boolean follows(final long offsetBytes, final long lengthBytes) {
        final long endBytes = offsetBytes + lengthBytes;
        final boolean follows = (long) ENTRIES.getOpaque(ends, endsIndex(offsetBytes)) == offsetBytes;
        ENTRIES.setOpaque(ends, endsIndex(endBytes), endBytes);
        return follows && offsetBytes != 0;
    }

    private static int endsIndex(final long offsetBytes) {
        return (int) (offsetBytes * ENDS_FACTOR >>> Long.SIZE - ENDS_BITS);
    }

    /** As so many short requests. */
    public void count(final long page, final boolean write, final int requests) {
        final int unit = (int) (page >>> unitShift);
        final long entry = current(entry(unit), clock.epochOfRequest());
        final int shift = write ? WRITES_SHIFT : 0;
        final long room = COUNT_MAX - (entry >>> shift & COUNT_MAX);
        ENTRIES.setOpaque(entries, unit, (entry | 1L << SEEN_SHIFT) + (Math.min(room, requests) << shift));
    }

    /** What is known of a page, to be read with {@link #reads}, {@link #writes} and {@link #epochsSeen}. */
    public long at(final long page) {
        return current(entry((int) (page >>> unitShift)), clock.epoch());
    }

    /** Reads that are not forgotten, of all {@link #unitPages} pages together. */
    public static int reads(final long entry) {
        return (int) entry & COUNT_MAX;
    }

    /** Writes that are not forgotten, of all {@link #unitPages} pages together. */
    public static int writes(final long entry) {
        return (int) (entry >>> WRITES_SHIFT) & COUNT_MAX;
    }

    /** In how many of the last {@value #EPOCHS_TOLD} epochs, the present one included, there was a request. */
    public static int epochsSeen(final long entry) {
        return Integer.bitCount(seen(entry));
    }

    /** Over how many seconds the counts are a mean. */
    public double windowS() {
        return clock.windowS(sinceEpoch);
    }

    /** After how many seconds half is forgotten. */
    public int halfLifeS() {
        return clock.halfLifeS();
    }

    /** How many neighbouring pages share an entry. */
    public int unitPages() {
        return 1 << unitShift;
    }

    /** Pages of the volume. */
    public long pageCount() {
        return pageCount;
    }

    private long entry(final int unit) {
        return (long) ENTRIES.getOpaque(entries, unit);
    }

    private static int seen(final long entry) {
        return (int) (entry >>> SEEN_SHIFT) & SEEN_MASK;
    }

    /** The entry as it would be if it had been kept up to date. */
    private static long current(final long entry, final int epoch) {
        final int passed = (epoch - (int) (entry >>> EPOCH_SHIFT)) & EPOCH_MASK;
        if (passed == 0 || passed == ANOTHER_LANE_WAS_FIRST) {
            return entry;
        }
        if (passed > WRITES_SHIFT) {
            return pack(epoch, 0, 0, 0);
        }
        return pack(epoch, seen(entry) << passed & SEEN_MASK, writes(entry) >>> passed, reads(entry) >>> passed);
    }

    private static long pack(final int epoch, final int seen, final int writes, final int reads) {
        return (long) (epoch & EPOCH_MASK) << EPOCH_SHIFT
                | (long) seen << SEEN_SHIFT
                | (long) Math.min(writes, COUNT_MAX) << WRITES_SHIFT
                | Math.min(reads, COUNT_MAX);
    }
}
