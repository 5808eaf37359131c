package org.isobar.scsi;

import java.util.Arrays;

/**
 * Where a copy failed, for the sense data of COPY ABORTED (SPC-4 §6.4.3.4): the number of the segment is in the two last
 * bytes of the COMMAND-SPECIFIC INFORMATION field; where one of the two logical units refused, its status and its sense
 * data follow, and the field's first byte (source) or second (destination) says where.
 *
 * @param segment index of the segment, zero-based
 * @param pointer sense-key specific bytes: the field of the segment descriptor at fault, or
 *     {@link SenseData#NOTHING_SPECIFIC}
 * @param side which logical unit refused
 * @param thirdParty what it said, or null when none did
 */
record CopyFailure(int segment, int pointer, Side side, SenseCode thirdParty) {
    private static final int FIXED_SPECIFIC_INFORMATION_OFFSET = 8;
    private static final int FIXED_ADDITIONAL_LENGTH_OFFSET = 7;

    private static final byte SPECIFIC_INFORMATION_TYPE = 0x01;
    private static final int SPECIFIC_INFORMATION_BYTES = 12;
    private static final byte FORWARDED_TYPE = 0x0C;
    private static final int FORWARDED_HEADER_BYTES = 4;
    private static final int ADDITIONAL_LENGTH_OFFSET = 7;
    private static final int HEADER_BYTES = 8;
    private static final int DESCRIPTOR_HEADER_BYTES = 2;

    private static final int LONGEST_SENSE_BYTES = 40;

    /** Which logical unit of a segment. */
    enum Side {
        SOURCE(1),
        DESTINATION(2);

        private final int code;

        Side(final int code) {
            this.code = code;
        }
    }

    /** A segment that is itself at fault. */
    static CopyFailure of(final int segment, final int fieldOffset) {
        return new CopyFailure(segment, SenseData.segmentField(fieldOffset), Side.SOURCE, null);
    }

    /** A logical unit that refused. */
    static CopyFailure of(final int segment, final Side side, final SenseCode thirdParty) {
        return new CopyFailure(segment, SenseData.NOTHING_SPECIFIC, side, thirdParty);
    }

    int segmentPointer() {
        return pointer;
    }

    /** Adds it to sense data that is written already; returns the new length in bytes. */
    int addTo(final byte[] sense, final int senseBytes, final boolean descriptorFormat) {
        final byte[] theirs = new byte[LONGEST_SENSE_BYTES];
        final int theirBytes = thirdParty == null
                ? 0
                : SenseData.write(theirs, descriptorFormat, thirdParty, -1, SenseData.NOTHING_SPECIFIC);
        return descriptorFormat
                ? addDescriptors(sense, senseBytes, theirs, theirBytes)
                : addFixed(sense, senseBytes, theirs, theirBytes);
    }

    private int addFixed(final byte[] sense, final int senseBytes, final byte[] theirs, final int theirBytes) {
        BigEndian.putInt(sense, FIXED_SPECIFIC_INFORMATION_OFFSET, segment);
        if (theirBytes == 0) {
            return senseBytes;
        }
        sense[FIXED_SPECIFIC_INFORMATION_OFFSET + side.code - 1] = (byte) senseBytes;
        sense[senseBytes] = ScsiStatus.CHECK_CONDITION;
        System.arraycopy(theirs, 0, sense, senseBytes + 1, theirBytes);
        final int end = senseBytes + 1 + theirBytes;
        sense[FIXED_ADDITIONAL_LENGTH_OFFSET] = (byte) (end - FIXED_ADDITIONAL_LENGTH_OFFSET - 1);
        return end;
    }

    private int addDescriptors(final byte[] sense, final int senseBytes, final byte[] theirs, final int theirBytes) {
        int end = senseBytes;
        Arrays.fill(sense, end, end + SPECIFIC_INFORMATION_BYTES, (byte) 0);
        sense[end] = SPECIFIC_INFORMATION_TYPE;
        sense[end + 1] = SPECIFIC_INFORMATION_BYTES - DESCRIPTOR_HEADER_BYTES;
        BigEndian.putLong(sense, end + 4, segment);
        end += SPECIFIC_INFORMATION_BYTES;
        if (theirBytes > 0) {
            sense[end] = FORWARDED_TYPE;
            sense[end + 1] = (byte) (FORWARDED_HEADER_BYTES - DESCRIPTOR_HEADER_BYTES + theirBytes);
            sense[end + 2] = (byte) side.code; // SENSE DATA SOURCE: source or destination of the copy
            sense[end + 3] = ScsiStatus.CHECK_CONDITION;
            System.arraycopy(theirs, 0, sense, end + FORWARDED_HEADER_BYTES, theirBytes);
            end += FORWARDED_HEADER_BYTES + theirBytes;
        }
        sense[ADDITIONAL_LENGTH_OFFSET] = (byte) (end - HEADER_BYTES);
        return end;
    }
}
