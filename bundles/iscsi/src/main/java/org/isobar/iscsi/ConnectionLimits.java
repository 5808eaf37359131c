package org.isobar.iscsi;

import java.util.HashMap;
import java.util.Map;

/** Counts the TCP connections of all portals, so that no initiator eats the member. Any thread may call. */
final class ConnectionLimits {
    /** Connections beyond a limit that still hear why they are refused; more are closed unheard. */
    private static final int MAX_REFUSED = 64;

    /** What becomes of a connection. */
    enum Verdict {
        SERVE,
        /** Its login is answered "out of resources". */
        REFUSE,
        /** It is closed without a word. */
        CLOSE
    }

    // Guards the counts; taken on accept, at login and on close only, and nothing is called under it.
    private final Object lock = new Object();
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int connections;
    private int loggingIn;

    /** A connection from {@code address} has come; unless it is to be closed, {@link #closed} must follow. */
    Verdict opened(final String address, final TargetSettings settings) {
        synchronized (lock) {
            final int ofAddress = byAddress.getOrDefault(address, 0);
            final boolean withinLimits = connections < settings.maxConnections()
                    && ofAddress < settings.maxConnectionsPerAddress()
                    && loggingIn < settings.maxLogins();
            if (!withinLimits
                    && (connections >= settings.maxConnections() + MAX_REFUSED
                            || ofAddress >= settings.maxConnectionsPerAddress() + MAX_REFUSED
                            || loggingIn >= settings.maxLogins() + MAX_REFUSED)) {
                return Verdict.CLOSE;
            }
            connections++;
            loggingIn++;
            byAddress.put(address, ofAddress + 1);
            return withinLimits ? Verdict.SERVE : Verdict.REFUSE;
        }
    }

    /** A connection has logged in. */
    void loggedIn() {
        synchronized (lock) {
            loggingIn--;
        }
    }

    /** A connection has ended. */
    void closed(final String address, final boolean wasLoggedIn) {
        synchronized (lock) {
            connections--;
            if (!wasLoggedIn) {
                loggingIn--;
            }
            byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Connections now. */
    int count() {
        synchronized (lock) {
            return connections;
        }
    }
}
