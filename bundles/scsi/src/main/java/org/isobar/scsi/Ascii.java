package org.isobar.scsi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text fields of parameter data (SPC-4 §4.3.1). */
final class Ascii {
    static final String VENDOR = "ISOBAR";
    static final int VENDOR_BYTES = 8;

    private Ascii() {}

    /** Left-aligned, padded with spaces. */
    static void put(final byte[] to, final int at, final int fieldBytes, final String text) {
        Arrays.fill(to, at, at + fieldBytes, (byte) ' ');
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, to, at, Math.min(bytes.length, fieldBytes));
    }

    /** The vendor field. */
    static void putVendor(final byte[] to, final int at) {
        put(to, at, VENDOR_BYTES, VENDOR);
    }
}
