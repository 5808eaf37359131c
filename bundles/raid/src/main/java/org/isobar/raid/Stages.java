package org.isobar.raid;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.isobar.api.StorageException;
import org.isobar.common.job.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of stages of the control path. */
final class Stages {
    private static final Logger LOG = LoggerFactory.getLogger(Stages.class);

    private Stages() {}

    /** Runs {@code then} at the end of a stage; what it throws is a bug and is logged rather than lost. */
    static <T> void whenEnded(final CompletionStage<T> stage, final BiConsumer<? super T, ? super Throwable> then) {
        final CompletionStage<T> unused = stage.whenComplete((value, failure) -> {
            try {
                then.accept(value, failure);
            } catch (final RuntimeException bug) {
                LOG.error("raid.bug", bug);
                throw bug;
            }
        });
    }

    /** Ends a job as the work ended. */
    static void end(final Job job, final Throwable failure) {
        if (failure == null) {
            job.done();
        } else if (job.cancelRequested()) {
            job.cancelled();
        } else {
            job.failed(cause(failure).getMessage());
        }
    }

    private static Throwable cause(final Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof StorageException ? cause : failure;
    }
}
