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

    /** Removes a document; harmless when there is none. */
    CompletionStage<Void> remove(String topic, String key);
}
