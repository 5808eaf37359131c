package org.isobar.pool.store;

import java.util.Comparator;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import org.isobar.api.raid.RaidShape;

/** How sets are laid out, by shape; kept when the last set of a shape goes. Any thread may read; changed on the control lane. */
final class KnownLayouts {
    private static final Comparator<RaidShape> ORDER = Comparator.comparing(RaidShape::level)
            .thenComparing(RaidShape::columns)
            .thenComparing(RaidShape::stripBytes);

    private final ConcurrentSkipListMap<RaidShape, Long> fingerprints = new ConcurrentSkipListMap<>(ORDER);
    private long bytes;

    OptionalLong of(final RaidShape shape) {
        final Long known = fingerprints.get(shape);
        return known == null ? OptionalLong.empty() : OptionalLong.of(known);
    }

    void put(final LayoutKnown known) {
        if (fingerprints.put(known.shape(), known.fingerprint()) == null) {
            bytes += RecordCodec.length(known);
        }
    }

    /** Bytes that it takes in a checkpoint. */
    long bytes() {
        return bytes;
    }

    void writeTo(final RecordWriter out) {
        fingerprints.forEach((shape, fingerprint) -> RecordCodec.write(new LayoutKnown(shape, fingerprint), out));
    }

    void reset() {
        fingerprints.clear();
        bytes = 0;
    }
}
