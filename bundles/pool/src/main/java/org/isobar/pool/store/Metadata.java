package org.isobar.pool.store;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.pool.log.AppendResult;
import org.isobar.pool.log.Claim;
import org.isobar.pool.log.Done;
import org.isobar.pool.log.MetadataLog;
import org.isobar.pool.log.Opened;

/** The member's state behind its log. Control lane only. A record is applied when it is acknowledged, not before. */
final class Metadata {
    private final MetadataLog log;
    private final MemberState state = new MemberState();
    /** Pages whose map record may be lost with the power. */
    private List<MappedPage> unsynced = new ArrayList<>();

    Metadata(final MetadataLog log) {
        this.log = log;
    }

    /** What has been acknowledged. */
    MemberState state() {
        return state;
    }

    CompletionStage<Opened> open(final List<Device> present) {
        return log.open(present, state);
    }

    /** Appends a record; see {@link MetadataLog#append}. */
    void append(final MemberRecord record, final boolean durable, final Done done) {
        append(record, record.fromReserve() ? Claim.RESERVE : Claim.ORDINARY, durable, done);
    }

    private void append(final MemberRecord record, final Claim claim, final boolean durable, final Done done) {
        final ByteBuf bytes = RecordCodec.encode(record);
        try {
            log.append(claim, bytes, durable, durable ? syncing(done) : done);
        } finally {
            bytes.release();
        }
    }

    /** Appends a record that is on stable media when the stage completes. */
    CompletionStage<Void> append(final MemberRecord record) {
        final CompletableFuture<Void> stage = new CompletableFuture<>();
        append(record, true, result -> end(stage, result));
        return stage;
    }

    /** As {@link #append(MemberRecord)}, for a record of any kind that may take so much of the area. */
    CompletionStage<Void> append(final MemberRecord record, final Claim claim) {
        final CompletableFuture<Void> stage = new CompletableFuture<>();
        append(record, claim, true, result -> end(stage, result));
        return stage;
    }

    /** Makes all that was appended before survive power loss. */
    void flush(final Done done) {
        log.flush(syncing(done));
    }

    CompletionStage<Void> flush() {
        final CompletableFuture<Void> stage = new CompletableFuture<>();
        flush(result -> end(stage, result));
        return stage;
    }

    /** The map record of a page was acknowledged, but not as durable. */
    void mappedUnsynced(final PageTable table, final long page) {
        unsynced.add(new MappedPage(table, page, table.entry(page)));
    }

    CompletionStage<Void> activate(final Device device) {
        return log.activate(device);
    }

    CompletionStage<Void> deactivate(final UUID device) {
        return log.deactivate(device);
    }

    boolean active(final UUID device) {
        return log.activeDevices().contains(device);
    }

    /** Whether a majority of the devices that the log is kept on serves also without this one. */
    boolean survivesWithout(final UUID device) {
        return log.survivesWithout(device);
    }

    CompletionStage<Void> close() {
        return log.close();
    }

    /** How a request ends whose record ended so. */
    static IoStatus status(final AppendResult result) {
        return switch (result) {
            case OK -> IoStatus.OK;
            case NO_SPACE -> IoStatus.NO_SPACE;
            case BUSY -> IoStatus.BUSY;
            case FENCED, CLOSED -> IoStatus.OFFLINE;
        };
    }

    private static void end(final CompletableFuture<Void> stage, final AppendResult result) {
        switch (result) {
            case OK -> stage.complete(null);
            case NO_SPACE ->
                stage.completeExceptionally(new StorageException(
                        StorageException.Code.NO_SPACE,
                        "metadata area of the devices is full: delete what is not needed"));
            case BUSY ->
                stage.completeExceptionally(
                        new StorageException(StorageException.Code.UNAVAILABLE, "metadata log is busy: try again"));
            case FENCED, CLOSED ->
                stage.completeExceptionally(new StorageException(
                        StorageException.Code.UNAVAILABLE, "metadata cannot be kept: see the state of the member"));
        }
    }

    private Done syncing(final Done done) {
        if (unsynced.isEmpty()) {
            return done;
        }
        final List<MappedPage> covered = unsynced;
        unsynced = new ArrayList<>();
        return result -> {
            if (result.ok()) {
                covered.forEach(page -> page.table().synced(page.page(), page.entry()));
            } else {
                unsynced.addAll(covered);
            }
            done.done(result);
        };
    }

    private record MappedPage(PageTable table, long page, long entry) {}
}
