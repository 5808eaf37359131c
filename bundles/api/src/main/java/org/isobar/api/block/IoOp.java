package org.isobar.api.block;

/** What a request asks of a block layer. */
public enum IoOp {
    /** Fills {@code data} from the range. */
    READ,
    /** Stores {@code data} to the range. */
    WRITE,
    /** Makes the range read as zeros; devices may release the space behind it. Carries no data. */
    ZERO,
    /** The content is no longer wanted: the range reads as zeros afterwards and whole pages are freed. Carries no data. */
    DISCARD,
    /** Makes every write that completed before this request was submitted survive power loss. Range is ignored. */
    FLUSH
}
