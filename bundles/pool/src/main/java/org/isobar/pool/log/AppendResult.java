package org.isobar.pool.log;

/** How an append, a flush or a membership change ended. */
public enum AppendResult {
    /** On all ACTIVE devices that survive, and applied. */
    OK,
    /**
     * Not written: the state would outgrow the system areas. Records that shrink it may still go through the reserve.
     */
    NO_SPACE,
    /** Not written: the queue is full; the same append may succeed later. */
    BUSY,
    /**
     * The log has lost the devices it needs. Whether the record is found again after the next start is open; nothing
     * more is accepted.
     */
    FENCED,
    /** Not written: the log is not open. */
    CLOSED;

    /** Whether it was done as asked. */
    public boolean ok() {
        return this == OK;
    }
}
