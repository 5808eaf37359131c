package org.isobar.api.trace;

import java.util.List;

/**
 * Records PDUs into files in pcap format. Responses of CHAP ({@code CHAP_R}) are masked. Any thread but a lane's may
 * call; failures are {@link org.isobar.api.StorageException}.
 */
public interface TraceService {
    /** All traces since the member started, newest first. */
    List<TraceInfo> traces();

    /**
     * Starts a trace.
     *
     * @throws org.isobar.api.StorageException INVALID naming the field, NOT_FOUND for a session that is not there, CONFLICT
     *     when there are too many traces: delete one first
     */
    TraceInfo start(TraceSpec spec);

    /** Ends a trace; its file stays. Harmless when it has ended. NOT_FOUND when there is none. */
    TraceInfo stop(int id);

    /** Ends a trace and deletes its file. NOT_FOUND when there is none. */
    void delete(int id);
}
