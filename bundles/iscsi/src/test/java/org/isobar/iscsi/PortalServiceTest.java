package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.function.Consumer;
import org.isobar.api.iscsi.PortalInfo;
import org.isobar.api.iscsi.TargetInfo;
import org.junit.Rule;
import org.junit.Test;

public final class PortalServiceTest {
    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void showsPortalsAndTargets() {
        final PortalInfo portal = member.portal.portals().get(0);
        assertEquals("127.0.0.1", portal.address());
        assertTrue(portal.port() > 0);
        final TargetInfo target = member.portal.targets().get(0);
        assertEquals(MemoryMemberRule.TARGET, target.name());
        assertEquals("memory", target.volume());
        assertEquals(
                List.of("iscsi://127.0.0.1:" + portal.port() + "/" + MemoryMemberRule.TARGET + "/0"), target.urls());
        assertEquals(0, target.sessions());
    }

    @Test
    public void showsEveryAddressWhenItListensOnAll() throws IOException {
        member.settings.address = "0.0.0.0";
        member.restart();
        final PortalInfo portal = member.portal.portals().get(0);
        assertEquals("0.0.0.0", portal.address());
        assertTrue(portal.reachable().contains("127.0.0.1:" + portal.port()));
        final TestInitiator initiator = member.connect();
        initiator.login("");
        final Pdu answer =
                initiator.execute(new Pdu(Opcode.TEXT, Pdu.FINAL).with(20, -1).text("SendTargets=All"));
        assertTrue(answer.keys().get("TargetAddress").startsWith("127.0.0.1:"));
    }

    @Test
    public void listensLaterWhereItCannotYet() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            member.settings.port = taken.getLocalPort();
            member.restart();
            final PortalInfo down = member.portal.portals().get(0);
            assertNotNull(down.problem());
            assertEquals(List.of(), down.reachable());
            assertEquals(List.of(), member.portal.targets().get(0).urls());
        }
        MemoryMemberRule.await("listening", () -> member.portal.portals().get(0).problem() == null);
        member.login().logout();
    }

    @Test
    public void refusesSettingsThatMakeNoSense() {
        assertRefused("port", settings -> settings.port = 65_536);
        assertRefused("address", settings -> settings.address = "localhost");
        assertRefused("max.connections.per.address", settings -> settings.maxConnectionsPerAddress = 0);
        assertRefused("max.logins", settings -> settings.maxLogins = 0);
        assertRefused("max.connections", settings -> settings.maxConnections = 0);
        assertRefused("max.tasks", settings -> settings.maxTasks = 0);
        assertRefused("max.tasks.per.target", settings -> settings.maxTasksPerTarget = 0);
        assertRefused("max.tasks.total", settings -> settings.maxTasksTotal = (1 << 20) + 1);
        assertRefused("shutdown.wait.ms", settings -> settings.shutdownWaitMs = 60_001);
        assertRefused("first.burst.bytes", settings -> settings.firstBurstBytes = settings.maxBurstBytes + 1);
        assertRefused("max.task.bytes", settings -> settings.maxTaskBytes = settings.maxBurstBytes - 1);
        assertRefused("data.limit.bytes", settings -> settings.dataLimitBytes = settings.maxTaskBytes - 1L);
        assertRefused("max.outstanding.r2t", settings -> settings.maxOutstandingR2t = 17);
        assertRefused("ping.timeout.ms", settings -> settings.pingTimeoutMs = 0);
    }

    private static void assertRefused(final String field, final Consumer<TestSettings> change) {
        final TestSettings settings = new TestSettings();
        change.accept(settings);
        final IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, settings::build);
        assertTrue(refused.getMessage(), refused.getMessage().startsWith(field + ":"));
    }
}
