package org.isobar.testkit;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.catalog.Catalog;

/** Documents in memory: what a crash leaves is what is in it. */
public final class MemoryCatalog implements Catalog {
    private final Map<String, byte[]> documents = Collections.synchronizedMap(new TreeMap<>());
    private boolean serving = true;
    private boolean failing;

    /** All documents, by topic, a bar and the key; live. */
    public Map<String, byte[]> documents() {
        return documents;
    }

    /** Whether documents can be read. */
    public void serving(final boolean serves) {
        serving = serves;
    }

    /** Whether changes fail from now on, without effect. */
    public void failing(final boolean fails) {
        failing = fails;
    }

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
