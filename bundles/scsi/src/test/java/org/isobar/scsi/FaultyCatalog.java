package org.isobar.scsi;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.catalog.Catalog;

/** A catalog in memory whose changes can be held up, can fail, and are lost by a crash unless they were durable. */
final class FaultyCatalog implements Catalog {
    private final Map<String, byte[]> durable = new HashMap<>();
    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean holding;
    private boolean failing;
    private boolean full;
    private boolean refusing;
    private boolean unreadable;
    private int changes;
    private int failFrom = Integer.MAX_VALUE;

    /** What is there after a crash at this moment. */
    FaultyCatalog afterCrash() {
        final FaultyCatalog next = new FaultyCatalog();
        next.durable.putAll(durable);
        return next;
    }

    /** From now on changes wait for {@link #let}. */
    void hold() {
        holding = true;
    }

    /** The next held change becomes durable, or fails. */
    void let() {
        held.remove().run();
    }

    int waiting() {
        return held.size();
    }

    /** Changes asked for so far. */
    int changes() {
        return changes;
    }

    void fail(final boolean fails) {
        failing = fails;
    }

    /** Changes fail for want of room, but for those that remove something. */
    void full(final boolean is) {
        full = is;
    }

    /** From this change on (counted from 0) all fail. */
    void failFrom(final int change) {
        failFrom = change;
    }

    /** Changes throw at once. */
    void refuse(final boolean refuses) {
        refusing = refuses;
    }

    void unreadable(final boolean is) {
        unreadable = is;
    }

    Map<String, byte[]> documents() {
        return durable;
    }

    @Override
    public Map<String, byte[]> all(final String topic) {
        if (unreadable) {
            throw new StorageException(StorageException.Code.UNAVAILABLE, "catalog is not there: topic=" + topic);
        }
        final Map<String, byte[]> all = new TreeMap<>();
        durable.forEach((name, value) -> {
            if (name.startsWith(topic + "/")) {
                all.put(name.substring(topic.length() + 1), value.clone());
            }
        });
        return all;
    }

    @Override
    public CompletionStage<Void> put(final String topic, final String key, final byte[] value) {
        if (full) {
            return CompletableFuture.failedFuture(
                    new StorageException(StorageException.Code.NO_SPACE, "no room for documents"));
        }
        return change(() -> durable.put(topic + "/" + key, value));
    }

    @Override
    public CompletionStage<Void> remove(final String topic, final String key) {
        return change(() -> durable.remove(topic + "/" + key));
    }

    private CompletionStage<Void> change(final Runnable effect) {
        final boolean fails = changes >= failFrom;
        changes++;
        if (refusing) {
            throw new StorageException(StorageException.Code.UNAVAILABLE, "catalog is not there");
        }
        final CompletableFuture<Void> stage = new CompletableFuture<>();
        held.add(() -> {
            if (failing || fails) {
                stage.completeExceptionally(new StorageException(StorageException.Code.IO, "device failed"));
            } else {
                effect.run();
                stage.complete(null);
            }
        });
        if (!holding) {
            let();
        }
        return stage;
    }
}
