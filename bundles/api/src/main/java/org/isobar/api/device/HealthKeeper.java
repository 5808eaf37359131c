package org.isobar.api.device;

import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Keeps what is known of the health of devices with the metadata of the member, so that a restart does not forget it. */
@FunctionalInterface
public interface HealthKeeper {
    /**
     * Keeps this of a device, in place of what was kept of it. Any thread may call.
     *
     * @param evidence in a form of the device layer's own, 64 KiB at most; empty to keep nothing
     * @return ends when it is on stable media; with {@link org.isobar.api.StorageException} when it cannot be kept now
     */
    CompletionStage<Void> keep(UUID device, byte[] evidence);
}
