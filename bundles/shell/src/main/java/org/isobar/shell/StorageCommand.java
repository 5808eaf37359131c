package org.isobar.shell;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.StorageException;

/** A command whose failures are one line for people, without a stack trace. */
abstract class StorageCommand implements Action {
    private static final long TIMEOUT_SECONDS = 60;

    /** What the command does. */
    protected abstract void run() throws CommandException, IOException;

    @Override
    public final Object execute() throws CommandException, IOException {
        try {
            run();
        } catch (final StorageException | IllegalArgumentException refused) {
            throw new CommandException(refused.getMessage());
        }
        return null;
    }

    /** The stage's result; the shell's own thread waits. */
    static <T> T await(final CompletionStage<T> stage) throws CommandException {
        try {
            return stage.toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (final TimeoutException late) {
            throw new CommandException(
                    "no answer in time: seconds=" + TIMEOUT_SECONDS + "; the command may still take effect");
        } catch (final InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted; the command may still take effect");
        } catch (final ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(failure.getCause());
        }
    }

    /** Refuses a name that nothing has. */
    static StorageException unknown(final String kind, final Object name) {
        return new StorageException(StorageException.Code.NOT_FOUND, "no such " + kind + ": name=" + name);
    }

    /** The number that was typed. */
    static long number(final String kind, final String text) {
        try {
            return Long.parseLong(text);
        } catch (final NumberFormatException notOne) {
            throw unknown(kind, text);
        }
    }

    /** The number of a rule that was typed. */
    static int ruleId(final String text) {
        final long number = number("rule", text);
        if (number != (int) number) {
            throw unknown("rule", text);
        }
        return (int) number;
    }

    /** The UUID that was typed. */
    static UUID uuid(final String kind, final String text) {
        try {
            return UUID.fromString(text);
        } catch (final IllegalArgumentException notOne) {
            throw unknown(kind, text);
        }
    }
}
