package org.isobar.scsi;

import java.util.Arrays;

/** The mode pages (SPC-4 §7.5, SBC-4 §6.5) in order of code and subpage: what they say, and what may be changed. */
enum ModePage {
    /** LBPERE: whether thresholds of logical block provisioning are told of. */
    ERROR_RECOVERY(0x01, 0x00, 12, true),
    /** WCE: writes reach the host's page cache; only a flush or FUA makes them survive power loss. */
    CACHING(0x08, 0x00, 20, false),
    CONTROL(0x0A, 0x00, 12, false),
    EXCEPTIONS(0x1C, 0x00, 12, false),
    PROVISIONING(0x1C, 0x02, 16 + SoftThreshold.COUNT * SoftThreshold.DESCRIPTOR_BYTES, true);

    /** Page code that stands for all. */
    static final int ALL = 0x3F;
    /** Subpage code that stands for all. */
    static final int ALL_SUBPAGES = 0xFF;

    static final int CODE_MASK = 0x3F;
    static final int SUBPAGE_FORMAT = 0x40;
    private static final int SAVABLE = 0x80;
    private static final int SHORT_HEADER_BYTES = 2;
    private static final int LONG_HEADER_BYTES = 4;

    private static final int REPORTING_OFFSET = 7;
    private static final int LBPERE = 0x80;

    private static final byte WRITE_CACHE = 0x04;

    private static final int CONTROL_FLAGS_OFFSET = 2;
    /** GLTSD. */
    private static final byte CONTROL_FLAGS = 0x02;

    private static final int D_SENSE = 0x04;
    /** Unrestricted reordering. */
    private static final byte QUEUE_ALGORITHM = 0x10;

    private static final int CONTROL_PROTECTION_OFFSET = 4;
    /** Software write protect. */
    private static final int SWP = 0x08;

    /** DEXCPT. */
    private static final byte EXCEPTIONS_DISABLED = 0x08;

    private static final int SINGLE_OFFSET = 4;
    private static final int SITUA = 0x01;

    private final int code;
    private final int subpage;
    private final int bytes;
    private final boolean savable;

    ModePage(final int code, final int subpage, final int bytes, final boolean savable) {
        this.code = code;
        this.subpage = subpage;
        this.bytes = bytes;
        this.savable = savable;
    }

    /** The page with this code and subpage, or null. */
    static ModePage find(final int code, final int subpage) {
        for (final ModePage page : values()) {
            if (page.code == code && page.subpage == subpage) {
                return page;
            }
        }
        return null;
    }

    /** Whether MODE SENSE with these codes, of which each may be that for all, means this page too (SPC-4 table 164). */
    boolean among(final int wantedCode, final int wantedSubpage) {
        return (wantedCode == ALL || wantedCode == code) && (wantedSubpage == ALL_SUBPAGES || wantedSubpage == subpage);
    }

    int code() {
        return code;
    }

    /** Whether its values can be saved. */
    boolean savable() {
        return savable;
    }

    int bytes() {
        return bytes;
    }

    int headerBytes() {
        return subpage == 0 ? SHORT_HEADER_BYTES : LONG_HEADER_BYTES;
    }

    /** The page with these values. */
    byte[] encode(final ModeValues values) {
        final byte[] page = withHeader();
        switch (this) {
            case ERROR_RECOVERY -> page[REPORTING_OFFSET] = (byte) (values.reporting() ? LBPERE : 0);
            case CACHING -> page[2] = WRITE_CACHE;
            case CONTROL -> {
                page[CONTROL_FLAGS_OFFSET] = (byte) (CONTROL_FLAGS | (values.descriptorSense() ? D_SENSE : 0));
                page[3] = QUEUE_ALGORITHM;
                page[CONTROL_PROTECTION_OFFSET] = (byte) (values.writeProtected() ? SWP : 0);
            }
            case EXCEPTIONS -> page[2] = EXCEPTIONS_DISABLED;
            case PROVISIONING -> {
                page[SINGLE_OFFSET] = (byte) (values.single() ? SITUA : 0);
                for (final SoftThreshold threshold : SoftThreshold.values()) {
                    threshold.encode(values.thresholds().get(threshold.index()), page);
                }
            }
        }
        return page;
    }

    /** The page with a one in every bit that MODE SELECT may change. */
    byte[] changeable() {
        final byte[] page = withHeader();
        switch (this) {
            case ERROR_RECOVERY -> page[REPORTING_OFFSET] = (byte) LBPERE;
            case CONTROL -> {
                page[CONTROL_FLAGS_OFFSET] = D_SENSE;
                page[CONTROL_PROTECTION_OFFSET] = SWP;
            }
            case PROVISIONING -> {
                page[SINGLE_OFFSET] = SITUA;
                for (final SoftThreshold threshold : SoftThreshold.values()) {
                    threshold.changeable(page);
                }
            }
            case CACHING, EXCEPTIONS -> {}
        }
        return page;
    }

    /** These values as this page, from {@code at} of a list, changes them. */
    ModeValues decode(final byte[] list, final int at, final ModeValues before) {
        return switch (this) {
            case ERROR_RECOVERY -> before.withReporting((list[at + REPORTING_OFFSET] & LBPERE) != 0);
            case CONTROL ->
                before.withControl(
                        (list[at + CONTROL_FLAGS_OFFSET] & D_SENSE) != 0,
                        (list[at + CONTROL_PROTECTION_OFFSET] & SWP) != 0);
            case PROVISIONING ->
                before.withThresholds(
                        (list[at + SINGLE_OFFSET] & SITUA) != 0,
                        Arrays.stream(SoftThreshold.values())
                                .map(threshold -> threshold.decode(list, at))
                                .toList());
            case CACHING, EXCEPTIONS -> before;
        };
    }

    private byte[] withHeader() {
        final byte[] page = new byte[bytes];
        page[0] = (byte) (code | (savable ? SAVABLE : 0) | (subpage == 0 ? 0 : SUBPAGE_FORMAT));
        if (subpage == 0) {
            page[1] = (byte) (bytes - SHORT_HEADER_BYTES);
        } else {
            page[1] = (byte) subpage;
            BigEndian.putShort(page, 2, bytes - LONG_HEADER_BYTES);
        }
        return page;
    }
}
