package org.isobar.scsi;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.catalog.Catalog;
import org.isobar.scsi.reservation.Outcome;
import org.isobar.scsi.reservation.Outcome.Result;
import org.isobar.scsi.reservation.ReservationDocument;
import org.isobar.scsi.reservation.ReservationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registrations and reservation of one logical unit. Commands look at {@link #state}; changes are made one after the
 * other, and one that has to survive a restart takes effect once its document is durable. Any thread may call.
 */
final class Reservations {
    /** Topic of the documents in the catalog; the key is the volume's UUID. */
    static final String TOPIC = "reservation";

    private static final Logger LOG = LoggerFactory.getLogger(Reservations.class);
    /** Changes of initiators at work or waiting; further ones are answered with BUSY. */
    static final int MAX_CHANGES = 64;

    /** What a state becomes. */
    @FunctionalInterface
    interface Rule {
        /** Decides; called when all changes before have taken effect. */
        Outcome apply(ReservationState now);
    }

    private record Change(Rule rule, Consumer<Outcome> done) {}

    private final Catalog catalog;
    private final String key;
    private final Nexuses nexuses;

    /** Changes, the first one at work. Guards itself and {@link #removed}; nothing is called under it. */
    private final Deque<Change> changes = new ArrayDeque<>();

    private boolean removed;
    /** What the catalog has, null for nothing. The change at work owns this and {@link #storedInDoubt}. */
    private byte[] stored;

    private boolean storedInDoubt;
    private volatile ReservationState state;

    /** Takes up what was kept for the volume. */
    Reservations(final Catalog catalog, final UUID volume, final Nexuses nexuses) {
        this.catalog = catalog;
        this.nexuses = nexuses;
        key = volume.toString();
        state = load();
    }

    /** As it is now. */
    ReservationState state() {
        return state;
    }

    /**
     * Makes a change that an initiator asks for.
     *
     * @param done gets the outcome once it has taken effect, on any thread, possibly within this call
     * @return false when too many wait already: nothing will be done
     */
    boolean change(final Rule rule, final Consumer<Outcome> done) {
        return enqueue(new Change(rule, done), MAX_CHANGES);
    }

    /** Makes a change that may not be refused. */
    void changeAlways(final Rule rule, final Consumer<Outcome> done) {
        enqueue(new Change(rule, done), Integer.MAX_VALUE);
    }

    /** The volume is no more: its document goes too, and no change takes effect from now on. */
    void remove() {
        synchronized (changes) {
            if (removed) {
                return;
            }
            removed = true;
        }
        changeAlways(now -> Outcome.refused(now, Result.REMOVED), outcome -> {
            if (outcome.result() == Result.NOT_STORED) {
                LOG.warn("reservation.document.left volume={}", key);
            }
        });
    }

    private boolean enqueue(final Change change, final int limit) {
        synchronized (changes) {
            if (changes.size() >= limit) {
                return false;
            }
            changes.add(change);
            if (changes.size() > 1) {
                return true;
            }
        }
        process(change);
        return true;
    }

    /** Works off the queue, whose first change this is, as far as the catalog's answers are at hand. */
    private void process(final Change first) {
        Change change = first;
        while (change != null) {
            final ReservationState now = state;
            final Outcome wanted = removed()
                    ? Outcome.refused(now, Result.REMOVED)
                    : change.rule().apply(now);
            final byte[] document = wanted.result() == Result.REMOVED ? null : document(wanted.next());
            final boolean differs = wanted.next() != now || wanted.result() == Result.REMOVED;
            if (!differs || (!storedInDoubt && Arrays.equals(document, stored))) {
                finish(change, wanted);
                change = next();
            } else if (document != null && document.length > Catalog.MAX_VALUE_BYTES) {
                finish(change, Outcome.refused(now, Result.NO_RESOURCES));
                change = next();
            } else {
                final Change waiting = change;
                store(document).whenComplete((done, failure) -> stored(waiting, wanted, document, failure));
                return;
            }
        }
    }

    private void stored(final Change change, final Outcome wanted, final byte[] document, final Throwable failure) {
        storedInDoubt = failure != null;
        if (failure == null) {
            stored = document;
            finish(change, wanted);
        } else {
            LOG.error("reservation.store.failed volume={} why=\"{}\"", key, failure.getMessage());
            final boolean full = Failures.of(failure) == IoStatus.NO_SPACE;
            finish(change, Outcome.refused(state, full ? Result.NO_RESOURCES : Result.NOT_STORED));
        }
        final Change next = next();
        if (next != null) {
            process(next);
        }
    }

    private void finish(final Change change, final Outcome outcome) {
        state = outcome.next();
        nexuses.raise(outcome.told());
        change.done().accept(outcome);
    }

    /** Takes the change that is finished off the queue; returns the next. */
    private Change next() {
        synchronized (changes) {
            changes.remove();
            return changes.peek();
        }
    }

    private boolean removed() {
        synchronized (changes) {
            return removed;
        }
    }

    /** What has to be in the catalog in this state, null for nothing. */
    private static byte[] document(final ReservationState of) {
        return of.persists() && !of.keys().isEmpty() ? ReservationDocument.encode(of) : null;
    }

    private CompletionStage<Void> store(final byte[] document) {
        try {
            return document == null ? catalog.remove(TOPIC, key) : catalog.putUrgently(TOPIC, key, document);
        } catch (final StorageException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private ReservationState load() {
        try {
            stored = catalog.all(TOPIC).get(key);
            return stored == null ? ReservationState.NONE : ReservationDocument.decode(stored);
        } catch (final StorageException unreadable) {
            // Serving on as if nothing was reserved could let two hosts write at once.
            LOG.error(
                    "reservation.unreadable volume={} refuses=\"all reads and writes\" why=\"{}\"",
                    key,
                    unreadable.getMessage());
            storedInDoubt = stored == null;
            return ReservationState.UNREADABLE;
        }
    }
}
