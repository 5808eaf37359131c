package org.isobar.api.scsi;

import java.util.List;

/**
 * A picture of a volume's registrations and reservation.
 *
 * @param volume name of the volume
 * @param readable false when what was kept with the devices cannot be read: the volume refuses reads and writes
 * @param generation PRGENERATION: changes of registrations since the member started
 * @param persists whether registrations and reservation survive a restart (APTPL)
 * @param type persistent reservation type, e.g. {@code EXCLUSIVE_ACCESS}; null when there is none
 * @param reservedBy initiator that reserved by RESERVE (6) or (10), until it logs out; null for none
 * @param registrations in order of registration
 */
public record ReservationInfo(
        String volume,
        boolean readable,
        long generation,
        boolean persists,
        String type,
        String reservedBy,
        List<RegistrationInfo> registrations) {
    public ReservationInfo {
        registrations = List.copyOf(registrations);
    }
}
