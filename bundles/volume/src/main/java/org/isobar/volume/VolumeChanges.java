package org.isobar.volume;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.isobar.api.StorageException;
import org.isobar.common.lane.Lane;

/** When volumes may be changed: on the control lane, while they are served, and each by one change at a time. */
final class VolumeChanges {
    private final Lane control;
    /** Names with a change under way; control lane only. */
    private final Set<String> changing = new HashSet<>();

    private volatile boolean serving;
    private volatile boolean closed;

    VolumeChanges(final Lane control) {
        this.control = control;
    }

    /** Volumes are served from now on. */
    void serve() {
        serving = true;
    }

    /** Nothing is changed any more. */
    void close() {
        closed = true;
    }

    /** Whether it was closed. */
    boolean closed() {
        return closed;
    }

    /** One change of a volume; CONFLICT while there is another. Control lane. */
    <T> CompletionStage<T> change(final String name, final Supplier<CompletionStage<T>> change) {
        if (!changing.add(name)) {
            throw new StorageException(
                    StorageException.Code.CONFLICT, "another change of the volume is under way: name=" + name);
        }
        CompletionStage<T> changed;
        try {
            changed = change.get();
        } catch (final RuntimeException refused) {
            changed = CompletableFuture.failedFuture(refused);
        }
        return changed.whenCompleteAsync((result, failure) -> changing.remove(name), control);
    }

    /** Does something on the control lane once it is sure that volumes are served. Any thread. */
    <T> CompletionStage<T> onControl(final Supplier<CompletionStage<T>> work) {
        final CompletableFuture<T> result = new CompletableFuture<>();
        control.execute(() -> {
            try {
                checkServing();
                work.get().whenComplete((value, failure) -> {
                    if (failure == null) {
                        result.complete(value);
                    } else {
                        result.completeExceptionally(cause(failure));
                    }
                });
            } catch (final RuntimeException refused) {
                result.completeExceptionally(refused);
            }
        });
        return result;
    }

    /** UNAVAILABLE while volumes are not served. */
    void checkServing() {
        if (!serving || closed) {
            throw new StorageException(
                    StorageException.Code.UNAVAILABLE,
                    "volumes are not served: " + (closed ? "stopping" : "waiting for enough devices"));
        }
    }

    private static Throwable cause(final Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
