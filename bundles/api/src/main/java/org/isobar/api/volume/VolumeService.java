package org.isobar.api.volume;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Administers volumes. Any thread may call; failures are {@link org.isobar.api.StorageException}, thrown or ending the
 * stage.
 */
public interface VolumeService {
    /** The services that have a name, in the order of their names. */
    List<NamedService> services();

    /** All volumes by name. */
    List<Volume> volumes();

    /** One volume. */
    Optional<Volume> find(String name);

    /** Names of the users registered with {@link Volume#hold}. */
    List<String> users(String name);

    /** Creates a volume; durable when the stage completes. */
    CompletionStage<VolumeInfo> create(VolumeSpec spec);

    /** Lengthens a volume; shrinking is refused. */
    CompletionStage<VolumeInfo> grow(String name, long sizeBytes);

    /**
     * Says whether reads of a volume are compared with the checksums kept of what was written; durable when the stage
     * completes, and true of every request that comes from then on. Checksums are kept, and writes and scrubs check what
     * they read, either way.
     */
    CompletionStage<VolumeInfo> setVerifyReads(String name, boolean on);

    /** Sets where a volume's fullness becomes WARNING and CRITICAL; durable when the stage completes. */
    CompletionStage<VolumeInfo> changeThresholds(String name, VolumeThresholds thresholds);

    /** Deletes a volume and its data; refused with CONFLICT while it has users, unless forced. */
    CompletionStage<Void> delete(String name, boolean force);

    /** From now on the listener hears of changes. */
    void addListener(VolumeListener listener);

    /** The listener hears no more. */
    void removeListener(VolumeListener listener);
}
