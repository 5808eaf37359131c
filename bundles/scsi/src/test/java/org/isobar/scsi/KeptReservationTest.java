package org.isobar.scsi;

import static org.isobar.scsi.Hosts.KEY_A;
import static org.isobar.scsi.Hosts.KEY_B;
import static org.isobar.scsi.Hosts.KEY_C;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** Registrations and reservation through power loss (APTPL, SPC-4 §5.13.5): durable before GOOD, or not at all. */
public final class KeptReservationTest {
    private static final String DOCUMENT = "reservation/" + MemoryVolume.UUID_OF_ALL;
    private static final int RANDOM_STEPS = 60;

    private final FaultyCatalog catalog = new FaultyCatalog();
    private Hosts hosts = new Hosts(new ScsiFixture(1, catalog));

    @Test
    public void nothingIsKeptUnlessAskedFor() {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        assertEquals(0, catalog.changes());
        crash();
        assertEquals(List.of(), hosts.keys());
        assertEquals("", hosts.reservation());
    }

    @Test
    public void everythingComesBackAfterARestart() {
        for (final int type : Hosts.TYPES) {
            persistent(hosts.a, KEY_A);
            persistent(hosts.b, KEY_B);
            hosts.reserve(hosts.a, KEY_A, type).assertGood();
            crash();
            assertEquals(List.of(KEY_A, KEY_B), hosts.keys());
            assertEquals(type + ":" + (Hosts.allRegistrants(type) ? "0" : "a"), hosts.reservation());
            assertEquals(0, hosts.generation());
            hosts.write(hosts.c).assertConflict();
            hosts.write(hosts.a).assertGood();
            hosts.out(hosts.a, Hosts.CLEAR, KEY_A, 0, 0, 0).assertGood();
            assertEquals(Map.of(), catalogNow().documents());
            crash();
            assertEquals("", hosts.reservation());
        }
    }

    @Test
    public void theLastRegistrationDecidesWhetherItIsKept() {
        persistent(hosts.a, KEY_A);
        assertNotNull(catalog.documents().get(DOCUMENT));
        hosts.register(hosts.b, KEY_B).assertGood();
        assertEquals(Map.of(), catalog.documents());
        hosts.out(hosts.b, Hosts.REGISTER, KEY_B, KEY_B, 0, Hosts.APTPL).assertGood();
        crash();
        assertEquals(List.of(KEY_A, KEY_B), hosts.keys());
    }

    @Test
    public void goodComesOnlyWhenItIsDurable() {
        catalog.hold();
        final ScsiFixture.Task register = start(hosts.a, Hosts.REGISTER, 0, KEY_A, Hosts.APTPL);
        assertEquals(0, register.completions);
        assertEquals("not in effect yet", List.of(), hosts.keys());
        assertEquals(Map.of(), catalog.documents());
        catalog.let();
        hosts.scsi.sim.run();
        register.assertGood();
        assertNotNull(catalog.documents().get(DOCUMENT));
        assertEquals(List.of(KEY_A), hosts.keys());
    }

    @Test
    public void wantOfRoomIsToldAsSuchAndChangesNothing() {
        persistent(hosts.a, KEY_A);
        catalog.full(true);
        hosts.out(hosts.b, Hosts.REGISTER, 0, KEY_B, 0, Hosts.APTPL).assertSense(0x5, 0x55, 0x04);
        assertEquals(List.of(KEY_A), hosts.keys());
        hosts.unregister(hosts.a, KEY_A).assertGood();
        assertTrue(catalog.documents().isEmpty());
    }

    @Test
    public void aFailureIsToldAndChangesNothing() {
        persistent(hosts.a, KEY_A);
        persistent(hosts.b, KEY_B);
        catalog.fail(true);
        hosts.reserve(hosts.a, KEY_A, Hosts.EXCLUSIVE_ACCESS).assertSense(0x4, 0x44, 0);
        catalog.fail(false);
        catalog.refuse(true);
        hosts.reserve(hosts.a, KEY_A, Hosts.EXCLUSIVE_ACCESS).assertSense(0x4, 0x44, 0);
        hosts.out(hosts.a, Hosts.CLEAR, KEY_A, 0, 0, 0).assertSense(0x4, 0x44, 0);
        hosts.assertNotTold(hosts.b);
        catalog.refuse(false);
        assertEquals("", hosts.reservation());
        assertEquals(List.of(KEY_A, KEY_B), hosts.keys());
        assertEquals(2, hosts.generation());
        final int before = catalog.changes();
        hosts.out(hosts.a, Hosts.REGISTER, KEY_A, KEY_A, 0, Hosts.APTPL).assertGood();
        assertEquals("what is stored was in doubt", before + 1, catalog.changes());
    }

    @Test
    public void changesWaitForEachOtherAndTooManyAreBusy() {
        catalog.hold();
        final List<ScsiFixture.Task> tasks = new ArrayList<>();
        for (int i = 0; i < Reservations.MAX_CHANGES; i++) {
            tasks.add(start(hosts.a, Hosts.REGISTER_AND_IGNORE, 0, i + 1, Hosts.APTPL));
        }
        final ScsiFixture.Task tooMany = start(hosts.b, Hosts.REGISTER_AND_IGNORE, 0, KEY_B, Hosts.APTPL);
        assertEquals(1, tooMany.completions);
        assertEquals(0x08, tooMany.status);
        for (int i = 0; i < Reservations.MAX_CHANGES; i++) {
            assertEquals("one at a time", 1, catalog.waiting());
            assertEquals(0, tasks.get(i).completions);
            catalog.let();
            hosts.scsi.sim.run();
            tasks.get(i).assertGood();
        }
        assertEquals(List.of((long) Reservations.MAX_CHANGES), hosts.keys());
    }

    @Test
    public void whatCannotBeReadIsNotIgnored() {
        persistent(hosts.a, KEY_A);
        hosts.reserve(hosts.a, KEY_A, Hosts.WRITE_EXCLUSIVE).assertGood();
        final byte[] document = catalog.documents().get(DOCUMENT);
        for (int at = 0; at < document.length; at++) {
            final FaultyCatalog damaged = catalog.afterCrash();
            final byte[] bytes = document.clone();
            bytes[at] ^= 0x10;
            damaged.documents().put(DOCUMENT, bytes);
            restart(damaged);
            assertHeldBack();
            assertEquals("left for repair", bytes, damaged.documents().get(DOCUMENT));
        }
        for (int length = 0; length < document.length; length++) {
            final FaultyCatalog damaged = catalog.afterCrash();
            damaged.documents().put(DOCUMENT, Arrays.copyOf(document, length));
            restart(damaged);
            assertHeldBack();
        }
    }

    @Test
    public void anAdministratorGivesAnUnreadableUnitBack() throws Exception {
        catalog.documents().put(DOCUMENT, new byte[] {1, 2, 3});
        restart(catalog);
        assertHeldBack();
        final TargetReservations service = new TargetReservations(hosts.scsi.targets);
        assertTrue(!service.reservations("vol").readable());
        assertTrue(service.clear("vol").toCompletableFuture().get().readable());
        hosts.write(hosts.a).assertGood();
        assertEquals(Map.of(), catalog.documents());
    }

    @Test
    public void aCatalogThatIsNotThereHoldsTheUnitBackAndLosesNothing() {
        persistent(hosts.a, KEY_A);
        final FaultyCatalog later = catalog.afterCrash();
        later.unreadable(true);
        restart(later);
        assertHeldBack();
        assertNotNull(later.documents().get(DOCUMENT));
    }

    @Test
    public void aDeletedVolumeTakesItsDocumentAlong() {
        persistent(hosts.a, KEY_A);
        catalog.hold();
        final ScsiFixture.Task late = start(hosts.b, Hosts.REGISTER, 0, KEY_B, Hosts.APTPL);
        hosts.scsi.volumes.listener.volumeRemoved(hosts.scsi.volume);
        catalog.let();
        catalog.let();
        hosts.scsi.sim.run();
        assertEquals(1, late.completions);
        assertEquals(Map.of(), catalog.documents());
        assertEquals(0, catalog.waiting());
    }

    @Test
    public void stoppingKeepsIt() {
        persistent(hosts.a, KEY_A);
        hosts.scsi.targets.close();
        assertNotNull(catalog.documents().get(DOCUMENT));
    }

    /**
     * Crashes at any moment of a random life: after a restart the unit is as after the last change that was acknowledged,
     * or as after the one that was under way.
     */
    @Test
    public void acknowledgedChangesSurviveACrashAtAnyMoment() {
        for (long seed = 1; seed <= 40; seed++) {
            randomLife(seed);
        }
    }

    private void randomLife(final long seed) {
        final Random random = new Random(seed);
        FaultyCatalog kept = new FaultyCatalog();
        restart(kept);
        String acknowledged = picture();
        for (int step = 0; step < RANDOM_STEPS; step++) {
            final ScsiNexus by = List.of(hosts.a, hosts.b, hosts.c).get(random.nextInt(3));
            final int action = List.of(6, 6, 1, 2, 3, 4, 5).get(random.nextInt(7));
            final long key = random.nextInt(4);
            final long actionKey = random.nextInt(4);
            final int type = Hosts.TYPES[random.nextInt(6)];
            final boolean crashes = random.nextInt(5) == 0;
            kept.fail(random.nextInt(8) == 0);
            if (crashes) {
                kept.hold();
            }
            final ScsiFixture.Task task = hosts.task(
                    action, type, Hosts.list(key, actionKey, Hosts.APTPL).array());
            hosts.scsi.start(by, task);
            hosts.scsi.sim.run();
            final boolean answered = task.completions == 1;
            if (answered) {
                acknowledged = picture();
            }
            for (final ScsiNexus each : List.of(hosts.a, hosts.b, hosts.c)) {
                hosts.ready(each);
            }
            if (crashes) {
                final boolean reached = random.nextBoolean() && kept.waiting() > 0;
                if (reached) {
                    kept.fail(false);
                    kept.let();
                    hosts.scsi.sim.run();
                    acknowledged = picture();
                }
                kept = kept.afterCrash();
                restart(kept);
                assertEquals("seed " + seed + " step " + step, acknowledged, picture());
            }
        }
    }

    /** Registrations and reservation, as they come back. */
    private String picture() {
        return hosts.keys() + " " + hosts.reservation();
    }

    private void persistent(final ScsiNexus by, final long key) {
        hosts.out(by, Hosts.REGISTER, 0, key, 0, Hosts.APTPL).assertGood();
    }

    private ScsiFixture.Task start(
            final ScsiNexus by, final int action, final long key, final long actionKey, final int flags) {
        final ScsiFixture.Task task =
                hosts.task(action, 0, Hosts.list(key, actionKey, flags).array());
        hosts.scsi.start(by, task);
        hosts.scsi.sim.run();
        return task;
    }

    private void assertHeldBack() {
        hosts.read(hosts.a).assertSense(0x2, 0x04, 0x03);
        hosts.write(hosts.a).assertSense(0x2, 0x04, 0x03);
        hosts.in(hosts.a, 0).assertSense(0x2, 0x04, 0x03);
        hosts.out(hosts.a, Hosts.REGISTER_AND_IGNORE, 0, KEY_C, 0, 0).assertSense(0x2, 0x04, 0x03);
        hosts.scsi.run(hosts.a, hosts.scsi.task("16 00 00 00 00 00")).assertSense(0x2, 0x04, 0x03);
        hosts.scsi
                .run(hosts.a, hosts.scsi.task("12 00 00 00 24 00").expectIn(36))
                .assertGood();
    }

    private FaultyCatalog catalogNow() {
        return hosts.scsi.catalog;
    }

    private void crash() {
        restart(catalogNow().afterCrash());
    }

    private void restart(final FaultyCatalog with) {
        final ScsiFixture scsi = new ScsiFixture(2, with);
        hosts = new Hosts(scsi);
    }
}
