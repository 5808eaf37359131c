package org.isobar.pool.store;

import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.device.DeviceService;

/**
 * What the page store asks of the device layer.
 *
 * @param directory the devices
 * @param memberUuid the member's identity, null while there is none
 * @param forget erases the label of a device that the store no longer uses
 */
public record StoreDevices(
        DeviceDirectory directory, Supplier<UUID> memberUuid, Function<UUID, CompletionStage<Void>> forget) {
    /** All from the one service that has them. */
    public static StoreDevices of(final DeviceService service) {
        return new StoreDevices(service, service::memberUuid, service::forget);
    }
}
