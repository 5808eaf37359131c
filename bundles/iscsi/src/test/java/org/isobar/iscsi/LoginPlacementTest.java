package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.isobar.spi.iscsi.LoginPlacement;
import org.isobar.spi.iscsi.LoginPlacement.Placement;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public final class LoginPlacementTest {
    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Before
    public void choosePolicy() {
        member.settings.loginPlacement = "test";
        member.portal.apply(member.settings.build());
    }

    @Test
    public void redirectsByTheRuleThatFitsFirst() throws IOException {
        final String rules = "*:two * stay; iqn.*:ONE *:mem?ry 192.0.2.9:3260; * * [2001:db8::9]:860,permanent";
        plug(new StaticLoginPlacement(rules));
        assertRedirected(LoginStatus.TARGET_MOVED_TEMPORARILY, "192.0.2.9:3260", TestInitiator.NAME);
        assertRedirected(LoginStatus.TARGET_MOVED_PERMANENTLY, "[2001:db8::9]:860", "iqn.x:three");
        final TestInitiator stays = member.connect();
        stays.name = "iqn.x:two";
        stays.login(MemoryMemberRule.TARGET);
        stays.assertQuiet();
        assertEquals(1, member.portal.sessions().size());
    }

    @Test
    public void letsDiscoveryStay() throws IOException {
        plug(new StaticLoginPlacement("* * 192.0.2.9:3260"));
        member.connect().login("");
    }

    @Test
    public void letsAnInitiatorStayThatIsSentToWhereItIs() throws IOException {
        plug(picture -> {
            assertTrue(picture.portals().contains(picture.portal() + ",1"));
            return new Placement(picture.portal(), false);
        });
        member.login().assertQuiet();
    }

    @Test
    public void letsInitiatorsStayWhenThePolicyIsMissingOrFails() throws IOException {
        member.login().logout();
        final LoginPlacement broken = picture -> {
            throw new IllegalStateException("broken on purpose");
        };
        plug(broken);
        member.login().logout();
        member.portal.unbindPlacement(broken, properties());
        plug(picture -> null);
        member.login().logout();
        plug(picture -> new Placement("nowhere", false));
        member.login().logout();
    }

    @Test
    public void refusesRulesThatAreNone() {
        for (final String rule : new String[] {"* *", "* * nowhere", "* * host:0", "* * host:1 x", "* * host:1,x"}) {
            final IllegalArgumentException refused =
                    assertThrows(rule, IllegalArgumentException.class, () -> new StaticLoginPlacement(rule));
            assertTrue(refused.getMessage(), refused.getMessage().startsWith("rules:"));
        }
    }

    private void plug(final LoginPlacement policy) {
        member.portal.bindPlacement(policy, properties());
    }

    private static Map<String, Object> properties() {
        return Map.of(LoginPlacement.POLICY_NAME, "test");
    }

    private void assertRedirected(final int status, final String address, final String name) throws IOException {
        final TestInitiator initiator = member.connect();
        final Pdu answer = initiator.exchange(
                initiator.loginRequest(0x87, "InitiatorName=" + name, "TargetName=" + MemoryMemberRule.TARGET));
        assertEquals(status, answer.loginStatus());
        assertEquals(0, answer.tsih());
        assertEquals(address, answer.keys().get("TargetAddress"));
        initiator.assertClosedWithoutAnswer();
    }
}
