package org.isobar.api.scsi;

/**
 * The relationship of one initiator port with one target port (I_T nexus, SAM-5 §4.7). Keeps unit attentions. Calls may come from the lanes of several connections.
 */
public interface ScsiNexus {
    /**
     * Starts a task on its lane: validates the CDB and either ends it, asks for its data, or executes it. Never throws.
     */
    void start(ScsiTask task);

    /**
     * Goes on with a task that asked for data, once {@link ScsiTask#dataOut} is filled. Data may never come (the task was
     * aborted, the connection lost): the transport then forgets the task without this call and may reuse it, so a
     * logical unit holds nothing for a task that waits for data.
     */
    void dataArrived(ScsiTask task);

    /**
     * Tells that nobody waits for the answer of a task that was started and has not ended; called on its lane. A task that
     * takes long ends soon then, in TASK ABORTED; others go on to their end. Either way {@link ScsiTask#completed} is
     * still called.
     */
    void abort(ScsiTask task);

    /**
     * Resets a logical unit (SAM-5 §7.7): every nexus, this one too, gets a unit attention. Tasks already started are
     * the transport's to account for; they end by themselves.
     *
     * @return whether the logical unit exists
     */
    boolean resetLogicalUnit(long lun);

    /** Resets the target: as a reset of every logical unit. */
    void resetTarget();

    /** Whether the logical unit exists. */
    boolean hasLogicalUnit(long lun);

    /**
     * Tells the nexus, before its first task, how its tasks are aborted when another nexus preempts it (PREEMPT AND ABORT,
     * SPC-4 §5.13.11.5). Without it they end by themselves.
     */
    default void abortsThrough(final TaskAborter aborter) {}

    /** Whether two numbers mean the same logical unit, by peripheral or by flat space addressing (SAM-5 §4.7.7). */
    default boolean sameLogicalUnit(final long one, final long other) {
        final long flatSpace = 1L << 62;
        return one == other || (one ^ flatSpace) == other && one >>> 62 <= 1 && (one << 2 >>> 58) == 0;
    }

    /** The session is over: drops what the nexus holds. Harmless when repeated. */
    void close();
}
