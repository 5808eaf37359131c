package org.isobar.scsi;

import java.io.ByteArrayOutputStream;
import java.util.UUID;

/** Writes parameter lists of EXTENDED COPY. */
final class CopyParameters {
    private final int listId;
    private final int usage;
    private final ByteArrayOutputStream targets = new ByteArrayOutputStream();
    private final ByteArrayOutputStream segments = new ByteArrayOutputStream();

    CopyParameters(final int listId, final int usage) {
        this.listId = listId;
        this.usage = usage;
    }

    /** A CSCD descriptor of a volume of ours. */
    CopyParameters target(final UUID uuid) {
        final byte[] descriptor = new byte[32];
        descriptor[0] = (byte) 0xE4;
        descriptor[4] = 1; // binary
        descriptor[5] = 3; // NAA
        descriptor[7] = 8;
        System.arraycopy(VitalProductData.naaDesignator(uuid), 0, descriptor, 8, 8);
        BigEndian.putTriple(descriptor, 29, 512);
        return target(descriptor);
    }

    CopyParameters target(final byte[] descriptor) {
        targets.writeBytes(descriptor);
        return this;
    }

    /** A segment of type 02h. */
    CopyParameters blocks(
            final int source,
            final int destination,
            final int blocks,
            final long sourceLba,
            final long destinationLba) {
        final byte[] descriptor = new byte[28];
        descriptor[0] = 0x02;
        BigEndian.putShort(descriptor, 2, 24);
        BigEndian.putShort(descriptor, 4, source);
        BigEndian.putShort(descriptor, 6, destination);
        BigEndian.putShort(descriptor, 10, blocks);
        BigEndian.putLong(descriptor, 12, sourceLba);
        BigEndian.putLong(descriptor, 20, destinationLba);
        return segment(descriptor);
    }

    /** A segment of type 0Ah. */
    CopyParameters bytes(
            final int source,
            final int destination,
            final long bytes,
            final long sourceLba,
            final long destinationLba) {
        final byte[] descriptor = new byte[32];
        descriptor[0] = 0x0A;
        BigEndian.putShort(descriptor, 2, 28);
        BigEndian.putShort(descriptor, 4, source);
        BigEndian.putShort(descriptor, 6, destination);
        BigEndian.putInt(descriptor, 8, (int) bytes);
        BigEndian.putLong(descriptor, 12, sourceLba);
        BigEndian.putLong(descriptor, 20, destinationLba);
        return segment(descriptor);
    }

    CopyParameters segment(final byte[] descriptor) {
        segments.writeBytes(descriptor);
        return this;
    }

    byte[] bytes() {
        final byte[] header = new byte[16];
        header[0] = (byte) listId;
        header[1] = (byte) (usage << 3);
        BigEndian.putShort(header, 2, targets.size());
        BigEndian.putInt(header, 8, segments.size());
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(header);
        all.writeBytes(targets.toByteArray());
        all.writeBytes(segments.toByteArray());
        return all.toByteArray();
    }
}
