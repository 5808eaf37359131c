package org.isobar.iscsi.stats;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.isobar.api.statistics.SlowCommand;
import org.isobar.common.time.Clock;
import org.isobar.testkit.Simulation;
import org.junit.Test;

public final class SlowCommandsTest {
    private static final long MS = 1_000_000;

    private final Simulation sim = new Simulation(1);
    private final Clock clock = sim.clock();
    private final SessionTraffic session = new SessionTraffic("iqn.host", "iqn.target", 0, null, 7);
    private int lines;

    @Test
    public void tellsWhereTheTimeWent() {
        final SlowCommands slow = slow(1000, 4, 10);
        assertEquals(1000 * MS, slow.thresholdNs());
        final CommandTimes times = new CommandTimes();
        times.begin(5 * MS);
        times.submittedNs = 6 * MS;
        times.dataArrivedNs = 16 * MS;
        times.completedNs = 1116 * MS;
        slow.add(session, cdb(0x2A, 3, 8), 0, times, 2116 * MS);
        final SlowCommand command = slow.log().last().get(0);
        assertEquals("iqn.host", command.initiatorName());
        assertEquals("iqn.target", command.targetName());
        assertEquals(7, command.tsih());
        assertEquals("WRITE(10)", command.command());
        assertEquals(3, command.lba());
        assertEquals(8, command.blocks());
        assertEquals(2_111_000, command.totalUs());
        assertEquals(1000, command.queuedUs());
        assertEquals(10_000, command.dataUs());
        assertEquals(1_100_000, command.unitUs());
        assertEquals(1_000_000, command.answerUs());
        assertEquals(1000, slow.log().thresholdMs());
    }

    @Test
    public void givesStagesThatWereSkippedNoTime() {
        final SlowCommands slow = slow(1, 4, 10);
        final CommandTimes times = new CommandTimes();
        times.begin(0);
        slow.add(session, cdb(0x28, 0, 1), 0x28, times, 5 * MS);
        final SlowCommand refused = slow.log().last().get(0);
        assertEquals(0x28, refused.status());
        assertEquals(5000, refused.queuedUs());
        assertEquals(0, refused.dataUs() + refused.unitUs() + refused.answerUs());
    }

    @Test
    public void keepsTheNewestAndCountsAll() {
        final SlowCommands slow = slow(1, 3, 0);
        for (int i = 0; i < 5; i++) {
            add(slow, i);
        }
        assertEquals(5, slow.log().total());
        assertEquals(
                List.of(4L, 3L, 2L),
                slow.log().last().stream().map(SlowCommand::lba).toList());
        assertEquals("lines", 0, lines);
    }

    @Test
    public void writesOnlySoManyLinesAMinute() {
        final SlowCommands slow = slow(1, 3, 2);
        for (int i = 0; i < 5; i++) {
            add(slow, i);
        }
        assertEquals(2, lines);
        sim.runFor(TimeUnit.SECONDS.toNanos(61));
        add(slow, 5);
        assertEquals(3, lines);
    }

    @Test
    public void refusesSettingsThatMakeNoSense() {
        assertRefused("slow.threshold.ms", 0, 1, 1);
        assertRefused("slow.threshold.ms", 600_001, 1, 1);
        assertRefused("slow.kept", 1, 0, 1);
        assertRefused("slow.kept", 1, 4097, 1);
        assertRefused("slow.lines.per.minute", 1, 1, -1);
        assertRefused("slow.lines.per.minute", 1, 1, 6001);
    }

    private void assertRefused(final String field, final int thresholdMs, final int kept, final int perMinute) {
        final IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> slow(thresholdMs, kept, perMinute));
        assertTrue(refused.getMessage(), refused.getMessage().startsWith(field + ":"));
    }

    private SlowCommands slow(final int thresholdMs, final int kept, final int linesPerMinute) {
        return new SlowCommands(thresholdMs, kept, linesPerMinute, clock, line -> {
            lines++;
            line.run();
        });
    }

    private void add(final SlowCommands slow, final int lba) {
        final CommandTimes times = new CommandTimes();
        times.begin(clock.nanoTime());
        slow.add(session, cdb(0x28, lba, 1), 0, times, clock.nanoTime() + 5 * MS);
    }

    private static byte[] cdb(final int operationCode, final int lba, final int blocks) {
        final byte[] cdb = new byte[260];
        cdb[0] = (byte) operationCode;
        cdb[5] = (byte) lba;
        cdb[8] = (byte) blocks;
        return cdb;
    }
}
