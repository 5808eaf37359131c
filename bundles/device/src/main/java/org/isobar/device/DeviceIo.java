package org.isobar.device;

import java.util.concurrent.CompletionStage;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.lane.Lane;

/**
 * One way of doing the I/O of one open device. Whoever calls has checked the range. Every request accepted ends in
 * exactly one {@link Sink#finished}, every sync in one {@link Sink#synced}, on the lane it came from, possibly before
 * the call returns. Not more than one sync is under way at a time.
 */
interface DeviceIo {
    /** Length of the unit that direct I/O wants addresses, offsets and lengths in. */
    int UNIT_BYTES = 4096;

    /** Requests of one lane to one device that wait for a slot; one more is BUSY. */
    int WAITING_LIMIT = 4096;

    /** Name for people: {@code io_uring} or {@code filechannel}. */
    String engine();

    /** Starts a READ, WRITE, ZERO or DISCARD on the request's lane. A durable ZERO is durable only after a sync. */
    void submit(IoRequest request);

    /** Makes all writes that finished before this call survive power loss. */
    void sync(Lane lane);

    /** Ends what waits with OFFLINE, lets what is under way end, then frees everything. Any thread but a lane's. */
    CompletionStage<Void> close();

    /** Where results go. */
    interface Sink {
        /**
         * A request ended, and belongs to the sink again.
         *
         * @param errno why, when status is not OK; {@link Errno#NONE} when it never reached the device
         */
        void finished(IoRequest request, IoStatus status, int errno);

        /** The sync ended, on the lane it was started from. */
        void synced(Lane lane, IoStatus status, int errno);
    }
}
