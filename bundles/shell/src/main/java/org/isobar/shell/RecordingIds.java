package org.isobar.shell;

/** Numbers of recordings. */
final class RecordingIds {
    private RecordingIds() {}

    /** The number that was typed. */
    static int parse(final String id) {
        final long wanted = StorageCommand.number("recording", id);
        if (wanted != (int) wanted) {
            throw StorageCommand.unknown("recording", id);
        }
        return (int) wanted;
    }
}
