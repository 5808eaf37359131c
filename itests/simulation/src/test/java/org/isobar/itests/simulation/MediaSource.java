package org.isobar.itests.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import org.isobar.pool.check.CheckSource;
import org.isobar.pool.check.OfflineCheck;
import org.isobar.testkit.SimMedia;

/** A simulated medium for the checker of stopped members. */
record MediaSource(SimMedia media) implements CheckSource {
    /** What the checker has to say; empty when all is well. */
    static List<String> check(final Collection<SimMedia> media, final boolean strict) {
        try {
            return OfflineCheck.findings(media.stream().map(MediaSource::new).toList(), strict);
        } catch (final IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public String name() {
        return media.uuid().toString();
    }

    @Override
    public long sizeBytes() {
        return media.sizeBytes();
    }

    @Override
    public int read(final ByteBuffer into, final long offset) {
        final int count = (int) Math.min(into.remaining(), media.sizeBytes() - offset);
        final int limit = into.limit();
        media.peek(offset, into.limit(into.position() + count));
        into.limit(limit);
        return count;
    }

    @Override
    public void close() {
        // There is nothing to close.
    }
}
