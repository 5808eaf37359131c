package org.isobar.api.iscsi;

import java.util.stream.Stream;
import org.isobar.api.StorageException;

/**
 * Which sessions are meant: exactly one of the three is not null.
 *
 * @param tsih one session
 * @param target all sessions with the target of this iSCSI name
 * @param portal all sessions that came through this portal, {@code ADDRESS:PORT}
 */
public record SessionSelection(Integer tsih, String target, String portal) {
    public SessionSelection {
        if (Stream.of(tsih == null, target == null, portal == null)
                        .filter(absent -> !absent)
                        .count()
                != 1) {
            throw new StorageException(
                    StorageException.Code.INVALID, "sessions: must be named by one of tsih, target and portal");
        }
    }
}
