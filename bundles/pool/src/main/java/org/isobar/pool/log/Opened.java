package org.isobar.pool.log;

import java.util.List;
import java.util.UUID;

/**
 * How an open ended.
 *
 * @param state whether the log is open
 * @param fresh whether no device had a log, so that the state machine is as after its reset
 * @param active devices that the log is kept on now, empty while WAITING
 * @param missing devices of the newest copy's ACTIVE list that were not there or not readable
 */
public record Opened(State state, boolean fresh, List<UUID> active, List<UUID> missing) {
    public Opened {
        active = List.copyOf(active);
        missing = List.copyOf(missing);
    }

    /** Whether the log is open. */
    public enum State {
        /** Open for appends. */
        OPEN,
        /** Too few devices of the newest copy's ACTIVE list are there; nothing was written; open again with more. */
        WAITING
    }
}
