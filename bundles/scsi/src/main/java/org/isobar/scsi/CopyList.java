package org.isobar.scsi;

import java.util.Arrays;

/**
 * The parameter list of EXTENDED COPY (LID1) (SPC-4 §6.4.2): CSCD descriptors of type E4h (a logical unit by its NAA
 * designator) and segments of type 02h and 0Ah (block device to block device). A view, checked by {@link #check}.
 */
final class CopyList {
    static final int HEADER_BYTES = 16;
    static final int TARGET_BYTES = 32;
    static final int BLOCKS_SEGMENT_BYTES = 28;
    static final int LONG_SEGMENT_BYTES = 32;
    /** In ascending order. */
    static final byte[] DESCRIPTOR_TYPES = {0x02, 0x0A, (byte) 0xE4};

    private static final int LIST_ID_OFFSET = 0;
    private static final int USAGE_OFFSET = 1;
    private static final int USAGE_SHIFT = 3;
    private static final int USAGE_MASK = 0x03;
    private static final int USAGE_RESERVED = 1;
    private static final int USAGE_NO_RESULTS = 2;
    private static final int USAGE_NO_ID = 3;
    private static final int TARGETS_LENGTH_OFFSET = 2;
    private static final int SEGMENTS_LENGTH_OFFSET = 8;
    private static final int INLINE_LENGTH_OFFSET = 12;

    private static final byte IDENTIFICATION_TARGET = (byte) 0xE4;
    private static final int DEVICE_TYPE_OFFSET = 1;
    private static final int DEVICE_TYPE_MASK = 0x1F;
    private static final int CODE_SET_OFFSET = 4;
    private static final int CODE_SET_MASK = 0x0F;
    private static final int CODE_SET_BINARY = 1;
    private static final int DESIGNATOR_TYPE_OFFSET = 5;
    private static final int DESIGNATOR_TYPE_MASK = 0x3F;
    /** NAA, of the logical unit. */
    private static final int DESIGNATOR_NAA = 0x03;

    private static final int DESIGNATOR_LENGTH_OFFSET = 7;
    private static final int DESIGNATOR_OFFSET = 8;
    private static final int DESIGNATOR_MAX_BYTES = 20;
    private static final int BLOCK_BYTES_OFFSET = 29;

    private static final byte BLOCKS_SEGMENT = 0x02;
    private static final byte LONG_SEGMENT = 0x0A;
    private static final int SEGMENT_LENGTH_OFFSET = 2;
    private static final int SEGMENT_HEADER_BYTES = 4;
    /** Index of the source's CSCD descriptor. */
    static final int SOURCE_OFFSET = 4;
    /** Index of the destination's CSCD descriptor. */
    static final int DESTINATION_OFFSET = 6;
    /** Count in a segment of bytes. */
    static final int BYTES_OFFSET = 8;

    private static final int BLOCKS_OFFSET = 10;
    private static final int SOURCE_LBA_OFFSET = 12;
    private static final int DESTINATION_LBA_OFFSET = 20;
    private static final int BYTE_OFFSETS_OFFSET = 28;

    private final byte[] bytes;
    private int targets;
    private final int[] segments = new int[Copies.MAX_SEGMENTS];
    private int segmentCount;

    CopyList(final byte[] bytes) {
        this.bytes = bytes;
    }

    /** Checks the list as a whole (SPC-4 §6.4.3.2); ends the command and returns false when it is at fault. */
    boolean check(final CommandRun run) {
        final int targetsBytes = BigEndian.unsignedShort(bytes, TARGETS_LENGTH_OFFSET);
        final long segmentsBytes = BigEndian.unsignedInt(bytes, SEGMENTS_LENGTH_OFFSET);
        final long inlineBytes = BigEndian.unsignedInt(bytes, INLINE_LENGTH_OFFSET);
        if (targetsBytes + segmentsBytes > Copies.MAX_LIST_BYTES
                || HEADER_BYTES + targetsBytes + segmentsBytes + inlineBytes > bytes.length) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
            return false;
        }
        if (inlineBytes > 0) {
            run.check(SenseCode.INLINE_DATA_LENGTH_EXCEEDED);
            return false;
        }
        final int usage = usage();
        if (usage == USAGE_RESERVED) {
            run.invalidParameter(USAGE_OFFSET);
            return false;
        }
        if (usage == USAGE_NO_ID && listId() != 0) {
            run.invalidParameter(LIST_ID_OFFSET);
            return false;
        }
        return checkTargets(run, targetsBytes) && checkSegments(run, HEADER_BYTES + targetsBytes, (int) segmentsBytes);
    }

    private boolean checkTargets(final CommandRun run, final int listBytes) {
        if (listBytes % TARGET_BYTES != 0) {
            run.invalidParameter(TARGETS_LENGTH_OFFSET);
            return false;
        }
        targets = listBytes / TARGET_BYTES;
        if (targets > Copies.MAX_TARGETS) {
            run.check(SenseCode.TOO_MANY_TARGET_DESCRIPTORS);
            return false;
        }
        for (int index = 0; index < targets; index++) {
            if (bytes[target(index)] != IDENTIFICATION_TARGET) {
                run.checkSpecific(
                        SenseCode.UNSUPPORTED_TARGET_DESCRIPTOR_TYPE, SenseData.parameterField(target(index)));
                return false;
            }
        }
        return true;
    }

    private boolean checkSegments(final CommandRun run, final int from, final int listBytes) {
        int at = from;
        while (at < from + listBytes) {
            if (segmentCount == Copies.MAX_SEGMENTS) {
                run.check(SenseCode.TOO_MANY_SEGMENT_DESCRIPTORS);
                return false;
            }
            final int expectedBytes =
                    switch (bytes[at]) {
                        case BLOCKS_SEGMENT -> BLOCKS_SEGMENT_BYTES;
                        case LONG_SEGMENT -> LONG_SEGMENT_BYTES;
                        default -> 0;
                    };
            if (expectedBytes == 0) {
                run.checkSpecific(SenseCode.UNSUPPORTED_SEGMENT_DESCRIPTOR_TYPE, SenseData.parameterField(at));
                return false;
            }
            if (at + expectedBytes > from + listBytes
                    || BigEndian.unsignedShort(bytes, at + SEGMENT_LENGTH_OFFSET)
                            != expectedBytes - SEGMENT_HEADER_BYTES) {
                run.invalidParameter(Math.min(at + SEGMENT_LENGTH_OFFSET, from + listBytes - 1));
                return false;
            }
            segments[segmentCount] = at;
            segmentCount++;
            at += expectedBytes;
        }
        return true;
    }

    int listId() {
        return BigEndian.unsignedByte(bytes, LIST_ID_OFFSET);
    }

    /** Whether the list identifier means anything. */
    boolean identified() {
        return usage() != USAGE_NO_ID;
    }

    /** Whether RECEIVE COPY RESULTS may ask for the outcome. */
    boolean keepsResults() {
        return usage() < USAGE_NO_RESULTS;
    }

    int segmentCount() {
        return segmentCount;
    }

    /** Index of the CSCD descriptor that a segment names at {@link #SOURCE_OFFSET} or {@link #DESTINATION_OFFSET}. */
    int targetIndex(final int segment, final int field) {
        return BigEndian.unsignedShort(bytes, segments[segment] + field);
    }

    boolean hasTarget(final int index) {
        return index < targets;
    }

    /** Whether a CSCD descriptor is one of a disk with blocks of our length; a length of 0 says nothing. */
    boolean disk(final int index) {
        final int at = target(index);
        final int blockBytes = BigEndian.unsignedTriple(bytes, at + BLOCK_BYTES_OFFSET);
        return (bytes[at + DEVICE_TYPE_OFFSET] & DEVICE_TYPE_MASK) == 0
                && (blockBytes == 0 || blockBytes == BlockLimits.BLOCK_BYTES);
    }

    /** NAA designator of a CSCD descriptor, or null when it has none of that kind. */
    byte[] designator(final int index) {
        final int at = target(index);
        final int length = BigEndian.unsignedByte(bytes, at + DESIGNATOR_LENGTH_OFFSET);
        if ((bytes[at + CODE_SET_OFFSET] & CODE_SET_MASK) != CODE_SET_BINARY
                || (bytes[at + DESIGNATOR_TYPE_OFFSET] & DESIGNATOR_TYPE_MASK) != DESIGNATOR_NAA
                || length > DESIGNATOR_MAX_BYTES) {
            return null;
        }
        return Arrays.copyOfRange(bytes, at + DESIGNATOR_OFFSET, at + DESIGNATOR_OFFSET + length);
    }

    /** Length of a segment in bytes. */
    long bytes(final int segment) {
        final int at = segments[segment];
        return bytes[at] == BLOCKS_SEGMENT
                ? (long) BigEndian.unsignedShort(bytes, at + BLOCKS_OFFSET) << BlockLimits.BLOCK_SHIFT
                : BigEndian.unsignedInt(bytes, at + BYTES_OFFSET);
    }

    /** Whether a segment begins and ends with whole blocks. */
    boolean wholeBlocks(final int segment) {
        final int at = segments[segment];
        return bytes[at] == BLOCKS_SEGMENT
                || (bytes(segment) % BlockLimits.BLOCK_BYTES == 0
                        && BigEndian.unsignedInt(bytes, at + BYTE_OFFSETS_OFFSET) == 0);
    }

    /** First block read, unsigned. */
    long sourceLba(final int segment) {
        return BigEndian.longAt(bytes, segments[segment] + SOURCE_LBA_OFFSET);
    }

    /** First block written, unsigned. */
    long destinationLba(final int segment) {
        return BigEndian.longAt(bytes, segments[segment] + DESTINATION_LBA_OFFSET);
    }

    private int usage() {
        return bytes[USAGE_OFFSET] >>> USAGE_SHIFT & USAGE_MASK;
    }

    private static int target(final int index) {
        return HEADER_BYTES + index * TARGET_BYTES;
    }
}
