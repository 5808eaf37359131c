package org.isobar.scsi;

import static org.isobar.scsi.Hosts.KEY_A;
import static org.junit.Assert.assertEquals;

import java.util.List;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** Which commands conflict with which reservation (SPC-4 §5.13.1, SBC-3 §4.17, SPC-2 §5.5.1). */
public final class ReservationConflictTest {
    private static final List<String> FREE = List.of(
            "12 00 00 00 24 00",
            "03 00 00 00 12 00",
            "a0 00 00 00 00 00 00 00 00 10 00 00",
            "25 00 00 00 00 00 00 00 00 00",
            "9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00",
            "a3 0a 00 00 00 00 00 00 00 20 00 00",
            "1b 00 00 00 01 00",
            "1e 00 00 00 00 00");
    private static final List<String> STATUS = List.of("00 00 00 00 00 00");
    private static final List<String> READS = List.of(
            "08 00 00 00 01 00",
            "28 00 00 00 00 00 00 00 01 00",
            "a8 00 00 00 00 00 00 00 00 01 00 00",
            "88 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
            "2f 00 00 00 00 00 00 00 01 00",
            "34 00 00 00 00 00 00 00 01 00",
            "9e 12 00 00 00 00 00 00 00 00 00 00 00 20 00 00",
            "1a 00 3f 00 ff 00",
            "5a 00 3f 00 00 00 00 00 ff 00",
            "37 00 0c 00 00 00 00 00 08 00",
            "a3 0c 00 00 00 00 00 00 10 00 00 00",
            "a3 0d 00 00 00 00 00 00 00 10 00 00");
    private static final List<String> WRITES = List.of(
            "0a 00 00 00 01 00",
            "2a 00 00 00 00 00 00 00 01 00",
            "aa 00 00 00 00 00 00 00 00 01 00 00",
            "8a 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
            "2e 00 00 00 00 00 00 00 01 00",
            "41 00 00 00 00 00 00 00 01 00",
            "93 01 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
            "8b 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
            "89 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
            "42 00 00 00 00 00 00 00 00 00",
            "35 00 00 00 00 00 00 00 00 00",
            "91 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
            "15 10 00 00 00 00",
            "55 10 00 00 00 00 00 00 00 00",
            "1b 00 00 00 00 00",
            "1e 00 00 00 01 00");

    private final Hosts hosts = new Hosts();
    private final ScsiNexus stranger = hosts.scsi.nexus;

    @Test
    public void withoutReservationNothingConflicts() {
        hosts.register(hosts.a, KEY_A).assertGood();
        for (final List<String> commands : List.of(FREE, STATUS, READS, WRITES)) {
            assertAll(commands, stranger, true);
        }
    }

    @Test
    public void eachTypeAdmitsWhomItShould() {
        for (final int type : Hosts.TYPES) {
            hosts.reserved(type);
            final boolean strangersRead = Hosts.writeExclusive(type);
            assertRights(hosts.a, true, true);
            assertRights(hosts.b, Hosts.registrants(type) || strangersRead, Hosts.registrants(type));
            assertRights(stranger, strangersRead, false);
            hosts.out(hosts.a, Hosts.CLEAR, KEY_A, 0, 0, 0).assertGood();
            hosts.ready(hosts.b);
            hosts.ready(hosts.c);
        }
    }

    @Test
    public void reservedBySixEverythingButAFewConflictsForOthers() {
        reserve6(hosts.a).assertGood();
        reserve6(hosts.a).assertGood();
        assertRights(hosts.a, true, true);
        assertAll(FREE, hosts.b, true);
        for (final List<String> commands : List.of(STATUS, READS, WRITES)) {
            assertAll(commands, hosts.b, false);
        }
        reserve6(hosts.b).assertConflict();
        release6(hosts.b).assertGood();
        hosts.read(hosts.b).assertConflict();
        for (final ScsiNexus each : List.of(hosts.a, hosts.b)) {
            for (int action = 0; action < 4; action++) {
                hosts.in(each, action).assertConflict();
            }
            hosts.out(each, Hosts.REGISTER_AND_IGNORE, 0, 7, 0, 0).assertConflict();
        }
        release6(hosts.a).assertGood();
        hosts.read(hosts.b).assertGood();
        reserve10(hosts.b).assertGood();
        reserve10(hosts.a).assertConflict();
        hosts.scsi
                .run(hosts.b, hosts.scsi.task("57 00 00 00 00 00 00 00 00 00"))
                .assertGood();
        reserve6(hosts.a).assertGood();
    }

    @Test
    public void thirdPartiesAndExtentsAreRefused() {
        for (final String flags : List.of("01", "10", "12")) {
            hosts.scsi.run("16 " + flags + " 00 00 00 00").assertInvalidCdb();
            hosts.scsi.run("57 " + flags + " 00 00 00 00 00 00 00 00").assertInvalidCdb();
        }
    }

    @Test
    public void lossOfTheNexusAndResetsEndWhatSixReserved() {
        reserve6(hosts.a).assertGood();
        hosts.a.close();
        reserve6(hosts.b).assertGood();
        hosts.a.close();
        hosts.read(hosts.c).assertConflict();
        assertEquals(true, hosts.c.resetLogicalUnit(0));
        told(hosts.b);
        told(hosts.c);
        reserve6(hosts.c).assertGood();
        hosts.b.resetTarget();
        told(hosts.b);
        told(hosts.c);
        reserve6(hosts.b).assertGood();
    }

    @Test
    public void resetsLeavePersistentReservationsAlone() {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        hosts.b.resetLogicalUnit(0);
        told(hosts.b);
        assertEquals(0x29, told(hosts.scsi.nexus));
        hosts.read(hosts.b).assertConflict();
        assertEquals("3:a", hosts.reservation());
    }

    /** CRH (SPC-4 §5.13.3). */
    @Test
    public void whereThereAreRegistrationsSixConflictsUnlessTheNexusHasAccessAnyway() {
        hosts.register(hosts.a, KEY_A).assertGood();
        reserve6(hosts.a).assertConflict();
        release6(hosts.b).assertConflict();
        hosts.register(hosts.b, Hosts.KEY_B).assertGood();
        for (final int type : Hosts.TYPES) {
            hosts.reserve(hosts.a, KEY_A, type).assertGood();
            reserve6(hosts.a).assertGood();
            release6(hosts.a).assertGood();
            if (Hosts.registrants(type)) {
                reserve6(hosts.b).assertGood();
                release6(hosts.b).assertGood();
            } else {
                reserve6(hosts.b).assertConflict();
                release6(hosts.b).assertConflict();
            }
            reserve6(hosts.c).assertConflict();
            hosts.in(hosts.b, 0).assertGood();
            hosts.release(hosts.a, KEY_A, type).assertGood();
            hosts.ready(hosts.b);
        }
    }

    @Test
    public void aResetIsToldBeforeAConflictAndOtherAttentionsAfter() {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        hosts.scsi.volumes.listener.volumeGrown(hosts.scsi.volume);
        hosts.read(hosts.b).assertConflict();
        hosts.a.resetLogicalUnit(0);
        hosts.read(hosts.b).assertSense(0x6, 0x29, 0x03);
        hosts.read(hosts.b).assertConflict();
        hosts.ready(hosts.b).assertSense(0x6, 0x2A, 0x09);
        hosts.ready(hosts.b).assertGood();
    }

    @Test
    public void aConflictIsFoundBeforeTheCommandIsLookedAt() {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        hosts.scsi
                .run(hosts.b, hosts.scsi.task("2a e0 ff ff ff ff 00 00 01 00"))
                .assertConflict();
        hosts.scsi.run(hosts.b, hosts.scsi.task("02 00 00 00 00 00")).assertSense(0x5, 0x20, 0);
    }

    private int told(final ScsiNexus nexus) {
        return hosts.ready(nexus).assertSense(0x6, 0x29, 0x03).sense[12];
    }

    private ScsiFixture.Task reserve6(final ScsiNexus by) {
        return hosts.scsi.run(by, hosts.scsi.task("16 00 00 00 00 00"));
    }

    private ScsiFixture.Task reserve10(final ScsiNexus by) {
        return hosts.scsi.run(by, hosts.scsi.task("56 00 00 00 00 00 00 00 00 00"));
    }

    private ScsiFixture.Task release6(final ScsiNexus by) {
        return hosts.scsi.run(by, hosts.scsi.task("17 00 00 00 00 00"));
    }

    private void assertRights(final ScsiNexus nexus, final boolean reads, final boolean writes) {
        assertAll(FREE, nexus, true);
        assertAll(STATUS, nexus, true);
        assertAll(READS, nexus, reads);
        assertAll(WRITES, nexus, writes);
    }

    private void assertAll(final List<String> cdbs, final ScsiNexus nexus, final boolean allowed) {
        for (final String cdb : cdbs) {
            final boolean sends = cdb.startsWith("0a")
                    || cdb.startsWith("2a")
                    || cdb.startsWith("2e")
                    || cdb.startsWith("41")
                    || cdb.startsWith("8a")
                    || cdb.startsWith("8b")
                    || cdb.startsWith("aa");
            final ScsiFixture.Task task = hosts.scsi.task(cdb);
            if (sends) {
                task.send(new byte[512]);
            } else {
                task.expectIn(65536);
            }
            hosts.scsi.run(nexus, task);
            if (allowed) {
                assertEquals(cdb, 0, task.status);
            } else {
                assertEquals(cdb, 0x18, task.status);
                task.assertConflict();
            }
        }
    }
}
