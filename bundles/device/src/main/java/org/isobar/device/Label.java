package org.isobar.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.isobar.api.device.Superblock;
import org.isobar.api.device.Superblock.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both copies of a device's superblock, as read. One whole copy suffices; of two, the one with the higher generation
 * counts.
 *
 * @param superblock what counts, or null when there is no label that can be used
 * @param firstWhole whether the first copy equals it
 * @param secondWhole whether the second copy equals it
 * @param problem why a label that is there cannot be used; empty when it can, or when there is none
 */
record Label(Superblock superblock, boolean firstWhole, boolean secondWhole, String problem) {
    private static final Logger LOG = LoggerFactory.getLogger(Label.class);

    /**
     * Reads both copies.
     *
     * @param sizeBytes present length, a multiple of 4096
     */
    static Label read(final FileChannel channel, final long sizeBytes) throws IOException {
        if (sizeBytes < 2L * Superblock.BYTES) {
            return none("");
        }
        final ByteBuffer firstBlock = DeviceBytes.read(channel, 0, Superblock.BYTES);
        final Kind firstKind = Superblock.kind(firstBlock);
        final Superblock first = firstKind == Kind.VALID ? Superblock.decode(firstBlock) : null;
        final long end = first == null ? sizeBytes : Math.min(sizeBytes, first.sizeBytes());
        final ByteBuffer secondBlock = DeviceBytes.read(channel, end - Superblock.BYTES, Superblock.BYTES);
        final Kind secondKind = Superblock.kind(secondBlock);
        if (firstKind == Kind.UNKNOWN_VERSION || secondKind == Kind.UNKNOWN_VERSION) {
            return none("label of a release that is not known here");
        }
        final Superblock second = secondKind == Kind.VALID ? Superblock.decode(secondBlock) : null;
        final Superblock newest = newest(first, second);
        if (newest == null) {
            return none(firstKind == Kind.DAMAGED || secondKind == Kind.DAMAGED ? "label damaged at both ends" : "");
        }
        if (newest.sizeBytes() > sizeBytes) {
            return none("shorter than its label says: bytes=" + sizeBytes + " labelled=" + newest.sizeBytes()
                    + " device=" + newest.device());
        }
        return new Label(newest, newest.equals(first), newest.equals(second), "");
    }

    /** Rewrites a copy that was damaged or old. */
    void repair(final OpenFile file) {
        if (!firstWhole) {
            file.writeDurably(superblock.encode(), 0);
            LOG.warn("device.label.repaired device={} path={} copy=first", superblock.device(), file.path());
        }
        if (!secondWhole) {
            file.writeDurably(superblock.encode(), superblock.secondOffset());
            LOG.warn("device.label.repaired device={} path={} copy=second", superblock.device(), file.path());
        }
    }

    private static Label none(final String problem) {
        return new Label(null, false, false, problem);
    }

    private static Superblock newest(final Superblock first, final Superblock second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        // A second copy of another device is a leftover; the first is the one that was written last.
        final boolean secondNewer = first.device().equals(second.device()) && second.generation() > first.generation();
        return secondNewer ? second : first;
    }
}
