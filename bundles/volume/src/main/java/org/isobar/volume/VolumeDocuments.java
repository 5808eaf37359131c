package org.isobar.volume;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.catalog.Catalog;

/** The volume documents in the catalog, and the highest number ever given to a volume. Called on the control lane. */
final class VolumeDocuments {
    private static final String TOPIC = "volumes";
    private static final String NUMBERS_TOPIC = "volume-numbers";
    private static final String HIGHEST_KEY = "highest";

    private final Catalog catalog;
    private long highestNumber;
    /** Reservations are written one after the other, so that the document never goes back. */
    private CompletionStage<Void> lastReservation = CompletableFuture.completedFuture(null);

    VolumeDocuments(final Catalog catalog) {
        this.catalog = catalog;
    }

    /** All documents by key, not decoded; also learns the highest number. */
    Map<String, byte[]> load() {
        final Map<String, byte[]> documents = catalog.all(TOPIC);
        final byte[] highest = catalog.all(NUMBERS_TOPIC).get(HIGHEST_KEY);
        highestNumber = highest == null ? 0 : ByteBuffer.wrap(highest).getLong();
        documents.keySet().forEach(key -> highestNumber = Math.max(highestNumber, Long.parseLong(key)));
        return documents;
    }

    /** Numbers up to this one have been given out. */
    long highestNumber() {
        return highestNumber;
    }

    /** Gives out a number never used before, even if the process dies now. */
    CompletionStage<Long> reserveNumber() {
        highestNumber++;
        final long number = highestNumber;
        final byte[] document = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        lastReservation = lastReservation
                .exceptionally(earlierFailure -> null)
                .thenCompose(done -> catalog.put(NUMBERS_TOPIC, HIGHEST_KEY, document));
        return lastReservation.thenApply(done -> number);
    }

    CompletionStage<Void> put(final VolumeDefinition definition) {
        return catalog.put(TOPIC, Long.toString(definition.number()), VolumeDocument.encode(definition));
    }

    CompletionStage<Void> remove(final long number) {
        return catalog.remove(TOPIC, Long.toString(number));
    }
}
