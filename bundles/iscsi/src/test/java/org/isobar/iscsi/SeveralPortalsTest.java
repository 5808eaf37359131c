package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.PortalInfo;
import org.isobar.api.iscsi.PortalSpec;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class SeveralPortalsTest {
    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void tellsThePortalsOfTheInitiatorsIpVersionTheOneItAskedFirst() throws IOException {
        listen(new PortalSpec("127.0.0.2", 0, 2, null), new PortalSpec("::1", 0, 3, null));
        final String first = "127.0.0.1:" + port(0) + ",1";
        final String second = "127.0.0.2:" + port(1) + ",2";
        assertEquals(List.of(first, second), addresses("127.0.0.1", port(0)));
        assertEquals(List.of(second, first), addresses("127.0.0.2", port(1)));
        assertEquals(List.of("[::1]:" + port(2) + ",3"), addresses("::1", port(2)));
    }

    @Test
    public void tellsTheAddressThatWasUsedForPortalsOnAllAddresses() throws IOException {
        listen(new PortalSpec("::", 0, 2, null));
        final String first = "127.0.0.1:" + port(0) + ",1";
        assertEquals(List.of("127.0.0.3:" + port(1) + ",2", first), addresses("127.0.0.3", port(1)));
        assertEquals(List.of(first, "127.0.0.1:" + port(1) + ",2"), addresses("127.0.0.1", port(0)));
        assertEquals(List.of("[::1]:" + port(1) + ",2"), addresses("::1", port(1)));
    }

    @Test
    public void tellsWhatIsAdvertised() throws IOException {
        listen(
                new PortalSpec("127.0.0.1", 0, 2, "203.0.113.7"),
                new PortalSpec("127.0.0.1", 0, 3, "nas.example:860"),
                new PortalSpec("127.0.0.1", 0, 4, "[2001:db8::7]:3260"));
        final String first = "127.0.0.1:" + port(0) + ",1";
        assertEquals(List.of("203.0.113.7:3260,2", first, "nas.example:860,3"), addresses("127.0.0.1", port(1)));
        assertEquals(List.of("203.0.113.7:3260"), member.portal.portals().get(1).reachable());
    }

    @Test
    public void namesTheGroupOfThePortalAtLogin() throws IOException {
        listen(new PortalSpec("127.0.0.1", 0, 7, null));
        final TestInitiator one = member.connect("127.0.0.1", port(0));
        assertEquals("1", one.login(MemoryMemberRule.TARGET).get("TargetPortalGroupTag"));
        final TestInitiator two = member.connect("127.0.0.1", port(1));
        assertEquals("7", two.login(MemoryMemberRule.TARGET).get("TargetPortalGroupTag"));
        // The same initiator port at another target port: another nexus, not a reinstatement.
        one.assertQuiet();
        two.assertQuiet();
        assertEquals(2, member.portal.sessions().size());
    }

    @Test
    public void comesAndGoesWithoutTouchingOtherSessions() throws IOException {
        final Path file = folder.newFile("org.isobar.iscsi.cfg").toPath();
        Files.writeString(file, "# kept\nportal.port = 3260\nportals = old\n");
        member.configuration = file;
        member.restart();
        final TestInitiator stays = member.login();
        final int port = freePort();
        final PortalInfo added = await(member.portal.addPortal(new PortalSpec("127.0.0.1", port, 2, null)));
        assertEquals(List.of("127.0.0.1:" + port), added.reachable());
        assertTrue(Files.readString(file), Files.readString(file).contains("127.0.0.1:" + port + ",2"));
        assertFails(StorageException.Code.EXISTS, member.portal.addPortal(new PortalSpec("127.0.0.1", port, 3, null)));
        final TestInitiator goes = member.connect("127.0.0.1", port);
        goes.login(MemoryMemberRule.TARGET);
        assertEquals(1, member.portal.portals().get(1).connections());
        await(member.portal.removePortal("127.0.0.1:" + port));
        assertEquals(Opcode.ASYNC_MESSAGE, goes.receive().opcode());
        goes.logout();
        assertThrows(IOException.class, () -> member.connect("127.0.0.1", port));
        stays.assertQuiet();
        final String kept = Files.readString(file);
        assertTrue(kept, kept.startsWith("# kept\nportal.port = 3260\n"));
        assertTrue(kept, !kept.contains(",2") && !kept.contains("old"));
        assertFails(StorageException.Code.NOT_FOUND, member.portal.removePortal("127.0.0.1:" + port));
        assertFails(StorageException.Code.INVALID, member.portal.removePortal("127.0.0.1"));
        assertFails(StorageException.Code.INVALID, member.portal.removePortal("localhost:1"));
    }

    @Test
    public void refusesToAddWhatCannotListen() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            assertFails(
                    StorageException.Code.UNAVAILABLE,
                    member.portal.addPortal(new PortalSpec("127.0.0.1", taken.getLocalPort(), 1, null)));
        }
        assertFails(StorageException.Code.INVALID, member.portal.addPortal(new PortalSpec("x", 3260, 1, null)));
        assertEquals(1, member.portal.portals().size());
    }

    @Test
    public void followsChangedSettings() throws IOException {
        final TestInitiator stays = member.login();
        member.settings.maxTasks = 5;
        member.settings.furtherPortals = List.of(new PortalSpec("127.0.0.1", 0, 2, null));
        member.portal.apply(member.settings.build());
        final TestInitiator second = member.connect("127.0.0.1", port(1));
        second.login(MemoryMemberRule.TARGET);
        assertEquals("the window", second.cmdSn + 4, second.maxCmdSn);
        member.settings.furtherPortals = List.of();
        member.portal.apply(member.settings.build());
        assertEquals(Opcode.ASYNC_MESSAGE, second.receive().opcode());
        assertEquals(1, member.portal.portals().size());
        second.logout();
        stays.assertQuiet();
    }

    private void listen(final PortalSpec... further) {
        member.settings.furtherPortals = List.of(further);
        member.restart();
    }

    private int port(final int index) {
        return member.portal.portals().get(index).port();
    }

    private List<String> addresses(final String address, final int port) throws IOException {
        final TestInitiator initiator = member.connect(address, port);
        initiator.login("");
        final Pdu answer =
                initiator.execute(new Pdu(Opcode.TEXT, Pdu.FINAL).with(20, -1).text("SendTargets=All"));
        initiator.logout();
        return answer.values("TargetAddress");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static <T> T await(final CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static void assertFails(final StorageException.Code code, final CompletionStage<?> stage) {
        final CompletionException failure = assertThrows(CompletionException.class, () -> await(stage));
        assertEquals(code, ((StorageException) failure.getCause()).code());
    }
}
