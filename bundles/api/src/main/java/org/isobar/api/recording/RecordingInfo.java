package org.isobar.api.recording;

/**
 * A picture of one recording.
 *
 * @param id number; the file has it in its name
 * @param volume name that the volume had at the start
 * @param sampleOneIn one page in so many is recorded
 * @param state how it is
 * @param startedWallMs when it was started, ms since 1970
 * @param lastedMs how long it went on, or has gone on so far
 * @param seconds after which it ends by itself
 * @param limitBytes length at which the file is full
 * @param fileBytes length of the file
 * @param accesses recorded: parts of requests, one for each page that a request touches
 * @param droppedAccesses came faster than they could be written, and are missing
 * @param unreadableBytes at the end of the file that are not what was written, since the member died meanwhile or the file is
 *     damaged
 * @param file path on the member
 */
public record RecordingInfo(
        int id,
        String volume,
        int sampleOneIn,
        State state,
        long startedWallMs,
        long lastedMs,
        int seconds,
        long limitBytes,
        long fileBytes,
        long accesses,
        long droppedAccesses,
        long unreadableBytes,
        String file) {
    /** How a recording is. */
    public enum State {
        /** Recording. */
        RUNNING,
        /** Its time was over. */
        ENDED,
        /** Ended on request, or because the volume was deleted or the member stopped. */
        STOPPED,
        /** The file has reached its limit; no more was recorded. */
        FULL,
        /** The file could not be written; the log says why. */
        FAILED,
        /** The member died meanwhile; what was recorded until some moment before that is there. */
        INTERRUPTED
    }
}
