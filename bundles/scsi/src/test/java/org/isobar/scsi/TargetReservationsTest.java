package org.isobar.scsi;

import static org.isobar.scsi.Hosts.KEY_A;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.isobar.api.StorageException;
import org.isobar.api.scsi.RegistrationInfo;
import org.isobar.api.scsi.ReservationInfo;
import org.junit.Test;

/** What an administrator sees of reservations, and takes away. */
public final class TargetReservationsTest {
    private final Hosts hosts = new Hosts();
    private final TargetReservations service = new TargetReservations(hosts.scsi.targets);

    @Test
    public void showsRegistrationsAndReservation() {
        hosts.out(hosts.a, Hosts.REGISTER, 0, -2, 0, Hosts.APTPL).assertGood();
        hosts.out(hosts.b, Hosts.REGISTER, 0, KEY_A, 0, Hosts.APTPL).assertGood();
        hosts.reserve(hosts.a, -2, Hosts.WRITE_EXCLUSIVE).assertGood();
        hosts.b.close();
        assertEquals(
                new ReservationInfo(
                        "vol",
                        true,
                        2,
                        true,
                        "WRITE_EXCLUSIVE",
                        null,
                        List.of(
                                new RegistrationInfo(Hosts.NAME_A, "000000000001", 1, "fffffffffffffffe", true, true),
                                new RegistrationInfo(
                                        Hosts.NAME_B, "000000000001", 1, "000000000000000a", false, false))),
                service.reservations("vol"));
    }

    @Test
    public void clearsAndTellsEverybodyWhoWasRegistered() throws Exception {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        final ReservationInfo cleared = result(service.clear("vol"));
        assertEquals(List.of(), cleared.registrations());
        assertNull(cleared.type());
        for (final var each : List.of(hosts.a, hosts.b, hosts.c)) {
            hosts.assertTold(each, 0x03);
        }
        hosts.assertNotTold(hosts.scsi.nexus);
        hosts.scsi.run(hosts.a, hosts.scsi.task("16 00 00 00 00 00")).assertGood();
        assertEquals(Hosts.NAME_A, service.reservations("vol").reservedBy());
        assertNull(result(service.clear("vol")).reservedBy());
        hosts.write(hosts.b).assertGood();
    }

    @Test
    public void aFailureChangesNothing() {
        hosts.out(hosts.a, Hosts.REGISTER, 0, KEY_A, 0, Hosts.APTPL).assertGood();
        hosts.scsi.catalog.fail(true);
        assertEquals(StorageException.Code.IO, failure(service.clear("vol")).code());
        assertEquals(1, service.reservations("vol").registrations().size());
    }

    @Test
    public void unknownVolumesAreNamed() {
        assertThrows(StorageException.class, () -> service.reservations("other"));
        assertThrows(StorageException.class, () -> service.reservations(null));
        assertEquals(
                StorageException.Code.NOT_FOUND, failure(service.clear("other")).code());
    }

    private static ReservationInfo result(final CompletionStage<ReservationInfo> stage) throws Exception {
        return stage.toCompletableFuture().get();
    }

    private static StorageException failure(final CompletionStage<ReservationInfo> stage) {
        return (StorageException)
                assertThrows(ExecutionException.class, () -> result(stage)).getCause();
    }
}
