package org.isobar.scsi;

/**
 * What keeps a logical unit from commands for a while: an atomic write that is finished first, a sanitize operation, or
 * one that failed. Any lane may look; the setters are rare.
 */
final class Obstacles {
    private boolean recovering;
    private SenseCode sanitize;
    /** The one that commands are told of, or null. */
    private volatile SenseCode first;

    SenseCode first() {
        return first;
    }

    synchronized void recovering(final boolean now) {
        recovering = now;
        update();
    }

    /** {@code SANITIZE_IN_PROGRESS}, {@code SANITIZE_COMMAND_FAILED}, or null. */
    synchronized void sanitize(final SenseCode now) {
        sanitize = now;
        update();
    }

    private void update() {
        first = recovering ? SenseCode.BECOMING_READY : sanitize;
    }

    /** Ends a command because something stands in its way; harmless when that has just gone. */
    static void refuse(final CommandRun run, final LogicalUnit unit) {
        final SenseCode code = unit.obstacle();
        if (code == SenseCode.SANITIZE_IN_PROGRESS) {
            run.checkSpecific(code, unit.sanitize().progress());
        } else if (code != null) {
            run.check(code);
        }
    }
}
