package org.isobar.iscsi;

import java.util.HashMap;
import java.util.Map;

/** Counts the TCP connections of all portals, so that no initiator eats the member. Any thread may call. */
final class ConnectionLimits {
    /** Connections beyond a limit that still hear why they are refused; more are closed unheard. */
    private static final int MAX_REFUSED = 64;

    /** One connection's place among all; it is refused, or served until it is closed. */
    final class Place {
        private final String address;
        private final boolean refused;
        private boolean loggingIn = true;
        private boolean open = true;

        private Place(final String address, final boolean refused) {
            this.address = address;
            this.refused = refused;
        }

        /** Whether its login is to be answered "out of resources". */
        boolean refused() {
            return refused;
        }

        /** The connection has logged in. */
        void loggedIn() {
            synchronized (lock) {
                endLogin();
            }
        }

        /** The connection has ended. */
        void close() {
            synchronized (lock) {
                if (open) {
                    open = false;
                    endLogin();
                    connections--;
                    byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
                }
            }
        }

        private void endLogin() {
            if (loggingIn) {
                loggingIn = false;
                ConnectionLimits.this.loggingIn--;
            }
        }
    }

    // Guards the counts; taken on accept, at login and on close only, and nothing is called under it.
    private final Object lock = new Object();
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int connections;
    private int loggingIn;

    /**
     * A connection has come.
     *
     * @return its place, or null when it is to be closed without a word
     */
    Place open(final String address, final TargetSettings settings) {
        synchronized (lock) {
            final int ofAddress = byAddress.getOrDefault(address, 0);
            final boolean withinLimits = connections < settings.maxConnections()
                    && ofAddress < settings.maxConnectionsPerAddress()
                    && loggingIn < settings.maxLogins();
            if (!withinLimits
                    && (connections >= settings.maxConnections() + MAX_REFUSED
                            || ofAddress >= settings.maxConnectionsPerAddress() + MAX_REFUSED
                            || loggingIn >= settings.maxLogins() + MAX_REFUSED)) {
                return null;
            }
            connections++;
            loggingIn++;
            byAddress.put(address, ofAddress + 1);
            return new Place(address, !withinLimits);
        }
    }

    /** Connections now. */
    int count() {
        synchronized (lock) {
            return connections;
        }
    }
}
