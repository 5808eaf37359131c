package org.isobar.pool.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.isobar.api.block.IoStatus;

/** The same step on several devices at once. */
final class Fanout {
    private final Consumer<List<LogDevice>> then;
    private final List<LogDevice> failed = new ArrayList<>();
    private int pending = 1;

    private Fanout(final Consumer<List<LogDevice>> then) {
        this.then = then;
    }

    /**
     * Starts the step on each device.
     *
     * @param then hears, once and when all have ended, of the devices where it failed
     */
    static void over(
            final Collection<LogDevice> devices,
            final BiConsumer<LogDevice, Consumer<IoStatus>> step,
            final Consumer<List<LogDevice>> then) {
        final Fanout fanout = new Fanout(then);
        for (final LogDevice device : List.copyOf(devices)) {
            fanout.pending++;
            step.accept(device, status -> fanout.ended(device, status));
        }
        fanout.one();
    }

    private void ended(final LogDevice device, final IoStatus status) {
        if (status != IoStatus.OK) {
            failed.add(device);
        }
        one();
    }

    private void one() {
        pending--;
        if (pending == 0) {
            then.accept(failed);
        }
    }
}
