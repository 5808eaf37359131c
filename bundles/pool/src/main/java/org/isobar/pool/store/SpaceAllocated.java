package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageAllocation.Unit;

/** The new pages of a space find their pools in another way. */
record SpaceAllocated(long volume, PageAllocation allocation) implements MemberRecord {
    static final int KIND = 40;

    static SpaceAllocated read(final RecordReader in) {
        final long volume = in.number();
        final Unit unit = unit(in.oneByte());
        final String policy = in.text();
        final long extentBytes = in.number();
        final List<String> pools = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            pools.add(in.text());
        }
        try {
            return new SpaceAllocated(volume, new PageAllocation(unit, policy, extentBytes, pools));
        } catch (final StorageException refused) {
            throw RecordReader.unreadable(refused.getMessage());
        }
    }

    private static Unit unit(final int code) {
        return switch (code) {
            case 0 -> Unit.VOLUME;
            case 1 -> Unit.EXTENT;
            case 2 -> Unit.PAGE;
            default -> throw RecordReader.unreadable("unit of allocation=" + code);
        };
    }

    private static int code(final Unit unit) {
        return switch (unit) {
            case VOLUME -> 0;
            case EXTENT -> 1;
            case PAGE -> 2;
        };
    }

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(final RecordWriter out) {
        out.number(volume)
                .oneByte(code(allocation.unit()))
                .text(allocation.policy())
                .number(allocation.extentBytes())
                .number(allocation.pools().size());
        allocation.pools().forEach(out::text);
    }

    @Override
    public void applyTo(final MemberState state) {
        state.setAllocation(this);
    }
}
