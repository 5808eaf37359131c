package org.isobar.pool.store;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.device.Device;
import org.isobar.api.pool.FreeChunklets;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The door for those who want a free chunklet for a while. */
@Component(service = FreeChunklets.class)
public final class ChunkletLoans implements FreeChunklets {
    private final MemberStore store;

    @Activate
    public ChunkletLoans(@Reference final PoolComponent component) {
        this(component.store());
    }

    /** Over a store that was assembled by hand. */
    public static ChunkletLoans over(final MemberStore store) {
        return new ChunkletLoans(store);
    }

    private ChunkletLoans(final MemberStore store) {
        this.store = store;
    }

    @Override
    public CompletionStage<Boolean> borrow(final UUID uuid, final int chunklet) {
        return store.call(() -> {
            final UsableDevices devices = store.parts().devices();
            final Device device = devices.all().stream()
                    .filter(usable -> usable.uuid().equals(uuid))
                    .findFirst()
                    .orElseThrow(() -> new StorageException(
                            StorageException.Code.UNAVAILABLE, "device lends no chunklets: uuid=" + uuid));
            if (chunklet < 0 || chunklet >= device.layout().chunkletCount()) {
                throw new StorageException(
                        StorageException.Code.INVALID,
                        "chunklet: must be 0 to " + (device.layout().chunkletCount() - 1) + ", is " + chunklet);
            }
            return CompletableFuture.completedStage(devices.promise(device, chunklet));
        });
    }

    @Override
    public void giveBack(final UUID uuid, final int chunklet) {
        store.call(() -> {
            store.parts().devices().settle(uuid, chunklet);
            return CompletableFuture.completedStage(null);
        });
    }
}
