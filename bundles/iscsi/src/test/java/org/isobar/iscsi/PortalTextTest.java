package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.isobar.api.iscsi.PortalSpec;
import org.junit.Test;

public final class PortalTextTest {
    @Test
    public void readsWhatItWrites() {
        final List<PortalSpec> specs = List.of(
                new PortalSpec("10.0.0.5", 3260, 1, null),
                new PortalSpec("fd00::5", 3261, 2, null),
                new PortalSpec("0.0.0.0", 3262, 65_535, "nas.example:860"));
        final String text = "10.0.0.5:3260,1 [fd00::5]:3261,2 0.0.0.0:3262,65535,advertise=nas.example:860";
        assertEquals(text, PortalText.text(specs));
        assertEquals(specs, PortalText.checked(PortalText.parse(text)));
        assertEquals(specs.subList(0, 1), PortalText.parse("  10.0.0.5:3260 "));
        assertEquals(List.of(), PortalText.parse(""));
    }

    @Test
    public void refusesWhatIsNoPortal() {
        refuses("10.0.0.5", "portals:");
        refuses("10.0.0.5:", "portals:");
        refuses("10.0.0.5:65536", "portals:");
        refuses("10.0.0.5:3260,0", "portals:");
        refuses("10.0.0.5:3260,65536", "portals:");
        refuses("10.0.0.5:3260,1,2", "portals:");
        refuses("10.0.0.5:3260,advertise=a,1", "portals:");
        refuses("10.0.0:3260", "address:");
        refuses("nas.example:3260", "address:");
        refuses("[fd00::x]:3260", "address:");
        refuses("10.0.0.5:3260,advertise=a:0", "advertise:");
        refuses("10.0.0.5:3260,advertise=-a", "advertise:");
        refuses("10.0.0.5:3260,advertise=[fd00::x]", "advertise:");
    }

    @Test
    public void refusesTwoAtOnePlace() {
        refuses("[fd00:0::5]:3260,1 [fd00::5]:3260,2", "portals: [fd00::5]:3260 comes twice");
    }

    private static void refuses(final String text, final String why) {
        final IllegalArgumentException refused =
                assertThrows(text, IllegalArgumentException.class, () -> PortalText.checked(PortalText.parse(text)));
        assertTrue(refused.getMessage(), refused.getMessage().startsWith(why));
    }
}
