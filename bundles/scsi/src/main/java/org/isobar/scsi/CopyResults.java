package org.isobar.scsi;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The copies of one nexus by list identifier, as RECEIVE COPY RESULTS tells of them. Any lane may call. */
final class CopyResults {
    /** Guarded by this; the oldest first. */
    private final Map<Integer, Result> byListId = new LinkedHashMap<>();

    /**
     * A copy begins.
     *
     * @return its result, or null when one with this identifier is under way
     */
    synchronized Result begin(final int listId) {
        final Result before = byListId.get(listId);
        if (before != null && before.status() == Status.IN_PROGRESS) {
            return null;
        }
        byListId.remove(listId);
        final Result result = new Result();
        byListId.put(listId, result);
        for (final Iterator<Result> each = byListId.values().iterator();
                each.hasNext() && byListId.size() > Copies.MAX_RESULTS; ) {
            if (each.next().status() != Status.IN_PROGRESS) {
                each.remove();
            }
        }
        return result;
    }

    /** Nobody is going to ask for this one. */
    synchronized void discard(final int listId, final Result result) {
        byListId.remove(listId, result);
    }

    /** The copy with this identifier, or null. */
    synchronized Result find(final int listId) {
        return byListId.get(listId);
    }

    /** COPY COMMAND STATUS (SPC-4 §6.25.2). */
    enum Status {
        IN_PROGRESS(0),
        WITHOUT_ERRORS(1),
        WITH_ERRORS(2);

        private final byte code;

        Status(final int code) {
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }
    }

    /** How far a copy is, and how it ended. */
    static final class Result {
        private Status status = Status.IN_PROGRESS;
        private int segments;
        private long bytes;
        private byte[] sense = {};

        synchronized void copied(final long more) {
            bytes += more;
        }

        synchronized void segmentDone() {
            segments++;
        }

        synchronized void end(final Status how, final byte[] senseData) {
            status = how;
            sense = senseData;
        }

        synchronized Status status() {
            return status;
        }

        synchronized int segments() {
            return segments;
        }

        synchronized long bytes() {
            return bytes;
        }

        /** Sense data of the failure; empty when there was none. */
        synchronized byte[] sense() {
            return sense;
        }
    }
}
