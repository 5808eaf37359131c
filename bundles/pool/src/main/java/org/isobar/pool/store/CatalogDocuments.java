package org.isobar.pool.store;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.catalog.Catalog;
import org.isobar.pool.log.Claim;
import org.isobar.pool.store.DocumentRecord.DocumentPut;
import org.isobar.pool.store.DocumentRecord.DocumentRemoved;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The catalog's door. */
@Component(service = Catalog.class)
public final class CatalogDocuments implements Catalog {
    private static final int NAME_CHARS_MAX = 255;

    private final MemberStore store;

    @Activate
    public CatalogDocuments(@Reference final PoolComponent component) {
        this(component.store());
    }

    /** Over a store that was assembled by hand. */
    public static CatalogDocuments over(final MemberStore store) {
        return new CatalogDocuments(store);
    }

    private CatalogDocuments(final MemberStore store) {
        this.store = store;
    }

    /** UNAVAILABLE before the store serves. */
    @Override
    public Map<String, byte[]> all(final String topic) {
        if (!store.isServing()) {
            throw store.unavailable();
        }
        final Map<String, byte[]> picture = new TreeMap<>();
        store.parts().state().documents(topic).forEach((key, value) -> picture.put(key, copy(value)));
        return Collections.unmodifiableMap(picture);
    }

    @Override
    public CompletionStage<Void> put(final String topic, final String key, final byte[] value) {
        return put(topic, key, value, Claim.ORDINARY);
    }

    @Override
    public CompletionStage<Void> putUrgently(final String topic, final String key, final byte[] value) {
        return put(topic, key, value, Claim.URGENT);
    }

    private CompletionStage<Void> put(final String topic, final String key, final byte[] value, final Claim claim) {
        final ByteBuffer kept = ByteBuffer.wrap(value.clone()).asReadOnlyBuffer();
        return store.call(() -> {
            checkNames(topic, key);
            if (kept.remaining() > MAX_VALUE_BYTES) {
                throw new StorageException(
                        StorageException.Code.INVALID,
                        "document too long: topic=" + topic + " key=" + key + " bytes=" + kept.remaining() + " most="
                                + MAX_VALUE_BYTES);
            }
            final Metadata metadata = store.parts().metadata();
            final DocumentPut put = new DocumentPut(topic, key, kept);
            // A full metadata area must not keep a document from saying, e.g., that its volume is being deleted.
            return metadata.append(put, replacesAsLong(topic, key, kept) ? Claim.RESERVE : claim);
        });
    }

    @Override
    public CompletionStage<Void> remove(final String topic, final String key) {
        return store.call(() -> {
            checkNames(topic, key);
            return store.parts().metadata().append(new DocumentRemoved(topic, key));
        });
    }

    private boolean replacesAsLong(final String topic, final String key, final ByteBuffer value) {
        final ByteBuffer present = store.parts().state().documents(topic).get(key);
        return present != null && value.remaining() <= present.remaining();
    }

    private static void checkNames(final String topic, final String key) {
        if (topic.isEmpty() || topic.length() > NAME_CHARS_MAX || key.isEmpty() || key.length() > NAME_CHARS_MAX) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "topic and key must have 1 to " + NAME_CHARS_MAX + " characters: topic=" + topic + " key=" + key);
        }
    }

    private static byte[] copy(final ByteBuffer value) {
        final byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return bytes;
    }
}
