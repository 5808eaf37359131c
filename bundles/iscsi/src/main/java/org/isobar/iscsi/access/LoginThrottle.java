package org.isobar.iscsi.access;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.isobar.common.time.Clock;

/**
 * Slows down who guesses secrets. After {@value #FREE_FAILURES} failed proofs in a row an address has to wait, a second at
 * first and twice as long after each further one, up to 64 s; a proof that succeeds, or ten quiet minutes, are a fresh
 * start. IPv6 addresses count by their /64 network, as a host has all of it. Remembers the last {@value #ADDRESSES_MAX}
 * addresses that failed. Any thread may call.
 */
public final class LoginThrottle {
    static final int FREE_FAILURES = 5;
    static final int ADDRESSES_MAX = 4096;
    static final long FORGET_NS = TimeUnit.MINUTES.toNanos(10);

    private static final int DOUBLINGS_MAX = 6;
    private static final int IPV6_BYTES = 16;
    private static final int IPV6_NETWORK_BYTES = 8;

    private final Clock clock;
    private final LongAdder heldBack = new LongAdder();
    /** Guarded by this, as its values; the one that failed longest ago comes first. */
    private final Map<String, Attempts> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<String, Attempts> eldest) {
            return size() > ADDRESSES_MAX;
        }
    };

    /** Nobody has failed yet. */
    public LoginThrottle(final Clock clock) {
        this.clock = clock;
    }

    /** Whether the address has to wait; counted when it has. */
    public boolean holdsBack(final String address) {
        final boolean holds;
        synchronized (this) {
            final Attempts attempts = byAddress.get(key(address));
            holds = attempts != null && waits(attempts);
        }
        if (holds) {
            heldBack.increment();
        }
        return holds;
    }

    /** A log-in from the address failed to prove who it is; returns how many failed in a row. */
    public synchronized int proofFailed(final String address) {
        final Attempts attempts = byAddress.computeIfAbsent(key(address), fresh -> new Attempts());
        if (clock.nanoTime() - attempts.lastNs > FORGET_NS) {
            attempts.failures = 0;
        }
        attempts.failures++;
        attempts.lastNs = clock.nanoTime();
        return attempts.failures;
    }

    /** A proof from the address succeeded. */
    public synchronized void proved(final String address) {
        byAddress.remove(key(address));
    }

    /** Log-ins that had to wait. */
    long heldBack() {
        return heldBack.sum();
    }

    /** Addresses that have to wait now. */
    synchronized int addressesHeldBack() {
        return (int) byAddress.values().stream().filter(this::waits).count();
    }

    private boolean waits(final Attempts attempts) {
        if (attempts.failures < FREE_FAILURES) {
            return false;
        }
        final int doublings = Math.min(attempts.failures - FREE_FAILURES, DOUBLINGS_MAX);
        return clock.nanoTime() - attempts.lastNs < TimeUnit.SECONDS.toNanos(1L << doublings);
    }

    private static String key(final String address) {
        final byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes == null || bytes.length < IPV6_BYTES
                ? address
                : Arrays.toString(Arrays.copyOf(bytes, IPV6_NETWORK_BYTES));
    }

    private static final class Attempts {
        private int failures;
        private long lastNs;
    }
}
