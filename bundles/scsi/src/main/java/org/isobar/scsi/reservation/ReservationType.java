package org.isobar.scsi.reservation;

/** Persistent reservation type codes (SPC-4 §6.15.3.4). */
public enum ReservationType {
    WRITE_EXCLUSIVE(1, true, false, false),
    EXCLUSIVE_ACCESS(3, false, false, false),
    WRITE_EXCLUSIVE_REGISTRANTS_ONLY(5, true, true, false),
    EXCLUSIVE_ACCESS_REGISTRANTS_ONLY(6, false, true, false),
    WRITE_EXCLUSIVE_ALL_REGISTRANTS(7, true, true, true),
    EXCLUSIVE_ACCESS_ALL_REGISTRANTS(8, false, true, true);

    private final int code;
    private final boolean othersMayRead;
    private final boolean registrants;
    private final boolean allRegistrants;

    ReservationType(
            final int code, final boolean othersMayRead, final boolean registrants, final boolean allRegistrants) {
        this.code = code;
        this.othersMayRead = othersMayRead;
        this.registrants = registrants;
        this.allRegistrants = allRegistrants;
    }

    /** The type of a code, or null. */
    public static ReservationType of(final int code) {
        for (final ReservationType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return null;
    }

    public int code() {
        return code;
    }

    /** Write exclusive: those without access may still read. */
    public boolean othersMayRead() {
        return othersMayRead;
    }

    /** Registrants only or all registrants: every registered nexus has access. */
    public boolean registrants() {
        return registrants;
    }

    /** Every registered nexus holds the reservation. */
    public boolean allRegistrants() {
        return allRegistrants;
    }
}
