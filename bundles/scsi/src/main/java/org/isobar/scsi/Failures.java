package org.isobar.scsi;

import java.util.concurrent.CompletionException;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;

/** Failures of the control path as the data path has them. */
final class Failures {
    private Failures() {}

    static IoStatus of(final Throwable failure) {
        final Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof StorageException known) {
            return switch (known.code()) {
                case NO_SPACE -> IoStatus.NO_SPACE;
                case UNAVAILABLE -> IoStatus.OFFLINE;
                default -> IoStatus.IO_ERROR;
            };
        }
        return IoStatus.IO_ERROR;
    }
}
