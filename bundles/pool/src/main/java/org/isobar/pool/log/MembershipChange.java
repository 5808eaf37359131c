package org.isobar.pool.log;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.common.lane.Lane;

/** A wanted change of the ACTIVE list. What a joining device holds is read before anything is written to it. */
final class MembershipChange {
    private final CompletableFuture<Void> stage = new CompletableFuture<>();
    private final UUID uuid;
    private final Device joining;
    private Copy copy;

    private MembershipChange(final UUID uuid, final Device joining, final Copy copy) {
        this.uuid = uuid;
        this.joining = joining;
        this.copy = copy;
    }

    /** The device comes onto the list. */
    static MembershipChange join(final Device device) {
        return new MembershipChange(device.uuid(), device, null);
    }

    /** The device, which was just read, comes onto the list. */
    static MembershipChange join(final Copy copy) {
        return new MembershipChange(copy.device().uuid(), copy.device(), copy);
    }

    /** The device comes off the list. */
    static MembershipChange leave(final UUID uuid) {
        return new MembershipChange(uuid, null, null);
    }

    /** No change: done when all that was under way is. */
    static MembershipChange settled() {
        return new MembershipChange(null, null, null);
    }

    CompletionStage<Void> stage() {
        return stage;
    }

    /** The device it is about, null for none. */
    UUID uuid() {
        return uuid;
    }

    boolean joins() {
        return joining != null;
    }

    /** What was found on the joining device. */
    Copy copy() {
        return copy;
    }

    boolean ready() {
        return joining == null || copy != null;
    }

    /** Reads what is not read yet, then tells. */
    void prepare(final Lane lane, final Runnable then) {
        if (!ready()) {
            new CopyReader(lane, joining, found -> {
                        copy = found;
                        then.run();
                    })
                    .start();
        }
    }

    /** Why the device must not be written to, or null. */
    StorageException refusal(final UUID logId, final Position position, final int devices) {
        final HalfImage found = copy.best();
        if (copy.status() != IoStatus.OK) {
            return refusal(Code.IO, "what it holds could not be read: status=" + copy.status());
        }
        if (copy.unknownVersion() != 0) {
            return refusal(Code.INVALID, "metadata has an unknown format version: version=" + copy.unknownVersion());
        }
        if (found != null && (!found.logId().equals(logId) || found.position().epoch() > position.epoch())) {
            return refusal(Code.CONFLICT, "holds metadata of another member or newer than ours, erase it first");
        }
        return devices > CheckpointHeader.ACTIVE_MAX
                ? refusal(Code.NO_SPACE, "too many devices: max=" + CheckpointHeader.ACTIVE_MAX)
                : null;
    }

    private StorageException refusal(final Code code, final String why) {
        return new StorageException(code, why + ": device=" + uuid);
    }

    void done() {
        stage.complete(null);
    }

    void refuse(final StorageException why) {
        stage.completeExceptionally(why);
    }

    void refuse(final Code code, final String why) {
        refuse(refusal(code, why));
    }
}
