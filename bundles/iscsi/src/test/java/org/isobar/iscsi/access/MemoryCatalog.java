package org.isobar.iscsi.access;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.catalog.Catalog;

/** Documents in memory: what a crash leaves is what is in it. */
final class MemoryCatalog implements Catalog {
    final Map<String, byte[]> documents = Collections.synchronizedMap(new TreeMap<>());
    boolean serving = true;
    /** Changes from now on fail, without effect. */
    boolean failing;

    @Override
    public Map<String, byte[]> all(final String topic) {
        if (!serving) {
            throw new StorageException(StorageException.Code.UNAVAILABLE, "not serving");
        }
        final Map<String, byte[]> found = new TreeMap<>();
        documents.forEach((key, value) -> {
            if (key.startsWith(topic + "|")) {
                found.put(key.substring(topic.length() + 1), value);
            }
        });
        return found;
    }

    @Override
    public CompletionStage<Void> put(final String topic, final String key, final byte[] value) {
        return change(() -> documents.put(topic + "|" + key, value.clone()));
    }

    @Override
    public CompletionStage<Void> remove(final String topic, final String key) {
        return change(() -> documents.remove(topic + "|" + key));
    }

    private CompletionStage<Void> change(final Runnable change) {
        if (failing) {
            return CompletableFuture.failedFuture(new StorageException(StorageException.Code.IO, "log failed"));
        }
        change.run();
        return CompletableFuture.completedFuture(null);
    }
}
