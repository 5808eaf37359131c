package org.isobar.iscsi.trace;

/** Which way bytes go. */
public enum Direction {
    /** From the initiator. */
    RECEIVED(0),
    /** To the initiator. */
    SENT(1);

    private final int index;

    Direction(final int index) {
        this.index = index;
    }

    /** For tables with a place for each of the two. */
    int index() {
        return index;
    }
}
