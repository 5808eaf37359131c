package org.isobar.scsi;

import org.isobar.api.scsi.ScsiTask;
import org.isobar.common.lane.Lane;

/** Carries work of a logical unit that no initiator waits for, in the steps of a {@link CommandRun}. */
final class BackgroundTask extends ScsiTask {
    private final Runnable ended;

    private BackgroundTask(final Runnable ended) {
        this.ended = ended;
    }

    /**
     * Starts work on a lane.
     *
     * @param about for {@link CommandRun#subject}
     * @param ended runs on the lane once the work is over
     */
    static void start(
            final Lane lane, final LogicalUnit unit, final Object about, final Step first, final Runnable ended) {
        final BackgroundTask task = new BackgroundTask(ended);
        task.lane = lane;
        final CommandRun run = new CommandRun(task);
        lane.execute(() -> run.start(unit, about, first));
    }

    @Override
    protected void dataOutWanted(final int bytes) {
        throw new IllegalStateException("work in the background has no data-out");
    }

    @Override
    protected void completed() {
        ended.run();
    }
}
