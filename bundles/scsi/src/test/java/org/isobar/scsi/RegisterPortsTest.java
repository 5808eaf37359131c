package org.isobar.scsi;

import static org.isobar.scsi.Hosts.KEY_A;
import static org.isobar.scsi.Hosts.KEY_B;
import static org.junit.Assert.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.scsi.reservation.NexusName;
import org.isobar.scsi.reservation.ReservationState;
import org.isobar.scsi.reservation.TransportId;
import org.junit.Test;

/** Registering other ports than one's own: ALL_TG_PT, SPEC_I_PT, REGISTER AND MOVE. */
public final class RegisterPortsTest {
    private final Hosts hosts = new Hosts();

    @Test
    public void aRegistrationIsOfOneNexusAndFoundAgainAtItsNextLogIn() {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        hosts.a.close();
        final ScsiNexus otherIsid = hosts.scsi.openReady(Hosts.NAME_A, 2, 1);
        final ScsiNexus otherGroup = hosts.scsi.openReady(Hosts.NAME_A, 1, 2);
        hosts.read(otherIsid).assertConflict();
        hosts.read(otherGroup).assertConflict();
        final ScsiNexus again = hosts.scsi.openReady(Hosts.NAME_A.toUpperCase(Locale.ROOT), 1, 1);
        hosts.write(again).assertGood();
        hosts.unregister(again, KEY_A).assertGood();
        hosts.read(otherIsid).assertGood();
    }

    @Test
    public void allTargetPortsAreRegisteredAtOnce() {
        hosts.scsi.targets.portalGroups(List.of(1, 2, 7));
        final ScsiNexus second = hosts.scsi.openReady(Hosts.NAME_A, 1, 2);
        hosts.out(hosts.a, Hosts.REGISTER, 0, KEY_A, 0, Hosts.ALL_TG_PT).assertGood();
        assertEquals(List.of(KEY_A, KEY_A, KEY_A), hosts.keys());
        assertEquals(1, hosts.generation());
        hosts.reserve(second, KEY_A, Hosts.EXCLUSIVE_ACCESS).assertGood();
        hosts.read(hosts.a).assertConflict();
        hosts.out(hosts.a, Hosts.REGISTER, KEY_A, 0, 0, 0).assertGood();
        assertEquals(List.of(KEY_A, KEY_A), hosts.keys());
        hosts.out(second, Hosts.REGISTER, KEY_A, 0, 0, Hosts.ALL_TG_PT).assertGood();
        assertEquals(List.of(), hosts.keys());
    }

    @Test
    public void namedPortsAreRegisteredWithTheAsker() {
        registerNamed(hosts.a, 0, KEY_A, 0, port(Hosts.NAME_B, 1), port("iqn.2026-11.example:absent", 9))
                .assertGood();
        assertEquals(List.of(KEY_A, KEY_A, KEY_A), hosts.keys());
        hosts.reserve(hosts.b, KEY_A, Hosts.EXCLUSIVE_ACCESS).assertGood();
        hosts.read(hosts.a).assertConflict();
    }

    @Test
    public void namedPortsAndAllTargetPortsMultiply() {
        hosts.scsi.targets.portalGroups(List.of(1, 2));
        registerNamed(hosts.a, 0, KEY_A, Hosts.ALL_TG_PT, port(Hosts.NAME_B, 1)).assertGood();
        assertEquals(4, hosts.keys().size());
    }

    @Test
    public void aNodesNameStandsForAllItsKnownPorts() {
        hosts.scsi.openReady(Hosts.NAME_B, 2, 1);
        registerNamed(hosts.a, 0, KEY_A, 0, node(Hosts.NAME_B)).assertGood();
        assertEquals(3, hosts.keys().size());
        hosts.out(hosts.c, Hosts.REGISTER_AND_IGNORE, 0, Hosts.KEY_C, 0, 0).assertGood();
        final int generation = hosts.generation();
        final ScsiNexus fresh = hosts.scsi.openReady("iqn.2026-11.example:d", 1, 1);
        assertEquals(
                24,
                registerNamed(fresh, 0, 5, 0, node("iqn.2026-11.example:unknown"))
                        .assertSense(0x5, 0x26, 0)
                        .field());
        assertEquals("none of them is registered", 4, hosts.keys().size());
        assertEquals(generation, hosts.generation());
    }

    @Test
    public void aRegisteredNexusNamesNobody() {
        hosts.register(hosts.a, KEY_A).assertGood();
        registerNamed(hosts.a, KEY_A, 1, 0, port(Hosts.NAME_B, 1)).assertInvalidCdb();
        registerNamed(hosts.a, KEY_A, 0, 0, port(Hosts.NAME_B, 1)).assertInvalidCdb();
        registerNamed(hosts.b, KEY_B, 1, 0, port(Hosts.NAME_B, 1)).assertConflict();
        assertEquals(List.of(KEY_A), hosts.keys());
    }

    @Test
    public void onlyRegisterNamesPorts() {
        for (int action = 1; action < 7; action++) {
            assertEquals(
                    20,
                    hosts.out(hosts.a, action, 0, KEY_A, 3, Hosts.SPEC_I_PT)
                            .assertSense(0x5, 0x26, 0)
                            .field());
        }
    }

    @Test
    public void brokenTransportIdsAreRefusedPointingAtThem() {
        final byte[] good = port(Hosts.NAME_B, 1);
        final byte[] wrongProtocol = good.clone();
        wrongProtocol[0] = 0x46;
        final byte[] wrongFormat = good.clone();
        wrongFormat[0] = (byte) 0x85;
        final byte[] noIsid = node(Hosts.NAME_B);
        noIsid[0] = 0x45;
        final byte[] unterminated = good.clone();
        Arrays.fill(unterminated, 4, unterminated.length, (byte) 'a');
        final byte[] tooLong = good.clone();
        tooLong[3] = (byte) (tooLong[3] + 4);
        final byte[] tooShort = {0x05, 0, 0, 4, 'a', 0, 0, 0};
        final byte[] cut = {0x45, 0};
        for (final byte[] bad : List.of(wrongProtocol, wrongFormat, noIsid, unterminated, tooLong, tooShort, cut)) {
            assertEquals(
                    28 + good.length,
                    registerNamed(hosts.a, 0, KEY_A, 0, good, bad)
                            .assertSense(0x5, 0x26, 0)
                            .field());
        }
        assertEquals(List.of(), hosts.keys());
    }

    @Test
    public void wrongLengthsAreRefused() {
        for (final int length : new int[] {0, 1, 23, 25, 28}) {
            hosts.out(hosts.a, Hosts.REGISTER, 0, new byte[length]).assertSense(0x5, 0x1A, 0);
        }
        final byte[] named = Hosts.list(0, KEY_A, Hosts.SPEC_I_PT).array();
        hosts.out(hosts.a, Hosts.REGISTER, 0, named).assertSense(0x5, 0x1A, 0);
        hosts.out(hosts.a, Hosts.REGISTER, 0, Arrays.copyOf(named, 32)).assertSense(0x5, 0x1A, 0);
        hosts.out(hosts.a, Hosts.REGISTER, 0, Arrays.copyOf(named, 28)).assertGood();
        hosts.scsi
                .run(hosts.b, hosts.scsi.task("5f 00 00 00 00 7f ff ff ff 00").send(new byte[24]))
                .assertSense(0x5, 0x1A, 0);
        hosts.scsi
                .run(hosts.b, hosts.scsi.task("5f 00 00 00 00 00 00 00 18 00").send(new byte[16]))
                .assertSense(0x5, 0x1A, 0);
    }

    @Test
    public void aUnitKeepsSoManyRegistrationsAndNoMore() {
        for (int first = 0; first < ReservationState.MAX_REGISTRATIONS; first += 128) {
            final byte[][] ids = new byte[127][];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = port("iqn.2026-11.example:many", first + i);
            }
            registerNamed(hosts.scsi.openReady("iqn.2026-11.example:asker" + first, 1, 1), 0, 1, 0, ids)
                    .assertGood();
        }
        assertEquals(ReservationState.MAX_REGISTRATIONS, hosts.keys().size());
        hosts.register(hosts.a, KEY_A).assertSense(0x5, 0x55, 0x04);
        assertEquals(2, hosts.generation());
    }

    @Test
    public void theHolderMovesItsReservation() {
        for (final int type : new int[] {1, 3, 5, 6}) {
            hosts.reserved(type);
            final int generation = hosts.generation();
            move(hosts.a, KEY_A, 0xBB, 0, 1, port(Hosts.NAME_B, 1)).assertGood();
            assertEquals(type + ":bb", hosts.reservation());
            assertEquals(List.of(KEY_A, 0xBBL, Hosts.KEY_C), hosts.keys());
            assertEquals(generation + 1, hosts.generation());
            hosts.write(hosts.b).assertGood();
            move(hosts.b, 0xBB, 0xDD, 0x02, 1, port("iqn.2026-11.example:d", 1)).assertGood();
            assertEquals(type + ":dd", hosts.reservation());
            assertEquals(List.of(KEY_A, Hosts.KEY_C, 0xDDL), hosts.keys());
            hosts.out(hosts.a, Hosts.CLEAR, KEY_A, 0, 0, 0).assertGood();
            hosts.ready(hosts.c);
        }
    }

    @Test
    public void movesThatMakeNoSenseAreRefused() {
        final byte[] to = port(Hosts.NAME_B, 1);
        move(hosts.a, 0, 1, 0, 1, to).assertConflict();
        hosts.register(hosts.a, KEY_A).assertGood();
        hosts.register(hosts.b, KEY_B).assertGood();
        move(hosts.a, KEY_A, 1, 0, 1, to).assertInvalidCdb();
        hosts.reserve(hosts.a, KEY_A, Hosts.WRITE_EXCLUSIVE_ALL_REGISTRANTS).assertGood();
        move(hosts.a, KEY_A, 1, 0, 1, to).assertConflict();
        hosts.release(hosts.a, KEY_A, Hosts.WRITE_EXCLUSIVE_ALL_REGISTRANTS).assertGood();
        hosts.ready(hosts.b);
        hosts.reserve(hosts.a, KEY_A, Hosts.EXCLUSIVE_ACCESS).assertGood();
        move(hosts.b, KEY_B, 1, 0, 1, to).assertConflict();
        move(hosts.a, KEY_B, 1, 0, 1, to).assertConflict();
        assertEquals(
                8, move(hosts.a, KEY_A, 0, 0, 1, to).assertSense(5, 0x26, 0).field());
        assertEquals(
                18, move(hosts.a, KEY_A, 1, 0, 9, to).assertSense(5, 0x26, 0).field());
        final byte[] itself = port(Hosts.NAME_A, 1);
        assertEquals(
                24,
                move(hosts.a, KEY_A, 1, 0, 1, itself).assertSense(5, 0x26, 0).field());
        final byte[] anyPort = node(Hosts.NAME_B);
        assertEquals(
                24,
                move(hosts.a, KEY_A, 1, 0, 1, anyPort).assertSense(5, 0x26, 0).field());
        assertEquals(20, move(hosts.a, KEY_A, 1, 0, 1).assertSense(5, 0x26, 0).field());
        assertEquals(
                20,
                move(hosts.a, KEY_A, 1, 0, 1, to, to).assertSense(5, 0x26, 0).field());
        assertEquals("3:a", hosts.reservation());
    }

    static byte[] port(final String name, final long isid) {
        return TransportId.encode(new NexusName(name, isid, 1));
    }

    static byte[] node(final String name) {
        final byte[] text = name.getBytes(StandardCharsets.UTF_8);
        final byte[] id = new byte[4 + Math.max(20, (text.length / 4 + 1) * 4)];
        id[0] = 0x05;
        id[3] = (byte) (id.length - 4);
        System.arraycopy(text, 0, id, 4, text.length);
        return id;
    }

    private ScsiFixture.Task registerNamed(
            final ScsiNexus by, final long key, final long actionKey, final int flags, final byte[]... ids) {
        final byte[] joined = join(ids);
        final byte[] list = ByteBuffer.allocate(28 + joined.length)
                .put(Hosts.list(key, actionKey, flags | Hosts.SPEC_I_PT).array())
                .putInt(joined.length)
                .put(joined)
                .array();
        return hosts.out(by, Hosts.REGISTER, 0, list);
    }

    private ScsiFixture.Task move(
            final ScsiNexus by,
            final long key,
            final long actionKey,
            final int flags,
            final int targetPort,
            final byte[]... ids) {
        final byte[] joined = join(ids);
        final byte[] list = ByteBuffer.allocate(24 + joined.length)
                .putLong(key)
                .putLong(actionKey)
                .put((byte) 0)
                .put((byte) flags)
                .putShort((short) targetPort)
                .putInt(joined.length)
                .put(joined)
                .array();
        return hosts.out(by, Hosts.REGISTER_AND_MOVE, 0, list);
    }

    private static byte[] join(final byte[]... parts) {
        final ByteBuffer joined = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(joined::put);
        return joined.array();
    }
}
