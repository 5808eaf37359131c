package org.isobar.spi.raid;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.isobar.api.raid.RaidSetSpec;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Looks at the write log of one set of a stopped member, as a start would, and changes nothing. Who writes the log brings
 * one, and lists it in {@code META-INF/services} for the offline checker.
 *
 * <p>A log that a crash left behind is no damage: slots that were being written may be torn, and what nobody had flushed may
 * be gone. Three things are told apart: what cannot be, whatever happened; what a crash may have left as well; and what is
 * worth knowing.
 */
@ConsumerType
public interface LogInspector {
    /**
     * Looks at a set's log.
     *
     * @param written whether the set's write intent has a mark: without one a start takes the log for empty
     */
    void inspect(RaidSetSpec spec, RaidGeometry geometry, boolean written, Media media, Findings findings);

    /** The columns of the set. */
    interface Media {
        /** Whether a column is in sync and its device is there. */
        boolean has(int column);

        /**
         * Fills a buffer from index 0.
         *
         * @param inChunklet first byte, counted from that of the column's chunklet
         * @throws IOException when the device cannot read it
         */
        void read(int column, long inChunklet, int lengthBytes, ByteBuf into) throws IOException;
    }

    /** Takes what was found. {@code where} names the place within the set: {@code group=0 column=2}. */
    interface Findings {
        /** Something that must not be. */
        void damage(String where, String what);

        /** Something that may be damage, or what a crash has left. */
        void doubt(String where, String what);

        /** Something worth knowing that may well be. */
        void note(String where, String what);
    }
}
