package org.isobar.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.isobar.common.time.Clock;

/**
 * Slows down guessing. After {@value #FREE_FAILURES} failures in a row an address has to wait before each further
 * attempt, 1 s at first and twice as long each time, up to 32 s. Remembers the last {@value #ADDRESSES_MAX} addresses
 * that failed. Any thread may call.
 */
final class LoginThrottle {
    static final int FREE_FAILURES = 5;

    private static final int ADDRESSES_MAX = 1024;
    private static final int DOUBLINGS_MAX = 5;

    private final Clock clock;
    private final Map<String, Attempts> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<String, Attempts> eldest) {
            return size() > ADDRESSES_MAX;
        }
    };

    LoginThrottle(final Clock clock) {
        this.clock = clock;
    }

    /** How long the address still has to wait, 0 or less when it need not. */
    synchronized long waitNs(final String address) {
        final Attempts attempts = byAddress.get(address);
        if (attempts == null || attempts.failures < FREE_FAILURES) {
            return 0;
        }
        final int doublings = Math.min(attempts.failures - FREE_FAILURES, DOUBLINGS_MAX);
        return TimeUnit.SECONDS.toNanos(1L << doublings) - (clock.nanoTime() - attempts.lastNs);
    }

    /** Notes a failure and returns how many there were in a row. */
    synchronized int failed(final String address) {
        final Attempts attempts = byAddress.computeIfAbsent(address, fresh -> new Attempts());
        attempts.failures++;
        attempts.lastNs = clock.nanoTime();
        return attempts.failures;
    }

    /** Forgets the address. */
    synchronized void succeeded(final String address) {
        byAddress.remove(address);
    }

    private static final class Attempts {
        private int failures;
        private long lastNs;
    }
}
