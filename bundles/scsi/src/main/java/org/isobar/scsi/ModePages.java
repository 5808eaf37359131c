package org.isobar.scsi;

/** The mode pages (SPC-4 §7.5, SBC-3 §6.5): what they say now, and what may be changed (D_SENSE and SWP). */
final class ModePages {
    static final int CACHING = 0x08;
    static final int CONTROL = 0x0A;
    static final int INFORMATIONAL_EXCEPTIONS = 0x1C;
    static final int ALL = 0x3F;
    /** In the order of {@link #ALL}. */
    private static final int[] CODES = {CACHING, CONTROL, INFORMATIONAL_EXCEPTIONS};

    static final int HEADER_BYTES = 2;
    static final int CONTROL_FLAGS_OFFSET = 2;
    static final int D_SENSE = 0x04;
    static final int CONTROL_PROTECTION_OFFSET = 4;
    /** Software write protect. */
    static final int SWP = 0x08;

    private static final int CACHING_BYTES = 20;
    /** WCE: writes reach the host's page cache; only a flush or FUA makes them survive power loss. */
    private static final byte WRITE_CACHE = 0x04;

    private static final int CONTROL_BYTES = 12;
    /** GLTSD. */
    private static final byte CONTROL_FLAGS = 0x02;
    /** Unrestricted reordering. */
    private static final byte QUEUE_ALGORITHM = 0x10;

    private static final int EXCEPTIONS_BYTES = 12;
    /** DEXCPT. */
    private static final byte EXCEPTIONS_DISABLED = 0x08;

    private ModePages() {}

    static int[] codes() {
        return CODES.clone();
    }

    static boolean known(final int code) {
        return code == CACHING || code == CONTROL || code == INFORMATIONAL_EXCEPTIONS;
    }

    /** A known page as it stands with this sense format and write protection. */
    static byte[] values(final int code, final boolean descriptorSense, final boolean writeProtected) {
        final byte[] page =
                switch (code) {
                    case CACHING -> new byte[CACHING_BYTES];
                    case CONTROL -> new byte[CONTROL_BYTES];
                    default -> new byte[EXCEPTIONS_BYTES];
                };
        page[0] = (byte) code;
        page[1] = (byte) (page.length - HEADER_BYTES);
        switch (code) {
            case CACHING -> page[2] = WRITE_CACHE;
            case CONTROL -> {
                page[CONTROL_FLAGS_OFFSET] = (byte) (CONTROL_FLAGS | (descriptorSense ? D_SENSE : 0));
                page[3] = QUEUE_ALGORITHM;
                page[CONTROL_PROTECTION_OFFSET] = (byte) (writeProtected ? SWP : 0);
            }
            default -> page[2] = EXCEPTIONS_DISABLED;
        }
        return page;
    }

    /** A known page with a one in every bit that MODE SELECT may change. */
    static byte[] changeable(final int code) {
        final byte[] page = values(code, false, false);
        for (int at = HEADER_BYTES; at < page.length; at++) {
            page[at] = 0;
        }
        if (code == CONTROL) {
            page[CONTROL_FLAGS_OFFSET] = D_SENSE;
            page[CONTROL_PROTECTION_OFFSET] = SWP;
        }
        return page;
    }
}
