package org.isobar.scsi;

import org.isobar.api.block.IoStatus;

/**
 * One step of a command: looks at what came of the step before, and leaves the run with the next thing to wait for or
 * with its end. Always a reference to a static method, so that handing one over allocates nothing.
 */
@FunctionalInterface
interface Step {
    /**
     * Takes the step.
     *
     * @param status how the request of the step before ended; OK where there was none
     */
    void take(CommandRun run, IoStatus status);
}
