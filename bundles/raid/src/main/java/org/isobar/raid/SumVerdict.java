package org.isobar.raid;

/** What checksums say of content. */
enum SumVerdict {
    /** It is what was written. */
    RIGHT,
    /** At least one block is not what was written. */
    WRONG,
    /** Of at least one block the checksum is lost, the others are right. */
    UNKNOWN
}
