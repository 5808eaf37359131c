package org.isobar.scsi.reservation;

/** What a command needs of a logical unit that is reserved (SPC-4 tables of §5.13.1, SBC-3 §4.17, SPC-2 §5.5.1). */
public enum Access {
    /** Nothing: never conflicts, or sees to it by itself. */
    NONE(0x0),
    /** Conflicts with another nexus's SPC-2 reservation, with no persistent one. */
    STATUS(0x1),
    /** PERSISTENT RESERVE IN and OUT: conflict with any SPC-2 reservation, the nexus's own too. */
    PERSISTENT(0x2),
    /** Allowed to all under a write exclusive reservation. */
    READ(0x4),
    /** Allowed to those alone who have access. */
    WRITE(0x8);

    private final int bit;

    Access(final int bit) {
        this.bit = bit;
    }

    /** Its bit in a set; NONE has none. */
    public int bit() {
        return bit;
    }
}
