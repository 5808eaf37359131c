package org.isobar.rest;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.isobar.api.StorageException;

/** Waits for a service on a request's thread, never on a lane. */
final class Await {
    static final long TIMEOUT_SECONDS = 60;

    private Await() {}

    /**
     * The stage's result.
     *
     * @throws StorageException UNAVAILABLE when it does not end in time; it may still end well later
     */
    static <T> T result(final CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (final TimeoutException late) {
            throw new StorageException(
                    StorageException.Code.UNAVAILABLE,
                    "no answer in time: seconds=" + TIMEOUT_SECONDS + "; the request may still take effect",
                    late);
        } catch (final InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new StorageException(StorageException.Code.UNAVAILABLE, "member is stopping", stopping);
        } catch (final ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new CompletionException(failure.getCause());
        }
    }
}
