package org.isobar.volume.simulation;

import java.util.Arrays;
import java.util.List;
import org.isobar.volume.balance.PlacedVolume;
import org.isobar.volume.heat.HeatClock;
import org.isobar.volume.heat.PageHeat;

/** A volume without data: in which virtual pool each page lies, a byte for each, and how busy it is. One thread. */
public final class VirtualVolume implements PlacedVolume {
    /** Pages that one has at most. */
    public static final int PAGES_MAX = 1 << 24;

    private static final byte NOWHERE = -1;

    private final long number;
    private final int pageBytes;
    private final List<VirtualPool> pools;
    private final List<String> allowed;
    private final byte[] at;
    private final long[] pagesIn;
    private final PageHeat heat;

    /**
     * A volume whose pages lie nowhere.
     *
     * @param allowed pools that its pages may lie in; empty for all
     */
    public VirtualVolume(
            final long number,
            final int pageBytes,
            final int pageCount,
            final List<VirtualPool> pools,
            final List<String> allowed,
            final HeatClock heatClock) {
        this.number = number;
        this.pageBytes = pageBytes;
        this.pools = pools;
        this.allowed = allowed;
        at = new byte[pageCount];
        Arrays.fill(at, NOWHERE);
        pagesIn = new long[pools.size()];
        heat = new PageHeat(heatClock, pageCount, pageBytes);
    }

    /** Lays a page into a pool, wherever it lay before. */
    public void place(final int page, final int pool) {
        final int before = at[page];
        if (before != NOWHERE) {
            pagesIn[before]--;
            pools.get(before).take(-pageBytes);
        }
        at[page] = (byte) pool;
        pagesIn[pool]++;
        pools.get(pool).take(pageBytes);
    }

    /** The pool of a page, an index, or -1 while it lies nowhere. */
    public int at(final int page) {
        return at[page];
    }

    /** Pages that lie in a pool. */
    public long pagesIn(final int pool) {
        return pagesIn[pool];
    }

    /** Where all pages lie, a copy. */
    byte[] placement() {
        return at.clone();
    }

    /** How many pages it has. */
    int pageCount() {
        return at.length;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public int pageBytes() {
        return pageBytes;
    }

    @Override
    public PageHeat heat() {
        return heat;
    }

    @Override
    public List<String> pools() {
        return allowed;
    }

    @Override
    public String poolOf(final long page) {
        final int pool = at[(int) page];
        return pool == NOWHERE ? null : pools.get(pool).name();
    }
}
