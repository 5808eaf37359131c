package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public final class ConnectionLimitsTest {
    private static final int REFUSED = 64;

    private final TestSettings settings = new TestSettings();
    private final ConnectionLimits limits = new ConnectionLimits();

    @Test
    public void boundsAllConnections() {
        settings.maxConnections = 2;
        final ConnectionLimits.Place first = assertPlaces(2);
        first.loggedIn();
        first.close();
        first.close();
        assertEquals(2 + REFUSED - 1, limits.count());
    }

    @Test
    public void boundsThoseOfAnAddress() {
        settings.maxConnectionsPerAddress = 3;
        settings.maxConnections = 1000;
        settings.maxLogins = 1000;
        final ConnectionLimits.Place first = assertPlaces(3);
        assertFalse(limits.open("10.0.0.2", settings.build()).refused());
        first.close();
        assertTrue(limits.open("10.0.0.1", settings.build()).refused());
    }

    @Test
    public void boundsThoseThatHaveNotLoggedIn() {
        settings.maxLogins = 1;
        settings.maxConnections = 1000;
        settings.maxConnectionsPerAddress = 1000;
        final ConnectionLimits.Place first = limits.open("10.0.0.1", settings.build());
        assertFalse(first.refused());
        final ConnectionLimits.Place second = limits.open("10.0.0.2", settings.build());
        assertTrue(second.refused());
        second.close();
        first.loggedIn();
        first.loggedIn();
        assertFalse(limits.open("10.0.0.2", settings.build()).refused());
        assertTrue(limits.open("10.0.0.3", settings.build()).refused());
    }

    private ConnectionLimits.Place assertPlaces(final int served) {
        ConnectionLimits.Place first = null;
        for (int i = 0; i < served; i++) {
            final ConnectionLimits.Place place = limits.open("10.0.0.1", settings.build());
            assertFalse(place.refused());
            first = first == null ? place : first;
        }
        for (int i = 0; i < REFUSED; i++) {
            assertTrue(limits.open("10.0.0.1", settings.build()).refused());
        }
        assertNull(limits.open("10.0.0.1", settings.build()));
        return first;
    }
}
