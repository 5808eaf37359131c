package org.isobar.api.scsi;

import io.netty.buffer.ByteBuf;
import org.isobar.common.lane.Lane;

/**
 * One SCSI command between a transport and a logical unit (SAM-5 §5), reusable. The transport fills in the request
 * fields and calls {@link ScsiNexus#start}; the logical unit answers with {@link #completed} or, for a command with
 * data-out, first with {@link #dataOutWanted}. All calls of one task run on its lane, possibly within {@code start}.
 */
public abstract class ScsiTask {
    /** Longest CDB accepted, in bytes. */
    public static final int MAX_CDB_BYTES = 260;

    // Request, set by the transport before start.
    /** Where all calls of this task run. */
    public Lane lane;
    /** Logical unit number, the 8-byte SAM-5 form. */
    public long lun;
    /** The CDB; bytes past {@link #cdbBytes} are zero up to 16. */
    public final byte[] cdb = new byte[MAX_CDB_BYTES];
    /** Length of the CDB in bytes. */
    public int cdbBytes;
    /** Bytes the initiator is ready to send, 0 when none. */
    public int expectedOutBytes;
    /** Bytes the initiator is ready to receive, 0 when none. */
    public int expectedInBytes;
    /** All data-out of the command, owned by the transport until completion; null before {@link ScsiNexus#dataArrived}. */
    public ByteBuf dataOut;
    /** Bytes of {@link #dataOut}. */
    public int dataOutBytes;
    /** For the logical unit: what it keeps with this object from one use to the next. Transports leave it alone. */
    public Object unitState;

    // Answer, set by the logical unit before completed().
    /** Status byte (SAM-5 §5.3.1). */
    public int status;
    /** Sense data; its first {@link #senseBytes} bytes count. */
    public final byte[] sense = new byte[252];
    /** Length of the sense data in bytes, 0 when none. */
    public int senseBytes;
    /** Data-in or null; the transport takes over this reference and releases it. Cut to what the initiator expects. */
    public ByteBuf dataIn;
    /** Bytes of data-in that the command yields, before cutting to {@link #expectedInBytes}: gives the residual. */
    public long dataInBytes;
    /** Bytes of data-out that the command wants, whether or not the initiator sends so many: gives the residual. */
    public long dataOutWantedBytes;

    /**
     * The command is valid and wants data: the transport collects the smaller of {@code bytes} and
     * {@link #expectedOutBytes}, then calls {@link ScsiNexus#dataArrived}.
     */
    protected abstract void dataOutWanted(int bytes);

    /** The command has ended; exactly once per start. */
    protected abstract void completed();

    /** For the logical unit: asks for data. */
    public final void wantDataOut(final int bytes) {
        dataOutWantedBytes = bytes;
        dataOutWanted(bytes);
    }

    /** For the logical unit: ends the task. */
    public final void complete(final int statusByte) {
        status = statusByte;
        completed();
    }

    /** Clears the answer fields for reuse; data buffers must be gone. */
    protected final void resetAnswer() {
        dataOut = null;
        dataOutBytes = 0;
        status = 0;
        senseBytes = 0;
        dataIn = null;
        dataInBytes = 0;
        dataOutWantedBytes = 0;
    }
}
