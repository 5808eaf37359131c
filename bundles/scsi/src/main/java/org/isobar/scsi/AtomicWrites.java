package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.catalog.Catalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The atomic writes of a logical unit that are not wholly in their place yet. Their data is kept in the catalog, on stable
 * media, before the first block is changed, and dropped once the last one is on stable media too; whatever interrupts a
 * write in between, {@link #recover} finishes it, and nothing else reaches the unit until then.
 */
final class AtomicWrites {
    /** Where the catalog keeps them. */
    static final String TOPIC = "scsi.atomic-write";
    /** At a time for one logical unit; their data is in memory until they end. */
    static final int MAX_AT_A_TIME = 16;

    private static final Logger LOG = LoggerFactory.getLogger(AtomicWrites.class);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

    private final LogicalUnit unit;
    private final UnitServices services;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong ids = new AtomicLong();
    /** Guarded by this. */
    private boolean recovering;

    AtomicWrites(final LogicalUnit unit, final UnitServices services) {
        this.unit = unit;
        this.services = services;
    }

    AtomicInteger underWay() {
        return underWay;
    }

    long nextId() {
        return ids.getAndIncrement();
    }

    /** Keeps the data of a write; it can be finished after a stop once the stage completes. */
    CompletionStage<Void> keep(final long id, final CommandRun run, final ByteBuf data) {
        final int bytes = (int) run.length();
        final CompletableFuture<?>[] parts = new CompletableFuture<?>[AtomicWriteRecord.parts(bytes)];
        for (int part = 0; part < parts.length; part++) {
            final byte[] record = AtomicWriteRecord.encode(run.offset(), bytes, data, data.readerIndex(), part);
            parts[part] = services.put(TOPIC, key(id, part), record).toCompletableFuture();
        }
        return CompletableFuture.allOf(parts);
    }

    /** Drops what {@link #keep} kept. */
    CompletionStage<Void> drop(final long id, final int bytes) {
        final CompletableFuture<?>[] parts = new CompletableFuture<?>[AtomicWriteRecord.parts(bytes)];
        for (int part = 0; part < parts.length; part++) {
            parts[part] = services.remove(TOPIC, key(id, part)).toCompletableFuture();
        }
        return CompletableFuture.allOf(parts);
    }

    /** Finishes all that is kept, and keeps commands out until that is done. Any thread may call. */
    void recover() {
        synchronized (this) {
            if (recovering) {
                return;
            }
            recovering = someKept();
            unit.obstacles().recovering(recovering);
            if (!recovering) {
                return;
            }
        }
        LOG.info("scsi.atomic-write.recovering target={}", unit.targetName());
        BackgroundTask.start(unit.lane(), unit, this, AtomicWrites::findNext, this::recovered);
    }

    /** The volume is no more. */
    void forgetAll() {
        documents().keySet().forEach(key -> services.remove(TOPIC, key));
    }

    private boolean someKept() {
        try {
            return !documents().isEmpty();
        } catch (final StorageException unavailable) {
            // Who cannot tell looks again, until it can.
            return true;
        }
    }

    private void recovered() {
        final boolean more;
        synchronized (this) {
            recovering = false;
            more = !unit.removed() && someKept();
            if (!more) {
                unit.obstacles().recovering(false);
            }
        }
        if (more) {
            recover();
        }
    }

    private static void findNext(final CommandRun run, final IoStatus none) {
        run.unlock();
        run.free();
        final AtomicWrites writes = run.subject(AtomicWrites.class);
        if (run.unit().removed()) {
            run.good();
            return;
        }
        try {
            writes.finishFirst(run);
        } catch (final StorageException unavailable) {
            LOG.warn("scsi.atomic-write.waits target={} reason={}", run.unit().targetName(), unavailable.getMessage());
            run.sleep(RETRY_NS, AtomicWrites::findNext);
        }
    }

    private void finishFirst(final CommandRun run) {
        final Map<String, List<byte[]>> kept = new HashMap<>();
        documents().forEach((key, record) -> kept.computeIfAbsent(idOf(key), id -> new ArrayList<>())
                .add(record));
        if (kept.isEmpty()) {
            run.good();
            return;
        }
        final Map.Entry<String, List<byte[]>> write = kept.entrySet().iterator().next();
        final List<byte[]> parts = write.getValue();
        if (!whole(parts)) {
            // Interrupted before all of it was kept: not a block has been changed.
            run.await(dropAll(write.getKey()), AtomicWrites::dropped);
            return;
        }
        run.allocate(AtomicWriteRecord.wholeBytes(parts.get(0)));
        parts.forEach(part -> AtomicWriteRecord.decode(part, run.buffer()));
        run.range(
                AtomicWriteRecord.offsetBytes(parts.get(0)) >>> BlockLimits.BLOCK_SHIFT,
                AtomicWriteRecord.wholeBytes(parts.get(0)) >>> BlockLimits.BLOCK_SHIFT);
        run.lock(true, (locked, ignored) -> writeAgain(locked, write.getKey()));
    }

    private void writeAgain(final CommandRun run, final String id) {
        if (documents().keySet().stream().noneMatch(key -> idOf(key).equals(id))) {
            // Its own command has finished it meanwhile.
            run.then(AtomicWrites::findNext);
            return;
        }
        run.write(run.offset(), (int) run.length(), run.buffer(), 0, true, (written, status) -> {
            if (status == IoStatus.OK) {
                written.await(dropAll(id), AtomicWrites::dropped);
            } else {
                LOG.warn("scsi.atomic-write.waits target={} status={}", unit.targetName(), status);
                written.unlock();
                written.sleep(RETRY_NS, AtomicWrites::findNext);
            }
        });
    }

    private static void dropped(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            run.then(AtomicWrites::findNext);
        } else {
            run.unlock();
            run.sleep(RETRY_NS, AtomicWrites::findNext);
        }
    }

    private CompletionStage<Void> dropAll(final String id) {
        return CompletableFuture.allOf(documents().keySet().stream()
                .filter(key -> idOf(key).equals(id))
                .map(key -> services.remove(TOPIC, key).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Whether these are all parts of one write. */
    private static boolean whole(final List<byte[]> parts) {
        return parts.stream().allMatch(AtomicWriteRecord::intact)
                && parts.size() == AtomicWriteRecord.parts(AtomicWriteRecord.wholeBytes(parts.get(0)));
    }

    private Map<String, byte[]> documents() {
        final Catalog catalog = services.catalog();
        final Map<String, byte[]> ours = new HashMap<>();
        catalog.all(TOPIC).forEach((key, record) -> {
            if (key.startsWith(unit.uuid().toString())) {
                ours.put(key, record);
            }
        });
        return ours;
    }

    private String key(final long id, final int part) {
        return unit.uuid() + "." + id + "." + part;
    }

    private static String idOf(final String key) {
        return key.substring(0, key.lastIndexOf('.'));
    }
}
