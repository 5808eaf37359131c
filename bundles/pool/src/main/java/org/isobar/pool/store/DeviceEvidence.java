package org.isobar.pool.store;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.pool.log.Claim;
import org.isobar.pool.store.DocumentRecord.DocumentPut;
import org.isobar.pool.store.DocumentRecord.DocumentRemoved;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the device layer wants remembered of devices' health: a document of the catalog for each device. Control lane. */
final class DeviceEvidence {
    static final String TOPIC = "device.health";

    private static final Logger LOG = LoggerFactory.getLogger(DeviceEvidence.class);

    private final Metadata metadata;

    DeviceEvidence(final Metadata metadata) {
        this.metadata = metadata;
    }

    /** All that is kept, by device. */
    Map<UUID, byte[]> all() {
        final Map<UUID, byte[]> all = new HashMap<>();
        metadata.state().documents(TOPIC).forEach((key, value) -> {
            final byte[] bytes = new byte[value.remaining()];
            value.duplicate().get(bytes);
            try {
                all.put(UUID.fromString(key), bytes);
            } catch (final IllegalArgumentException noDevice) {
                LOG.warn("device.evidence-ignored key={} why=\"{}\"", key, noDevice.getMessage());
            }
        });
        return all;
    }

    /** Keeps this of a device; nothing when it is empty, or the device was removed. */
    CompletionStage<Void> keep(final UUID device, final byte[] evidence) {
        if (evidence.length == 0 || metadata.state().deviceRemoved(device)) {
            return forget(device);
        }
        return metadata.append(
                new DocumentPut(
                        TOPIC,
                        device.toString(),
                        ByteBuffer.wrap(evidence.clone()).asReadOnlyBuffer()),
                Claim.URGENT);
    }

    /** The device is mended, or out of the member. */
    CompletionStage<Void> forget(final UUID device) {
        return metadata.state().documents(TOPIC).containsKey(device.toString())
                ? metadata.append(new DocumentRemoved(TOPIC, device.toString()))
                : CompletableFuture.completedStage(null);
    }
}
