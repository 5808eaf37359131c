package org.isobar.scsi;

import static org.isobar.scsi.Hosts.KEY_A;
import static org.isobar.scsi.Hosts.KEY_B;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.Test;

/** PERSISTENT RESERVE IN (SPC-4 §6.15). */
public final class ReserveInTest {
    private final Hosts hosts = new Hosts();

    @Test
    public void emptyUnitsAnswerHeadersAlone() {
        for (final int action : new int[] {0, 1, 3}) {
            assertArrayEquals(new byte[8], hosts.in(hosts.a, action).assertGood().received);
        }
    }

    @Test
    public void capabilitiesTellWhatIsSupported() {
        assertCapabilities("00081db0ea010000");
        hosts.out(hosts.a, Hosts.REGISTER, 0, KEY_A, 0, Hosts.APTPL).assertGood();
        assertCapabilities("00081db1ea010000");
        hosts.out(hosts.b, Hosts.REGISTER, 0, KEY_B, 0, 0).assertGood();
        assertCapabilities("00081db0ea010000");
    }

    @Test
    public void keysAreCutToTheAllocationLengthWithoutChangingTheirLength() {
        hosts.register(hosts.a, KEY_A).assertGood();
        hosts.register(hosts.b, KEY_B).assertGood();
        final byte[] all = hosts.in(hosts.a, 0).assertGood().received;
        assertEquals(
                "0000000200000010000000000000000a000000000000000b",
                HexFormat.of().formatHex(all));
        for (int bytes = 0; bytes <= all.length; bytes++) {
            final ScsiFixture.Task task = hosts.scsi.run(
                    hosts.a,
                    hosts.scsi
                            .task(String.format("5e 00 00 00 00 00 00 00 %02x 00", bytes))
                            .expectIn(255));
            assertArrayEquals(Arrays.copyOf(all, bytes), task.assertGood().received);
            assertEquals(bytes, task.dataInBytes);
        }
    }

    @Test
    public void anInitiatorThatExpectsLessGetsAResidual() {
        hosts.register(hosts.a, KEY_A).assertGood();
        final ScsiFixture.Task task = hosts.scsi.run(
                hosts.a, hosts.scsi.task("5e 00 00 00 00 00 00 00 ff 00").expectIn(8));
        assertEquals(8, task.assertGood().received.length);
        assertEquals(16, task.dataInBytes);
    }

    @Test
    public void fullStatusTellsEachRegistration() {
        for (final int type : Hosts.TYPES) {
            hosts.register(hosts.a, KEY_A).assertGood();
            hosts.register(hosts.b, KEY_B).assertGood();
            hosts.reserve(hosts.b, KEY_B, type).assertGood();
            final byte[] data = hosts.in(hosts.a, 3).assertGood().received;
            assertEquals(data.length - 8, BigEndian.unsignedInt(data, 4));
            int at = 8;
            at += assertDescriptor(data, at, KEY_A, Hosts.NAME_A, Hosts.allRegistrants(type) ? type : 0);
            at += assertDescriptor(data, at, KEY_B, Hosts.NAME_B, type);
            assertEquals(data.length, at);
            hosts.out(hosts.a, Hosts.CLEAR, KEY_A, 0, 0, 0).assertGood();
            hosts.ready(hosts.b);
        }
    }

    @Test
    public void otherServiceActionsAreRefused() {
        for (int action = 4; action < 32; action++) {
            assertEquals(1, hosts.in(hosts.a, action).assertInvalidCdb().field());
        }
        for (int action = 8; action < 32; action++) {
            assertEquals(
                    1, hosts.out(hosts.a, action, 0, 0, 0, 0).assertInvalidCdb().field());
        }
    }

    private void assertCapabilities(final String expected) {
        assertEquals(expected, HexFormat.of().formatHex(hosts.in(hosts.a, 2).assertGood().received));
    }

    private static int assertDescriptor(
            final byte[] data, final int at, final long key, final String name, final int type) {
        assertEquals(key, BigEndian.longAt(data, at));
        assertEquals(type == 0 ? 0 : 1, data[at + 12]);
        assertEquals(type, data[at + 13]);
        assertEquals(1, BigEndian.unsignedShort(data, at + 18));
        final int idBytes = (int) BigEndian.unsignedInt(data, at + 20);
        assertEquals(0x45, data[at + 24]);
        assertEquals(idBytes - 4, BigEndian.unsignedShort(data, at + 26));
        assertEquals(0, idBytes % 4);
        final String text = new String(data, at + 28, idBytes - 4, StandardCharsets.UTF_8);
        assertEquals(name + ",i,0x000000000001", text.substring(0, text.indexOf('\0')));
        return 24 + idBytes;
    }
}
