package org.isobar.pool.log;

import java.util.function.Consumer;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;

/** One request of the log to a device. */
final class LogRequest extends IoRequest {
    private final Consumer<IoStatus> then;

    LogRequest(final Consumer<IoStatus> then) {
        this.then = then;
    }

    @Override
    protected void completed(final IoStatus status) {
        then.accept(status);
    }
}
