package org.isobar.device;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What was found at one path.
 *
 * @param path real path
 * @param identity what the path named
 * @param sizeBytes length in whole units of 4096 bytes
 * @param label its label; without superblock when it has none that can be used
 * @param foreign whose data it holds instead of a label, or what is wrong with its label; empty for nothing
 */
record Sighting(Path path, FileIdentity identity, long sizeBytes, Label label, String foreign) {
    /** Looks at a path; must not be one that this process has open, see {@link OpenFile}. */
    static Sighting look(final Path path, final FileIdentity identity) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return look(path, identity, channel);
        }
    }

    /** Looks through a channel that is open. */
    static Sighting look(final Path path, final FileIdentity identity, final FileChannel channel) throws IOException {
        final long size = channel.size() / DeviceIo.UNIT_BYTES * DeviceIo.UNIT_BYTES;
        final Label label = Label.read(channel, size);
        if (!label.problem().isEmpty()) {
            return new Sighting(path, identity, size, label, label.problem());
        }
        if (label.superblock() != null && label.firstWhole()) {
            return new Sighting(path, identity, size, label, "");
        }
        // A label at the end alone may be what a later user of the device left standing.
        final String foreign = ForeignData.find(channel, size);
        return new Sighting(path, identity, size, label, foreign);
    }

    boolean labelled() {
        return label.superblock() != null && foreign.isEmpty();
    }

    boolean sameAs(final FileIdentity now) {
        return identity.isFile() && identity.equals(now);
    }
}
