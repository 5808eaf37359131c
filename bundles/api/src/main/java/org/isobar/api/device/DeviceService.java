package org.isobar.api.device;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * Administers devices. Failures end the stages with {@link org.isobar.api.StorageException}. The first device added to
 * an empty member gives it its identity, which lives in the superblocks and nowhere else.
 */
public interface DeviceService extends DeviceDirectory {
    /** Everything seen at the scanned paths or added: ours in any state, and foreign ones. */
    List<DeviceInfo> infos();

    /** This member's identity as the superblocks tell it, or null while no device was ever added. */
    UUID memberUuid();

    /**
     * Labels a block device or file and takes it into this member; everything on it is lost.
     *
     * @param path absolute path
     * @param force also when it holds foreign data or belongs to another member or group; never when it is ours and in
     *     use
     */
    CompletionStage<DeviceInfo> add(String path, boolean force);

    /** Erases the label of a device that the page store no longer uses; call {@code PoolService.removeDevice} instead. */
    CompletionStage<Void> forget(UUID uuid);

    /**
     * Forgets the evidence against a device, after it was mended: it is GOOD, a failed one is let in again when it is found, and
     * one that is held off is let in at once.
     */
    CompletionStage<DeviceInfo> clear(UUID uuid);

    /** A second way to a device that is ONLINE, for measuring it. */
    CompletionStage<DeviceProbe> probe(UUID uuid);

    /** Looks at all scanned paths now. */
    CompletionStage<List<DeviceInfo>> scan();
}
