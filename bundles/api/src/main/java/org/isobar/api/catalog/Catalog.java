package org.isobar.api.catalog;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Small documents that must come back with the devices: volume definitions, target settings. Stored in the metadata
 * log on every device, all in memory. Any thread may call; a change is on stable media when its stage completes (with
 * {@link org.isobar.api.StorageException} on failure), and is visible to {@link #all} from then on.
 */
public interface Catalog {
    /** Longest value in bytes. */
    int MAX_VALUE_BYTES = 65536;

    /** All documents of a topic by key; an immutable picture. */
    Map<String, byte[]> all(String topic);

    /** Creates or replaces a document. */
    CompletionStage<Void> put(String topic, String key, byte[] value);

    /**
     * As {@link #put}, for a short document without which others cannot go on (who has reserved a volume, what is being
     * erased): it may take some of the room that is kept free in a metadata area that is full.
     */
    default CompletionStage<Void> putUrgently(final String topic, final String key, final byte[] value) {
        return put(topic, key, value);
    }

    /** Removes a document; harmless when there is none. */
    CompletionStage<Void> remove(String topic, String key);
}
