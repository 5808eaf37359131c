package org.isobar.scsi;

import org.isobar.scsi.reservation.Outcome;

/** Conditions a nexus is told of once, most urgent first (SAM-5 §5.14, SPC-4 §4.5.6). */
enum UnitAttention {
    POWER_ON(0x01, SenseCode.POWER_ON_OR_RESET),
    RESET(0x02, SenseCode.BUS_DEVICE_RESET),
    RESERVATIONS_PREEMPTED(0x04, SenseCode.RESERVATIONS_PREEMPTED),
    REGISTRATIONS_PREEMPTED(0x08, SenseCode.REGISTRATIONS_PREEMPTED),
    RESERVATIONS_RELEASED(0x10, SenseCode.RESERVATIONS_RELEASED),
    CAPACITY_CHANGED(0x20, SenseCode.CAPACITY_DATA_HAS_CHANGED),
    MODE_CHANGED(0x40, SenseCode.MODE_PARAMETERS_CHANGED),
    VOLUME_WARNING(0x80, SenseCode.SOFT_THRESHOLD_REACHED),
    VOLUME_CRITICAL(0x100, SenseCode.SOFT_THRESHOLD_REACHED),
    POOL_WARNING(0x200, SenseCode.SOFT_THRESHOLD_REACHED),
    POOL_CRITICAL(0x400, SenseCode.SOFT_THRESHOLD_REACHED);

    /** Those that come before RESERVATION CONFLICT (SAM-5 §5.3.3). */
    static final int BEFORE_CONFLICT = POWER_ON.bit | RESET.bit;
    /** Any. */
    static final int ALL = -1;

    private static final UnitAttention[] BY_URGENCY = values();

    private final int bit;
    private final SenseCode code;

    UnitAttention(final int bit, final SenseCode code) {
        this.bit = bit;
        this.code = code;
    }

    /** The attention of a notice of the reservation rules. */
    static UnitAttention of(final Outcome.Notice notice) {
        return switch (notice) {
            case RESERVATIONS_PREEMPTED -> RESERVATIONS_PREEMPTED;
            case RESERVATIONS_RELEASED -> RESERVATIONS_RELEASED;
            case REGISTRATIONS_PREEMPTED -> REGISTRATIONS_PREEMPTED;
        };
    }

    SenseCode code() {
        return code;
    }

    /** INFORMATION field of its sense data: where the threshold stands in its mode page; negative for none. */
    int information() {
        return switch (this) {
            case VOLUME_WARNING -> SoftThreshold.VOLUME_WARNING.offset();
            case VOLUME_CRITICAL -> SoftThreshold.VOLUME_CRITICAL.offset();
            case POOL_WARNING -> SoftThreshold.POOL_WARNING.offset();
            case POOL_CRITICAL -> SoftThreshold.POOL_CRITICAL.offset();
            default -> -1;
        };
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
