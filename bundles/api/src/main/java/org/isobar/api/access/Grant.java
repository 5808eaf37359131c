package org.isobar.api.access;

/** What an initiator may do with a volume. */
public enum Grant {
    /** Nothing: the volume is not visible to it. */
    NONE,
    /** Reads only; the logical unit is write-protected for it. */
    READ_ONLY,
    /** Everything. */
    READ_WRITE
}
