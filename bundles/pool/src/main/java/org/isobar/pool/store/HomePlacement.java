package org.isobar.pool.store;

import java.util.List;

/** All new pages come from one pool. */
final class HomePlacement implements Placement {
    private final SlotSource home;

    HomePlacement(final SlotSource home) {
        this.home = home;
    }

    @Override
    public SlotSource choose(final long page) {
        return home;
    }

    @Override
    public SlotSource instead(final long page, final List<SlotSource> full) {
        return null;
    }

    @Override
    public void settled(final long page) {
        // Nothing was remembered of it.
    }

    @Override
    public void close() {
        // Nobody is asked.
    }

    @Override
    public void name(final String volume) {
        // Nobody is asked.
    }
}
