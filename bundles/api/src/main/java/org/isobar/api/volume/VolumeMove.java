package org.isobar.api.volume;

/**
 * A volume on its way to another pool.
 *
 * @param volume its name
 * @param from the pool that its new pages came from before
 * @param to the pool that all its pages go to, and that new ones come from already
 * @param state whether pages are being moved
 * @param movedBytes in pages that were moved since the move began, or since the member started
 * @param leftBytes in pages that lie elsewhere
 * @param startedWallMs when the move began, ms since 1970
 * @param message why it waits, empty when it does not
 */
public record VolumeMove(
        String volume,
        String from,
        String to,
        State state,
        long movedBytes,
        long leftBytes,
        long startedWallMs,
        String message) {
    /** Whether pages are being moved. */
    public enum State {
        /** They are. */
        RUNNING,
        /** A page cannot be moved now, and is tried again by itself: no room, or a device is away. */
        WAITING,
        /** Somebody paused the move. */
        PAUSED
    }
}
