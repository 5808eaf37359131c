package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import org.isobar.api.StorageException;
import org.isobar.api.statistics.SessionStatistics;
import org.isobar.api.statistics.SlowCommand;
import org.isobar.api.statistics.TrafficStatistics;
import org.isobar.api.statistics.VolumeStatistics;
import org.isobar.common.time.SystemClock;
import org.isobar.iscsi.stats.TargetStatistics;
import org.junit.Rule;
import org.junit.Test;

public final class TargetStatisticsTest {
    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void countsWhatASessionDoes() throws IOException {
        final TestInitiator initiator = member.login();
        for (int i = 0; i < 5; i++) {
            initiator.execute(Pdu.read(i, 2));
        }
        initiator.execute(Pdu.write(Pdu.FINAL, 0, 3).data(new byte[1536]));
        initiator.execute(Pdu.read(MemoryMemberRule.BLOCKS, 1));
        final SessionStatistics session = member.statistics.sessions().get(0);
        assertEquals("memory", session.volume());
        assertEquals(MemoryMemberRule.TARGET, session.targetName());
        final TrafficStatistics traffic = session.traffic();
        assertEquals(6, traffic.read().commands());
        assertEquals(5 * 1024, traffic.read().bytes());
        assertEquals(6, traffic.read().latency().count());
        assertTrue(traffic.read().latency().p50Us() <= traffic.read().latency().maxUs());
        assertTrue(traffic.read().latency().maxUs() > 0);
        assertEquals(1, traffic.write().commands());
        assertEquals(1536, traffic.write().bytes());
        assertEquals(1, traffic.errors().checkCondition());
        assertEquals(session, member.statistics.session(session.tsih()));
        assertEquals(7, member.portal.sessions().get(0).commands());
    }

    @Test
    public void addsUpTheSessionsOfAVolume() throws IOException {
        final TestInitiator one = member.login();
        one.execute(Pdu.read(0, 1));
        one.logout();
        MemoryMemberRule.await(
                "session ends", () -> member.statistics.sessions().isEmpty());
        final TestInitiator two = member.login();
        two.execute(Pdu.read(0, 2));
        final VolumeStatistics volume = member.statistics.volume("memory");
        assertEquals(2, volume.traffic().read().commands());
        assertEquals(1536, volume.traffic().read().bytes());
        assertEquals(1, volume.sessions());
        assertEquals(volume, member.statistics.volumes().get(0));
        assertEquals(2, member.statistics.logins().accepted());
        assertEquals(0, member.statistics.volume("other").traffic().read().commands());
    }

    @Test
    public void forgetsTheVolumeWithItsTarget() throws IOException {
        member.login().execute(Pdu.read(0, 1));
        member.targets.remove(member.disk);
        assertEquals(0, member.statistics.volumes().size());
    }

    @Test
    public void countsWhatIsInFlightAndWhatIsAborted() throws IOException {
        final TestInitiator initiator = member.login();
        member.disk.hold();
        final Pdu held = initiator.start(Pdu.read(0, 1));
        MemoryMemberRule.await("task held", () -> member.disk.heldCount() == 1);
        final int tsih = member.statistics.sessions().get(0).tsih();
        assertEquals(1, member.statistics.session(tsih).traffic().inFlight());
        initiator.start(Pdu.taskManagement(1, held.tag(), 0));
        member.disk.release();
        initiator.receive();
        final TrafficStatistics traffic = member.statistics.session(tsih).traffic();
        assertEquals(1, traffic.aborted());
        assertEquals(0, traffic.inFlight());
        assertEquals(0, traffic.read().commands());
    }

    @Test
    public void showsSlowCommandsWithTheirStages() throws Exception {
        member.statistics = TargetStatistics.of(new SystemClock(), 1);
        member.restart();
        final TestInitiator initiator = member.login();
        member.disk.hold();
        initiator.start(Pdu.read(3, 1));
        MemoryMemberRule.await("task held", () -> member.disk.heldCount() == 1);
        final long heldNs = System.nanoTime();
        MemoryMemberRule.await("2 ms", () -> System.nanoTime() - heldNs > 2_000_000);
        member.disk.release();
        initiator.receive();
        final SlowCommand slow = member.statistics.slowCommands().last().get(0);
        assertEquals("READ(10)", slow.command());
        assertEquals(3, slow.lba());
        assertEquals(1, slow.blocks());
        assertTrue(slow.toString(), slow.unitUs() >= 2000 && slow.totalUs() >= slow.unitUs());
        assertEquals(MemoryMemberRule.TARGET, slow.targetName());
        assertEquals(1, member.statistics.slowCommands().total());
    }

    @Test
    public void countsRefusedLoginsByStatus() throws IOException {
        final TestInitiator initiator = member.connect();
        initiator.exchange(initiator.loginRequest(0x87, "InitiatorName=iqn.x", "TargetName=iqn.nobody"));
        assertEquals(1L, (long) member.statistics.logins().refusedByStatus().get("0203"));
        assertEquals(0, member.statistics.logins().accepted());
    }

    @Test
    public void knowsNoSessionThatIsGone() {
        final StorageException unknown = assertThrows(StorageException.class, () -> member.statistics.session(4711));
        assertEquals(StorageException.Code.NOT_FOUND, unknown.code());
    }
}
