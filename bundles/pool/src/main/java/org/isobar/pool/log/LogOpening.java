package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;
import org.isobar.common.lane.Lane;
import org.isobar.common.rng.Rng;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to open the log: reads all copies, chooses the newest, restores it and starts a new epoch on a majority
 * of its ACTIVE devices. Writes nothing before all that could refuse has been looked at.
 */
final class LogOpening {
    private static final Logger LOG = LoggerFactory.getLogger(LogOpening.class);

    private final Lane lane;
    private final Rng rng;
    private final LogSettings settings;
    private final StateMachine machine;
    private final Outcome outcome;
    private final Crc32c crc = new Crc32c();
    private final Iterator<Device> unread;
    private final List<Copy> copies = new ArrayList<>();
    private final Trampoline reading = new Trampoline(this::readNext);
    private Copy newest;
    private boolean fresh;
    private UUID logId;
    private Position position = new Position(0, 0);
    private List<UUID> active = List.of();
    private final List<LogDevice> serving = new ArrayList<>();
    private CheckpointImage image;

    /** How it ended: exactly one call. */
    interface Outcome {
        /** The newest state is restored and a new epoch has begun. */
        void started(LogStart start, boolean fresh, List<UUID> missing);

        /** Too few ACTIVE devices. */
        void waiting(List<UUID> missing);

        /** Refused. */
        void failed(RuntimeException why);
    }

    LogOpening(
            final Lane lane,
            final Rng rng,
            final LogSettings settings,
            final List<Device> present,
            final StateMachine machine,
            final Outcome outcome) {
        this.lane = lane;
        this.rng = rng;
        this.settings = settings;
        this.machine = machine;
        this.outcome = outcome;
        unread = present.stream()
                .sorted(Comparator.comparing(Device::uuid))
                .toList()
                .iterator();
    }

    void start() {
        reading.bounce();
    }

    private void readNext() {
        if (unread.hasNext()) {
            new CopyReader(lane, unread.next(), this::acceptCopy).start();
            return;
        }
        try {
            if (chooseNewest()) {
                restoreNewest();
                promiseEpoch();
            }
        } catch (final RuntimeException refused) {
            outcome.failed(refused);
        }
    }

    private void acceptCopy(final Copy copy) {
        copies.add(copy);
        if (copy.status() != IoStatus.OK) {
            LOG.warn("metadata-unreadable device={} status={}", copy.device().uuid(), copy.status());
        } else if (copy.best() != null) {
            if (newest == null || copy.best().position().compareTo(newest.best().position()) > 0) {
                if (newest != null) {
                    newest.best().forgetContent();
                }
                newest = copy;
            } else {
                copy.best().forgetContent();
            }
        }
        reading.bounce();
    }

    /** False when it has answered already. */
    private boolean chooseNewest() {
        copies.forEach(LogOpening::requireKnownVersion);
        final Set<UUID> logIds = readable().stream()
                .filter(copy -> copy.best() != null)
                .map(copy -> copy.best().logId())
                .collect(Collectors.toSet());
        if (logIds.size() > 1) {
            throw new StorageException(
                    Code.CONFLICT, "devices hold metadata of different members, remove one kind: " + describeLogs());
        }
        fresh = newest == null;
        if (fresh) {
            requireNoTraces();
            logId = rng.nextUuid();
            active = List.of(copies.get(0).device().uuid());
        } else {
            logId = newest.best().logId();
            position = newest.best().position();
            active = newest.best().active();
        }
        readable().stream()
                .filter(copy -> active.contains(copy.device().uuid()))
                .forEach(copy -> serving.add(new LogDevice(lane, copy.device(), copy.bestHalf())));
        return enough();
    }

    private static void requireKnownVersion(final Copy copy) {
        if (copy.unknownVersion() != 0) {
            throw new StorageException(
                    Code.INVALID,
                    "metadata has an unknown format version, use the software that wrote it: device="
                            + copy.device().uuid() + " version=" + copy.unknownVersion() + " known="
                            + LogFormat.VERSION);
        }
    }

    /** A log is begun only where there surely was none. */
    private void requireNoTraces() {
        for (final Copy copy : copies) {
            if (copy.status() != IoStatus.OK || copy.hadLog()) {
                throw new StorageException(
                        Code.IO,
                        "no readable metadata, run the checker or bring other devices: device="
                                + copy.device().uuid());
            }
        }
    }

    private String describeLogs() {
        return readable().stream()
                .filter(copy -> copy.best() != null)
                .map(copy ->
                        "device=" + copy.device().uuid() + " log=" + copy.best().logId())
                .collect(Collectors.joining(", "));
    }

    private List<Copy> readable() {
        return copies.stream().filter(copy -> copy.status() == IoStatus.OK).toList();
    }

    private List<UUID> missing() {
        final Set<UUID> missing = new TreeSet<>(active);
        serving.forEach(device -> missing.remove(device.uuid()));
        return List.copyOf(missing);
    }

    private boolean enough() {
        final boolean enough = ActiveList.majority(
                active, serving.stream().map(LogDevice::uuid).toList());
        if (!enough) {
            outcome.waiting(missing());
        }
        return enough;
    }

    private void restoreNewest() {
        machine.reset();
        if (!fresh) {
            machine.restore(newest.best().checkpoint());
            newest.best().records().forEach(machine::apply);
            newest.best().forgetContent();
        }
        final long epoch = 1 + copies.stream().mapToLong(Copy::knownEpoch).max().orElse(0);
        position = new Position(epoch, position.sequence());
        image = new CheckpointImage(logId, position, active, machine.checkpoint(), crc);
        for (final LogDevice device : serving) {
            if (image.payloadBytes() > device.area().checkpointBytesMax(settings)) {
                final int bytes = image.payloadBytes();
                image.release();
                throw new StorageException(
                        Code.UNAVAILABLE,
                        "metadata does not fit the system area: device=" + device.uuid() + " bytes=" + bytes);
            }
        }
    }

    private void promiseEpoch() {
        final ByteBuf block = Buffers.allocate(SystemArea.BLOCK_BYTES);
        PromiseBlock.encode(block, position.epoch(), crc);
        Fanout.over(serving, (device, then) -> device.promise(block, position.epoch(), then), lost -> {
            block.release();
            if (stillEnoughWithout(lost)) {
                writeCheckpoint();
            }
        });
    }

    private void writeCheckpoint() {
        Fanout.over(
                serving, (device, then) -> device.writeCheckpoint(image.data(), image.lengthBytes(), then), lost -> {
                    if (stillEnoughWithout(lost)) {
                        image.release();
                        started();
                    }
                });
    }

    private boolean stillEnoughWithout(final List<LogDevice> lost) {
        lost.forEach(device -> LOG.warn("metadata-write-failed device={} while=opening", device.uuid()));
        serving.removeAll(lost);
        final boolean enough = enough();
        if (!enough) {
            image.release();
        }
        return enough;
    }

    private void started() {
        final List<Copy> returned = readable().stream()
                .filter(copy -> !active.contains(copy.device().uuid()))
                .toList();
        outcome.started(new LogStart(logId, position, active, serving, returned), fresh, missing());
    }
}
