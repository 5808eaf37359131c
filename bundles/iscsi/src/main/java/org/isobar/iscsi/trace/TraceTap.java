package org.isobar.iscsi.trace;

/** A connection that can be recorded. Any thread may call. */
public interface TraceTap {
    /** Name of the initiator, or null while it has not said it. */
    String initiatorName();

    /** Its session, 0 before login is over. */
    int tsih();

    /** Records from the next PDU on, unless it is recorded already. */
    void attach(TraceTarget target);
}
