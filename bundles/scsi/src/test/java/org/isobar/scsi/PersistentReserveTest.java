package org.isobar.scsi;

import static org.isobar.scsi.Hosts.KEY_A;
import static org.isobar.scsi.Hosts.KEY_B;
import static org.isobar.scsi.Hosts.KEY_C;
import static org.junit.Assert.assertEquals;

import java.util.List;
import org.junit.Test;

/** PERSISTENT RESERVE OUT, service action by service action (SPC-4 §5.13). */
public final class PersistentReserveTest {
    private static final int PREEMPTED = 0x03;
    private static final int RELEASED = 0x04;
    private static final int REGISTRATION_PREEMPTED = 0x05;

    private final Hosts hosts = new Hosts();

    @Test
    public void registersChangesAndUnregistersByKey() {
        hosts.out(hosts.a, Hosts.REGISTER, 0, 0, 0, 0).assertGood();
        assertEquals(0, hosts.generation());
        hosts.out(hosts.a, Hosts.REGISTER, 1, KEY_A, 0, 0).assertConflict();
        hosts.register(hosts.a, KEY_A).assertGood();
        hosts.register(hosts.b, KEY_B).assertGood();
        assertEquals(List.of(KEY_A, KEY_B), hosts.keys());
        hosts.register(hosts.a, 0xAA).assertConflict();
        hosts.out(hosts.a, Hosts.REGISTER, KEY_B, 0xAA, 0, 0).assertConflict();
        hosts.out(hosts.a, Hosts.REGISTER, KEY_A, 0xAA, 0, 0).assertGood();
        assertEquals(List.of(0xAAL, KEY_B), hosts.keys());
        hosts.unregister(hosts.a, KEY_A).assertConflict();
        hosts.unregister(hosts.a, 0xAA).assertGood();
        assertEquals(List.of(KEY_B), hosts.keys());
        assertEquals(4, hosts.generation());
    }

    @Test
    public void registersIgnoringWhatWasThere() {
        hosts.out(hosts.a, Hosts.REGISTER_AND_IGNORE, 0x99, 0, 0, 0).assertGood();
        hosts.out(hosts.a, Hosts.REGISTER_AND_IGNORE, 0x99, KEY_A, 0, 0).assertGood();
        hosts.out(hosts.a, Hosts.REGISTER_AND_IGNORE, 0x99, KEY_B, 0, 0).assertGood();
        assertEquals(List.of(KEY_B), hosts.keys());
        hosts.out(hosts.a, Hosts.REGISTER_AND_IGNORE, 0x99, 0, 0, 0).assertGood();
        assertEquals(List.of(), hosts.keys());
        assertEquals(3, hosts.generation());
    }

    @Test
    public void whoeverIsNotRegisteredOrShowsAnotherKeyIsRefused() {
        hosts.register(hosts.a, KEY_A).assertGood();
        for (final int action : new int[] {1, 2, 3, 4, 5}) {
            hosts.out(hosts.b, action, 0, KEY_A, 3, 0).assertConflict();
            hosts.out(hosts.b, action, KEY_A, KEY_A, 3, 0).assertConflict();
            hosts.out(hosts.a, action, KEY_B, KEY_A, 3, 0).assertConflict();
        }
        assertEquals(1, hosts.generation());
    }

    @Test
    public void reservesOnceAndNeitherReserveNorReleaseCount() {
        for (final int type : Hosts.TYPES) {
            hosts.reserved(type);
            final int generation = hosts.generation();
            final String expected = type + ":" + (Hosts.allRegistrants(type) ? "0" : "a");
            assertEquals(expected, hosts.reservation());
            hosts.reserve(hosts.a, KEY_A, type).assertGood();
            hosts.reserve(hosts.a, KEY_A, type == 1 ? 3 : 1).assertConflict();
            if (Hosts.allRegistrants(type)) {
                hosts.reserve(hosts.b, KEY_B, type).assertGood();
            } else {
                hosts.reserve(hosts.b, KEY_B, type).assertConflict();
            }
            assertEquals(expected, hosts.reservation());
            hosts.release(hosts.a, KEY_A, type).assertGood();
            assertEquals("", hosts.reservation());
            assertEquals(generation, hosts.generation());
            for (final var other : List.of(hosts.b, hosts.c)) {
                if (Hosts.registrants(type)) {
                    hosts.assertTold(other, RELEASED);
                } else {
                    hosts.assertNotTold(other);
                }
            }
            hosts.assertNotTold(hosts.a);
            hosts.out(hosts.a, Hosts.CLEAR, KEY_A, 0, 0, 0).assertGood();
            hosts.assertTold(hosts.b, PREEMPTED);
            hosts.assertTold(hosts.c, PREEMPTED);
        }
    }

    @Test
    public void unknownTypesAndScopesAreRefused() {
        hosts.register(hosts.a, KEY_A).assertGood();
        for (final int scopeType : new int[] {0, 2, 4, 9, 0xF, 0x13, 0x23}) {
            for (final int action : new int[] {Hosts.RESERVE, Hosts.RELEASE}) {
                assertEquals(
                        2,
                        hosts.out(hosts.a, action, KEY_A, 0, scopeType, 0)
                                .assertInvalidCdb()
                                .field());
            }
        }
    }

    @Test
    public void onlyTheHolderReleasesAndOnlyWhatThereIs() {
        hosts.register(hosts.b, KEY_B).assertGood();
        hosts.release(hosts.b, KEY_B, 3).assertGood();
        hosts.unregister(hosts.b, KEY_B).assertGood();
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        hosts.release(hosts.b, KEY_B, 3).assertGood();
        hosts.release(hosts.b, KEY_B, 1).assertGood();
        assertEquals("3:a", hosts.reservation());
        hosts.release(hosts.a, KEY_A, 1).assertSense(0x5, 0x26, 0x04);
        assertEquals("3:a", hosts.reservation());
    }

    @Test
    public void theReservationEndsWithItsHoldersRegistration() {
        for (final int type : Hosts.TYPES) {
            hosts.reserved(type);
            hosts.unregister(hosts.a, KEY_A).assertGood();
            if (Hosts.allRegistrants(type)) {
                assertEquals(type + ":0", hosts.reservation());
                hosts.unregister(hosts.b, KEY_B).assertGood();
                assertEquals(type + ":0", hosts.reservation());
                hosts.unregister(hosts.c, KEY_C).assertGood();
                assertEquals("", hosts.reservation());
            } else {
                assertEquals("", hosts.reservation());
                if (Hosts.registrants(type)) {
                    hosts.assertTold(hosts.b, RELEASED);
                    hosts.assertTold(hosts.c, RELEASED);
                }
                hosts.unregister(hosts.b, KEY_B).assertGood();
                hosts.unregister(hosts.c, KEY_C).assertGood();
            }
            hosts.assertNotTold(hosts.a);
            hosts.assertNotTold(hosts.b);
            hosts.assertNotTold(hosts.c);
        }
    }

    @Test
    public void clearTakesEverythingAndTellsTheOthers() {
        hosts.reserved(Hosts.WRITE_EXCLUSIVE);
        final int generation = hosts.generation();
        hosts.out(hosts.b, Hosts.CLEAR, KEY_B, 0, 0, 0).assertGood();
        assertEquals(List.of(), hosts.keys());
        assertEquals("", hosts.reservation());
        assertEquals(generation + 1, hosts.generation());
        hosts.assertTold(hosts.a, PREEMPTED);
        hosts.assertNotTold(hosts.b);
        hosts.assertTold(hosts.c, PREEMPTED);
    }

    @Test
    public void preemptingTakesTheReservationOver() {
        for (final int action : new int[] {Hosts.PREEMPT, Hosts.PREEMPT_AND_ABORT}) {
            for (final int type : new int[] {1, 3, 5, 6}) {
                for (final int newType : Hosts.TYPES) {
                    hosts.reserved(type);
                    final int generation = hosts.generation();
                    hosts.out(hosts.b, action, KEY_B, KEY_A, newType, 0).assertGood();
                    assertEquals(newType + ":" + (Hosts.allRegistrants(newType) ? "0" : "b"), hosts.reservation());
                    assertEquals(List.of(KEY_B, KEY_C), hosts.keys());
                    assertEquals(generation + 1, hosts.generation());
                    hosts.assertTold(hosts.a, REGISTRATION_PREEMPTED);
                    hosts.assertNotTold(hosts.b);
                    if (newType == type) {
                        hosts.assertNotTold(hosts.c);
                    } else {
                        hosts.assertTold(hosts.c, RELEASED);
                    }
                    clear();
                }
            }
        }
    }

    @Test
    public void preemptingAllRegistrantsWithKeyZeroRemovesEveryOther() {
        for (final int type : new int[] {7, 8}) {
            hosts.reserved(type);
            hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, 0, Hosts.EXCLUSIVE_ACCESS, 0)
                    .assertGood();
            assertEquals("3:b", hosts.reservation());
            assertEquals(List.of(KEY_B), hosts.keys());
            hosts.assertTold(hosts.a, REGISTRATION_PREEMPTED);
            hosts.assertTold(hosts.c, REGISTRATION_PREEMPTED);
            hosts.assertNotTold(hosts.b);
            clear();
        }
    }

    @Test
    public void preemptingAllRegistrantsWithAKeyRemovesThoseRegistrationsAlone() {
        hosts.reserved(Hosts.WRITE_EXCLUSIVE_ALL_REGISTRANTS);
        hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, KEY_A, 0, 0).assertGood();
        assertEquals("7:0", hosts.reservation());
        assertEquals(List.of(KEY_B, KEY_C), hosts.keys());
        hosts.assertTold(hosts.a, REGISTRATION_PREEMPTED);
        hosts.assertNotTold(hosts.c);
        hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, KEY_A, 0, 0).assertConflict();
        hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, KEY_C, 0, 0).assertGood();
        hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, KEY_B, 0, 0).assertGood();
        assertEquals("", hosts.reservation());
        assertEquals(List.of(), hosts.keys());
        hosts.assertNotTold(hosts.b);
    }

    @Test
    public void preemptingRegistrationsLeavesTheReservation() {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, 0, 3, 0).assertSense(0x5, 0x26, 0);
        assertEquals(
                8,
                hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, 0, 3, 0)
                        .assertSense(0x5, 0x26, 0)
                        .field());
        hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, 0x77, 3, 0).assertConflict();
        hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, KEY_C, 0, 0).assertGood();
        assertEquals("3:a", hosts.reservation());
        assertEquals(List.of(KEY_A, KEY_B), hosts.keys());
        hosts.assertTold(hosts.c, REGISTRATION_PREEMPTED);
        hosts.assertNotTold(hosts.a);
        hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, KEY_A, 0, 0).assertInvalidCdb();
        hosts.out(hosts.a, Hosts.RELEASE, KEY_A, 0, 3, 0).assertGood();
        hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, 0, 0, 0).assertSense(0x5, 0x26, 0);
    }

    @Test
    public void preemptingAKeyThatManyHaveRemovesThemAll() {
        hosts.register(hosts.a, 0x5).assertGood();
        hosts.register(hosts.b, KEY_B).assertGood();
        hosts.register(hosts.c, 0x5).assertGood();
        hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, 0x5, 0, 0).assertGood();
        assertEquals(List.of(KEY_B), hosts.keys());
        hosts.assertTold(hosts.a, REGISTRATION_PREEMPTED);
        hosts.assertTold(hosts.c, REGISTRATION_PREEMPTED);
    }

    @Test
    public void aHolderThatPreemptsItselfChangesTheType() {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        hosts.out(hosts.a, Hosts.PREEMPT, KEY_A, KEY_A, 5, 0).assertGood();
        assertEquals("5:a", hosts.reservation());
        assertEquals(List.of(KEY_A, KEY_B, KEY_C), hosts.keys());
        hosts.assertTold(hosts.b, RELEASED);
        hosts.assertNotTold(hosts.a);
    }

    private void clear() {
        hosts.out(hosts.b, Hosts.CLEAR, KEY_B, 0, 0, 0).assertGood();
        for (final var each : List.of(hosts.a, hosts.c)) {
            hosts.ready(each);
        }
    }
}
