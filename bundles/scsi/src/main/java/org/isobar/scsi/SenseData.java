package org.isobar.scsi;

import java.util.Arrays;

/** Writes sense data in fixed (SPC-4 §4.5.3) or descriptor format (§4.5.2). */
final class SenseData {
    /** For {@code specific}: nothing to tell. */
    static final int NOTHING_SPECIFIC = 0;

    private static final byte FIXED_CURRENT = 0x70;
    private static final byte DESCRIPTOR_CURRENT = 0x72;
    private static final byte INFORMATION_VALID = (byte) 0x80;

    private static final int FIXED_BYTES = 18;
    private static final int FIXED_KEY_OFFSET = 2;
    private static final int FIXED_INFORMATION_OFFSET = 3;
    private static final int FIXED_ADDITIONAL_LENGTH_OFFSET = 7;
    private static final int FIXED_CODE_OFFSET = 12;
    private static final int FIXED_SPECIFIC_OFFSET = 15;

    private static final int DESCRIPTOR_KEY_OFFSET = 1;
    private static final int DESCRIPTOR_CODE_OFFSET = 2;
    private static final int DESCRIPTOR_ADDITIONAL_LENGTH_OFFSET = 7;
    private static final int DESCRIPTOR_HEADER_BYTES = 8;
    private static final int INFORMATION_DESCRIPTOR_BYTES = 12;
    private static final int SPECIFIC_DESCRIPTOR_BYTES = 8;
    private static final byte SPECIFIC_DESCRIPTOR_TYPE = 0x02;

    private static final int SPECIFIC_VALID = 0x80 << 16;
    private static final int IN_CDB = 0x40 << 16;
    private static final int BIT_VALID = 0x08 << 16;
    /** SD of the segment pointer. */
    private static final int IN_SEGMENT = 0x20 << 16;

    private SenseData() {}

    /** Sense-key specific bytes that point at a field of the CDB. */
    static int cdbField(final int byteIndex) {
        return SPECIFIC_VALID | IN_CDB | byteIndex;
    }

    /** Sense-key specific bytes that point at a field of the CDB by its most significant bit. */
    static int cdbField(final int byteIndex, final int bit) {
        return SPECIFIC_VALID | IN_CDB | BIT_VALID | bit << 16 | byteIndex;
    }

    /**
     * Sense-key specific bytes of a progress indication (SPC-4 §4.5.2.4.4).
     *
     * @param share how much is done, in 65536ths; less than 65536
     */
    static int progress(final int share) {
        return SPECIFIC_VALID | share;
    }

    /** Sense-key specific bytes that point at a byte of the segment descriptor being processed (SPC-4 §4.5.2.4.5). */
    static int segmentField(final int byteIndex) {
        return SPECIFIC_VALID | IN_SEGMENT | byteIndex;
    }

    /** Sense-key specific bytes that point at a field of the parameter list. */
    static int parameterField(final int byteIndex) {
        return SPECIFIC_VALID | byteIndex;
    }

    /**
     * Writes sense data to the beginning of {@code out}.
     *
     * @param information INFORMATION field, or negative for none
     * @param specific sense-key specific bytes, or {@link #NOTHING_SPECIFIC}
     * @return its length in bytes
     */
    static int write(
            final byte[] out,
            final boolean descriptorFormat,
            final SenseCode code,
            final long information,
            final int specific) {
        return descriptorFormat
                ? writeDescriptors(out, code, information, specific)
                : writeFixed(out, code, information, specific);
    }

    private static int writeFixed(final byte[] out, final SenseCode code, final long information, final int specific) {
        Arrays.fill(out, 0, FIXED_BYTES, (byte) 0);
        out[0] = FIXED_CURRENT;
        out[FIXED_KEY_OFFSET] = code.key();
        if (information >= 0 && information <= BigEndian.MAX_UNSIGNED_INT) {
            out[0] |= INFORMATION_VALID;
            BigEndian.putInt(out, FIXED_INFORMATION_OFFSET, (int) information);
        }
        out[FIXED_ADDITIONAL_LENGTH_OFFSET] = FIXED_BYTES - FIXED_ADDITIONAL_LENGTH_OFFSET - 1;
        out[FIXED_CODE_OFFSET] = code.additional();
        out[FIXED_CODE_OFFSET + 1] = code.qualifier();
        BigEndian.putTriple(out, FIXED_SPECIFIC_OFFSET, specific);
        return FIXED_BYTES;
    }

    private static int writeDescriptors(
            final byte[] out, final SenseCode code, final long information, final int specific) {
        Arrays.fill(
                out, 0, DESCRIPTOR_HEADER_BYTES + INFORMATION_DESCRIPTOR_BYTES + SPECIFIC_DESCRIPTOR_BYTES, (byte) 0);
        out[0] = DESCRIPTOR_CURRENT;
        out[DESCRIPTOR_KEY_OFFSET] = code.key();
        out[DESCRIPTOR_CODE_OFFSET] = code.additional();
        out[DESCRIPTOR_CODE_OFFSET + 1] = code.qualifier();
        int end = DESCRIPTOR_HEADER_BYTES;
        if (information >= 0) {
            out[end + 1] = INFORMATION_DESCRIPTOR_BYTES - 2;
            out[end + 2] = INFORMATION_VALID;
            BigEndian.putLong(out, end + 4, information);
            end += INFORMATION_DESCRIPTOR_BYTES;
        }
        if (specific != NOTHING_SPECIFIC) {
            out[end] = SPECIFIC_DESCRIPTOR_TYPE;
            out[end + 1] = SPECIFIC_DESCRIPTOR_BYTES - 2;
            BigEndian.putTriple(out, end + 4, specific);
            end += SPECIFIC_DESCRIPTOR_BYTES;
        }
        out[DESCRIPTOR_ADDITIONAL_LENGTH_OFFSET] = (byte) (end - DESCRIPTOR_HEADER_BYTES);
        return end;
    }
}
