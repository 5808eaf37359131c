package org.isobar.volume;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.isobar.api.StorageException;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.PageStore;
import org.isobar.testkit.Simulation;

/**
 * Page store and catalog that outlive the process: what a change did is kept at the moment it takes effect, some random
 * time after the call; a killed process sees no completion.
 */
final class MemoryStore implements PageStore, Catalog {
    private static final int MAX_DELAY_NS = 1_000_000;

    private final Simulation sim;
    private final Map<Long, MemorySpace> spaces = new HashMap<>();
    private final Map<String, Map<String, byte[]>> documents = new HashMap<>();
    private final List<String> changes = new ArrayList<>();
    private CompletableFuture<Void> serving;
    private int failAfter = Integer.MAX_VALUE;
    private StorageException moveFailure;

    MemoryStore(final Simulation sim) {
        this.sim = sim;
        restart();
    }

    /** A new process: nothing serves until {@link #serve}. */
    void restart() {
        serving = new CompletableFuture<>();
    }

    void serve() {
        serving.complete(null);
    }

    /** The n-th change from now and all after it fail without effect. */
    void failFrom(final int nth) {
        failAfter = nth;
    }

    /** Moves of pages end so; null for well. */
    void failMoves(final StorageException how) {
        moveFailure = how;
    }

    /** What was changed, in order. */
    List<String> changes() {
        return changes;
    }

    Map<Long, MemorySpace> spaces() {
        return spaces;
    }

    @Override
    public CompletionStage<Void> whenServing() {
        return serving;
    }

    @Override
    public CompletionStage<PageSpace> create(
            final long volume, final long sizeBytes, final int pageBytes, final String pool) {
        return change("create " + volume, () -> {
            if (spaces.containsKey(volume)) {
                throw new AssertionError("number used again: " + volume);
            }
            final MemorySpace space = new MemorySpace(sim, volume, sizeBytes, pageBytes, pool);
            spaces.put(volume, space);
            return space;
        });
    }

    @Override
    public Optional<PageSpace> find(final long volume) {
        return Optional.ofNullable(spaces.get(volume));
    }

    @Override
    public CompletionStage<Void> grow(final long volume, final long sizeBytes) {
        return change("grow " + volume, () -> {
            spaces.get(volume).grow(sizeBytes);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> rehome(final long volume, final String pool) {
        return change("rehome " + volume + " " + pool, () -> {
            spaces.get(volume).rehome(pool);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> allocate(final long volume, final PageAllocation allocation) {
        return change("allocate " + volume + " " + allocation.unit(), () -> {
            spaces.get(volume).allocate(allocation);
            return null;
        });
    }

    @Override
    public CompletionStage<Boolean> move(final long volume, final long page, final String pool) {
        return change("move " + volume + " " + page + " " + pool, () -> {
            if (moveFailure != null) {
                throw moveFailure;
            }
            return spaces.get(volume).move(page, pool);
        });
    }

    @Override
    public CompletionStage<Void> delete(final long volume) {
        return change("delete " + volume, () -> {
            if (spaces.get(volume).inFlight() > 0) {
                throw new AssertionError("deleted with requests in flight: " + volume);
            }
            spaces.remove(volume);
            return null;
        });
    }

    @Override
    public Map<String, byte[]> all(final String topic) {
        return Map.copyOf(documents.getOrDefault(topic, Map.of()));
    }

    @Override
    public CompletionStage<Void> put(final String topic, final String key, final byte[] value) {
        return change("put " + topic + " " + key, () -> {
            documents.computeIfAbsent(topic, any -> new TreeMap<>()).put(key, value.clone());
            return null;
        });
    }

    @Override
    public CompletionStage<Void> remove(final String topic, final String key) {
        return change("remove " + topic + " " + key, () -> {
            documents.getOrDefault(topic, new TreeMap<>()).remove(key);
            return null;
        });
    }

    private <T> CompletionStage<T> change(final String what, final Supplier<T> effect) {
        final CompletableFuture<T> done = new CompletableFuture<>();
        sim.workOnLane(sim.lanes().control(), sim.random().nextInt(MAX_DELAY_NS), () -> {
            failAfter--;
            if (failAfter <= 0) {
                done.completeExceptionally(new StorageException(StorageException.Code.IO, "failed: " + what));
                return;
            }
            try {
                final T result = effect.get();
                changes.add(what);
                done.complete(result);
            } catch (final StorageException refused) {
                done.completeExceptionally(refused);
            }
        });
        return done;
    }
}
