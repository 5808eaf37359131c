package org.isobar.pool.store;

import org.isobar.api.raid.RaidShape;

/**
 * How sets of a shape are laid out from now on, unless there are such sets already: then it was always so.
 *
 * @param fingerprint stands for all answers of the level's geometry
 */
record LayoutKnown(RaidShape shape, long fingerprint) implements MemberRecord {
    static final int KIND = 41;

    static LayoutKnown read(final RecordReader in) {
        return new LayoutKnown(new RaidShape(in.text(), in.smallNumber(), in.smallNumber()), in.fixed());
    }

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(final RecordWriter out) {
        out.text(shape.level())
                .number(shape.columns())
                .number(shape.stripBytes())
                .fixed(fingerprint);
    }

    /** A set of an earlier release cannot be assembled before it. */
    @Override
    public boolean fromReserve() {
        return true;
    }

    @Override
    public void applyTo(final MemberState state) {
        state.addLayout(this);
    }
}
