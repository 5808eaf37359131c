package org.isobar.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads what lies at paths, all at the same time and each on a thread of its own: a device that hangs holds up neither the
 * others nor the start. It is read once, however often it is asked for, until the kernel ends that. Owned by the control thread.
 *
 * <p>A device that is being read must not be opened for use: the end of the look would drop its lock, see {@link OpenFile}.
 */
final class BoundedLook implements AutoCloseable {
    /** Reads what lies at a path; may block for as long as it likes. */
    interface Reader {
        Sighting look(Path path, FileIdentity identity) throws IOException;
    }

    private final Reader reader;
    private final long limitMs;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        final Thread thread = new Thread(task, "isobar-device-look");
        thread.setDaemon(true);
        return thread;
    });
    /** By {@link FileIdentity#key()}, so that a device of several names is read once. */
    private final Map<String, Look> underWay = new HashMap<>();

    private long deadlineNs;

    /**
     * Prepares.
     *
     * @param limitMs longest wait for all paths of a round together
     */
    BoundedLook(final Reader reader, final long limitMs) {
        this.reader = reader;
        this.limitMs = limitMs;
    }

    /** Begins a round: its limit counts from now. */
    void round() {
        deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
    }

    /** Begins to read what lies at a path, if that is not under way. */
    void begin(final Path path, final FileIdentity identity) {
        final Look before = underWay.get(identity.key());
        if (before != null && (!before.result.isDone() || before.identity.equals(identity))) {
            return;
        }
        final Look look = new Look(identity);
        underWay.put(identity.key(), look);
        threads.execute(() -> {
            try {
                look.result.complete(reader.look(path, identity));
            } catch (final IOException | RuntimeException e) {
                look.result.completeExceptionally(e);
            }
        });
    }

    /**
     * What was found of what was begun. One that took too long in an earlier round is not waited for again.
     *
     * @throws IOException when it cannot be read, or does not answer in time
     */
    Sighting end(final FileIdentity identity) throws IOException {
        final Look look = underWay.get(identity.key());
        try {
            final long leftNs = look.overdue ? 0 : Math.max(0, deadlineNs - System.nanoTime());
            final Sighting found = look.result.get(leftNs, TimeUnit.NANOSECONDS);
            underWay.remove(identity.key());
            return found;
        } catch (final TimeoutException e) {
            look.overdue = true;
            throw new IOException(
                    "does not answer within " + limitMs + " ms; look at the disk, its cable and controller", e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (final ExecutionException | CancellationException e) {
            underWay.remove(identity.key());
            throw e.getCause() instanceof IOException failure
                    ? failure
                    : new IOException(String.valueOf(e.getCause()), e);
        }
    }

    /** Whether it is being read. */
    boolean underWay(final FileIdentity identity) {
        final Look look = underWay.get(identity.key());
        return look != null && !look.result.isDone();
    }

    /** Ends; a look that hangs is left to the kernel. */
    @Override
    public void close() {
        threads.shutdown();
    }

    /** One look under way. Changed by the control thread, but for its result. */
    private static final class Look {
        private final FileIdentity identity;
        private final CompletableFuture<Sighting> result = new CompletableFuture<>();
        private boolean overdue;

        private Look(final FileIdentity identity) {
            this.identity = identity;
        }
    }
}
