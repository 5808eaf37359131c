package org.isobar.iscsi;

import java.util.concurrent.atomic.AtomicLong;

/** What a session has done: written by its lane alone, read by anyone, so no update needs a locked instruction. */
final class SessionCounters {
    private final AtomicLong commands = new AtomicLong();
    private final AtomicLong readBytes = new AtomicLong();
    private final AtomicLong writtenBytes = new AtomicLong();
    private final AtomicLong inFlight = new AtomicLong();

    void opened() {
        add(inFlight, 1);
    }

    void closed() {
        add(inFlight, -1);
    }

    void answered() {
        add(commands, 1);
    }

    void read(final int bytes) {
        add(readBytes, bytes);
    }

    void written(final int bytes) {
        add(writtenBytes, bytes);
    }

    /** SCSI commands answered. */
    long commands() {
        return commands.get();
    }

    /** Payload sent. */
    long readBytes() {
        return readBytes.get();
    }

    /** Payload received. */
    long writtenBytes() {
        return writtenBytes.get();
    }

    /** Tasks not answered yet. */
    int commandsInFlight() {
        return (int) inFlight.get();
    }

    private static void add(final AtomicLong counter, final long delta) {
        counter.lazySet(counter.getPlain() + delta);
    }
}
