package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public final class ConnectionLimitsTest {
    private static final int REFUSED = 64;

    private final TestSettings settings = new TestSettings();
    private final ConnectionLimits limits = new ConnectionLimits();

    @Test
    public void boundsAllConnections() {
        settings.maxConnections = 2;
        assertVerdicts(2);
        limits.loggedIn();
        limits.closed("10.0.0.1", true);
        assertEquals(2 + REFUSED - 1, limits.count());
    }

    @Test
    public void boundsThoseOfAnAddress() {
        settings.maxConnectionsPerAddress = 3;
        settings.maxConnections = 1000;
        settings.maxLogins = 1000;
        assertVerdicts(3);
        assertEquals(ConnectionLimits.Verdict.SERVE, limits.opened("10.0.0.2", settings.build()));
        for (int i = 0; i < 3 + REFUSED; i++) {
            limits.closed("10.0.0.1", false);
        }
        assertEquals(ConnectionLimits.Verdict.SERVE, limits.opened("10.0.0.1", settings.build()));
    }

    @Test
    public void boundsThoseThatHaveNotLoggedIn() {
        settings.maxLogins = 1;
        settings.maxConnections = 1000;
        settings.maxConnectionsPerAddress = 1000;
        assertEquals(ConnectionLimits.Verdict.SERVE, limits.opened("10.0.0.1", settings.build()));
        assertEquals(ConnectionLimits.Verdict.REFUSE, limits.opened("10.0.0.2", settings.build()));
        limits.closed("10.0.0.2", false);
        limits.loggedIn();
        assertEquals(ConnectionLimits.Verdict.SERVE, limits.opened("10.0.0.2", settings.build()));
    }

    private void assertVerdicts(final int served) {
        for (int i = 0; i < served; i++) {
            assertEquals(ConnectionLimits.Verdict.SERVE, limits.opened("10.0.0.1", settings.build()));
        }
        for (int i = 0; i < REFUSED; i++) {
            assertEquals(ConnectionLimits.Verdict.REFUSE, limits.opened("10.0.0.1", settings.build()));
        }
        assertEquals(ConnectionLimits.Verdict.CLOSE, limits.opened("10.0.0.1", settings.build()));
    }
}
