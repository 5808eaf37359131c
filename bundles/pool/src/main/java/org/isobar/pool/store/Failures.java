package org.isobar.pool.store;

import java.util.concurrent.CompletionException;
import org.isobar.api.StorageException;

/** Looks into what a stage failed with. */
final class Failures {
    private Failures() {}

    /** The failure itself, out of what stages wrap around it. */
    static Throwable cause(final Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The code of a {@link StorageException}; IO for anything else. */
    static StorageException.Code code(final Throwable failure) {
        return cause(failure) instanceof StorageException known ? known.code() : StorageException.Code.IO;
    }

    /** What to tell people. */
    static String message(final Throwable failure) {
        final Throwable cause = cause(failure);
        return cause instanceof StorageException ? cause.getMessage() : cause.toString();
    }

    /** As a {@link StorageException}; what is none already is an IO failure. */
    static StorageException asStorage(final Throwable failure) {
        return cause(failure) instanceof StorageException known
                ? known
                : new StorageException(StorageException.Code.IO, message(failure), failure);
    }
}
