package org.isobar.raid;

import org.isobar.common.lane.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a set went offline in the middle of writes, parity of their stripes may be wrong (with a write log: of whole
 * stripes, which cost the missing strip then). As its devices come back, one
 * after the other, it waits some time for all columns in sync rather than serve from such parity as soon as there are
 * enough. Control lane only.
 */
final class ReturnPatience {
    private static final Logger LOG = LoggerFactory.getLogger(ReturnPatience.class);
    private static final long PATIENCE_NS = 10_000_000_000L;

    private final AssembledSet set;
    private final Runnable whenOver;
    private boolean waiting;
    private Lane.Timer timer;

    ReturnPatience(final AssembledSet set, final Runnable whenOver) {
        this.set = set;
        this.whenOver = whenOver;
    }

    /** The set goes offline. */
    void begin() {
        end();
        waiting = set.layout().dataStrips() > 1 && set.intent().suspects() != 0;
    }

    /**
     * The set has enough columns.
     *
     * @param more whether further columns in sync may come
     */
    boolean waits(final boolean more) {
        if (!waiting) {
            return false;
        }
        if (!more) {
            end();
            return false;
        }
        if (timer == null) {
            timer = set.control().schedule(this::over, PATIENCE_NS);
        }
        return true;
    }

    /** Whether the set is offline until its columns are back, or time is over. */
    boolean isWaiting() {
        return waiting;
    }

    /** Waits no more. */
    void end() {
        waiting = false;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void over() {
        end();
        LOG.warn("raid.write-hole set={}: serving without all columns after writes were cut short", set.id());
        whenOver.run();
    }
}
