package org.isobar.scsi;

/** Conditions a nexus is told of once, most urgent first (SAM-5 §5.14, SPC-4 §4.5.6). */
enum UnitAttention {
    POWER_ON(0x1, SenseCode.POWER_ON_OR_RESET),
    RESET(0x2, SenseCode.BUS_DEVICE_RESET),
    CAPACITY_CHANGED(0x4, SenseCode.CAPACITY_DATA_HAS_CHANGED),
    MODE_CHANGED(0x8, SenseCode.MODE_PARAMETERS_CHANGED);

    private static final UnitAttention[] BY_URGENCY = values();

    private final int bit;
    private final SenseCode code;

    UnitAttention(final int bit, final SenseCode code) {
        this.bit = bit;
        this.code = code;
    }

    SenseCode code() {
        return code;
    }

    /** Its bit in a set. */
    int bit() {
        return bit;
    }

    /** The most urgent of a non-empty set of bits. */
    static UnitAttention first(final int bits) {
        return BY_URGENCY[Integer.numberOfTrailingZeros(bits)];
    }
}
