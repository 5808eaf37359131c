package org.isobar.common.time;

import org.osgi.service.component.annotations.Component;

/** The clock of production. */
@Component
public final class SystemClock implements Clock {
    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMs() {
        return System.currentTimeMillis();
    }
}
