package org.isobar.scsi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.isobar.api.StorageException;
import org.isobar.api.catalog.Catalog;
import org.isobar.common.lane.Lanes;

/**
 * What every logical unit works with.
 *
 * @param lanes where background work runs
 * @param catalog keeps what must outlive a stop
 * @param portGroups the target port groups
 * @param sanitizeBytesPerSecond pace of sanitize operations, of each logical unit
 * @param copies EXTENDED COPY commands of all logical units, and what they may reach
 */
record UnitServices(Lanes lanes, Catalog catalog, PortGroups portGroups, long sanitizeBytesPerSecond, Copies copies) {
    /** As {@link Catalog#put}, every failure in the stage. */
    CompletionStage<Void> put(final String topic, final String key, final byte[] value) {
        return failingLater(() -> catalog.put(topic, key, value));
    }

    /** As {@link Catalog#putUrgently}, every failure in the stage. */
    CompletionStage<Void> putUrgently(final String topic, final String key, final byte[] value) {
        return failingLater(() -> catalog.putUrgently(topic, key, value));
    }

    /** As {@link Catalog#remove}, every failure in the stage. */
    CompletionStage<Void> remove(final String topic, final String key) {
        return failingLater(() -> catalog.remove(topic, key));
    }

    private static CompletionStage<Void> failingLater(final Supplier<CompletionStage<Void>> change) {
        try {
            return change.get();
        } catch (final StorageException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}
