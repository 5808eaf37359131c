package org.isobar.iscsi.stats;

/** When a command came from one stage to the next: readings of the {@link TurnClock}, 0 for stages that it skipped. */
public final class CommandTimes {
    /** Its PDU was received. */
    public long receivedNs;
    /** The logical unit got it. */
    public long submittedNs;
    /** The logical unit got its data-out. */
    public long dataArrivedNs;
    /** The logical unit was done with it. */
    public long completedNs;

    /** Another command begins. */
    public void begin(final long nowNs) {
        receivedNs = nowNs;
        submittedNs = 0;
        dataArrivedNs = 0;
        completedNs = 0;
    }
}
