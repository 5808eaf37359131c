package org.isobar.api.scsi;

import java.util.concurrent.CompletionStage;

/** Shows who reserved a volume, and takes reservations away. Any thread may call. */
public interface ReservationService {
    /**
     * Registrations and reservation of a volume now.
     *
     * @throws org.isobar.api.StorageException NOT_FOUND
     */
    ReservationInfo reservations(String volume);

    /**
     * Removes all registrations and whatever is reserved, durably; each nexus that was registered gets a unit attention, as
     * after CLEAR of PERSISTENT RESERVE OUT. A host that relied on its reservation is no longer protected. Ends in
     * StorageException NOT_FOUND, or IO when what is kept with the devices could not be removed: nothing has changed then.
     */
    CompletionStage<ReservationInfo> clear(String volume);
}
