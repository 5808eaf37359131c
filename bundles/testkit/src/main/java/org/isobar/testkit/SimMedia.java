package org.isobar.testkit;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.SumBlock;
import org.isobar.common.Check;

/**
 * What of a device survives a crash: its content as readers see it (page cache included) and its stable content. Sparse;
 * all bytes are zero at first.
 *
 * <p>Completed writes are kept in a log until they are stable. After {@link #powerLoss} any of those that were neither
 * durable nor covered by a flush may be gone, wholly or in some of their 512-byte sectors.
 */
public final class SimMedia {
    static final int SECTOR_BYTES = 512;

    private static final int KIB = 1024;
    private static final long SUPERBLOCK_BYTES = 64 * KIB;
    private static final long INTENT_BYTES = 64 * KIB;
    private static final long SYSTEM_BYTES = 1024 * KIB;
    private static final int TORN_PIECES_MAX = 64;

    private final UUID uuid;
    private final long sizeBytes;
    private final DeviceLayout layout;
    private final SparseBytes visible;
    private final SparseBytes stable;
    private final ArrayDeque<Change> log = new ArrayDeque<>();
    private final List<Change> inFlight = new ArrayList<>();
    private final FaultCounts faults = new FaultCounts();
    private int generation;

    public SimMedia(final UUID uuid, final long sizeBytes, final DeviceLayout layout) {
        this.uuid = uuid;
        this.sizeBytes = sizeBytes;
        this.layout = layout;
        visible = new SparseBytes(sizeBytes);
        stable = new SparseBytes(sizeBytes);
    }

    /** A small valid layout: 64 KiB for a superblock at each end, 64 KiB of intent, a system area of 1 MiB. */
    public static DeviceLayout layoutFor(final long sizeBytes, final long chunkletBytes) {
        return layoutFor(sizeBytes, chunkletBytes, SYSTEM_BYTES);
    }

    /** As {@link #layoutFor(long, long)} with a system area of {@code systemBytes}, a multiple of 4096. */
    public static DeviceLayout layoutFor(final long sizeBytes, final long chunkletBytes, final long systemBytes) {
        final long systemOffset = SUPERBLOCK_BYTES + INTENT_BYTES;
        final long sumsOffset = systemOffset + systemBytes;
        final long room = sizeBytes - sumsOffset - SUPERBLOCK_BYTES;
        final long sumsBytes = SumBlock.bytesFor(chunkletBytes);
        final int count = (int) (room / (chunkletBytes + sumsBytes));
        Check.range("chunklets on a device of " + sizeBytes + " bytes", count, 1, 2048);
        return new DeviceLayout(
                SUPERBLOCK_BYTES,
                INTENT_BYTES,
                systemOffset,
                systemBytes,
                sumsOffset,
                count * sumsBytes,
                sumsOffset + count * sumsBytes,
                chunkletBytes,
                count);
    }

    /** Identity of the device. */
    public UUID uuid() {
        return uuid;
    }

    /** Length. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Where things are on it. */
    public DeviceLayout layout() {
        return layout;
    }

    /** What it and its devices did. */
    public FaultCounts faults() {
        return faults;
    }

    /** A device's medium as it is now, for another world: content, stable and not, without what is on its way. */
    public SimMedia copy() {
        final SimMedia other = new SimMedia(uuid, sizeBytes, layout);
        other.visible.become(visible);
        other.stable.become(stable);
        return other;
    }

    /** The content as a reader sees it now. */
    public byte[] peek(final long offset, final int lengthBytes) {
        final byte[] bytes = new byte[lengthBytes];
        visible.read(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** Fills a buffer with the content as a reader sees it now. */
    public void peek(final long offset, final ByteBuffer into) {
        visible.read(offset, into);
    }

    /** Changes the content behind everyone's back, stably: rot, foreign data, an old superblock. */
    public void poke(final long offset, final byte[] bytes) {
        poke(offset, bytes.length, PlacedBytes.of(offset, bytes, 0, bytes.length));
    }

    void poke(final long offset, final long lengthBytes, final PlacedBytes bytes) {
        put(new Change(offset, lengthBytes, bytes, true));
    }

    /** The content rots: as {@link #poke}, counted. */
    public void rot(final long offset, final byte[] bytes) {
        faults.count(Fault.ROT);
        poke(offset, bytes);
    }

    /** As {@link #poke} with zeros. */
    public void pokeZeros(final long offset, final long lengthBytes) {
        put(new Change(offset, lengthBytes, null, true));
    }

    private void put(final Change change) {
        change.applyTo(visible);
        log.addLast(change);
        settle();
    }

    /** Completed writes that a power loss could still take. */
    public int unstableWrites() {
        int count = 0;
        for (final Change change : log) {
            count += change.stable ? 0 : 1;
        }
        return count;
    }

    /**
     * The process dies: completed writes stay; each in flight is there wholly, partly (in sectors) or not at all. Old
     * {@link SimDevice}s on this media are dead afterwards.
     */
    public void kill(final Random random) {
        generation++;
        for (final Change change : inFlight) {
            final List<Change> survivors = change.survivors(random);
            if (!survivors.isEmpty() && survivors.get(0) != change) {
                faults.count(Fault.TORN_WRITE);
            }
            for (final Change piece : survivors) {
                piece.applyTo(visible);
                log.addLast(piece);
            }
        }
        inFlight.clear();
    }

    /** The power goes: as {@link #kill}, then {@link #loseUnflushed}. */
    public void powerLoss(final Random random) {
        kill(random);
        loseUnflushed(random);
    }

    /** Any subset of the completed writes that nothing made stable is lost or torn; the rest is stable from now on. */
    public void loseUnflushed(final Random random) {
        final int mode = random.nextInt(4);
        for (final Change change : log) {
            if (change.stable || mode == 1) {
                change.applyTo(stable);
            } else if (mode == 0) {
                faults.count(Fault.UNSYNCED_LOST);
            } else {
                final List<Change> survivors = change.survivors(random);
                if (survivors.isEmpty() || survivors.get(0) != change) {
                    faults.count(Fault.UNSYNCED_LOST);
                }
                survivors.forEach(piece -> piece.applyTo(stable));
            }
        }
        log.clear();
        visible.become(stable);
    }

    int generation() {
        return generation;
    }

    void read(final long offset, final ByteBuf into, final int index, final int length) {
        visible.read(offset, into.nioBuffer(index, length));
    }

    /** A write or (with {@code data} null) a ZERO is now able to reach the media, until it ends or the process dies. */
    Change begin(final long offset, final long length, final PlacedBytes data) {
        final Change change = new Change(offset, length, data, false);
        inFlight.add(change);
        return change;
    }

    /** The change completed well. */
    void finish(final Change change, final boolean durable) {
        inFlight.remove(change);
        change.stable = durable;
        change.applyTo(visible);
        log.addLast(change);
        settle();
    }

    /** The change failed: parts of it may be there. */
    void fail(final Change change, final Random random) {
        inFlight.remove(change);
        for (final Change piece : change.survivors(random)) {
            piece.applyTo(visible);
            log.addLast(piece);
        }
    }

    /** What a FLUSH submitted now has to make stable. */
    List<Change> unflushed() {
        final List<Change> changes = new ArrayList<>();
        log.forEach(change -> {
            if (!change.stable) {
                changes.add(change);
            }
        });
        return changes;
    }

    /** The FLUSH is done. */
    void flushed(final List<Change> changes) {
        changes.forEach(change -> change.stable = true);
        settle();
    }

    private void settle() {
        final Iterator<Change> oldestFirst = log.iterator();
        while (oldestFirst.hasNext()) {
            final Change change = oldestFirst.next();
            if (!change.stable) {
                return;
            }
            change.applyTo(stable);
            oldestFirst.remove();
        }
    }

    /** One write, or a ZERO when it has no data. Compared by identity. */
    static final class Change {
        private final long offset;
        private final long length;
        private final PlacedBytes data;
        private boolean stable;

        Change(final long offset, final long length, final PlacedBytes data, final boolean stable) {
            this.offset = offset;
            this.length = length;
            this.data = data;
            this.stable = stable;
        }

        private void applyTo(final SparseBytes content) {
            if (data == null) {
                content.zero(offset, length);
            } else {
                data.putInto(content);
            }
        }

        /** All of it, nothing, or some of its sectors. */
        private List<Change> survivors(final Random random) {
            final int fate = random.nextInt(3);
            if (fate < 2) {
                return fate == 0 ? List.of() : List.of(this);
            }
            final long sectors = (length + SECTOR_BYTES - 1) / SECTOR_BYTES;
            final long pieceBytes = Math.max(1, sectors / TORN_PIECES_MAX) * SECTOR_BYTES;
            final List<Change> pieces = new ArrayList<>();
            for (long at = 0; at < length; at += pieceBytes) {
                if (random.nextBoolean()) {
                    pieces.add(piece(at, Math.min(pieceBytes, length - at)));
                }
            }
            return pieces;
        }

        private Change piece(final long at, final long pieceBytes) {
            final PlacedBytes part = data == null ? null : data.part((int) at, (int) pieceBytes);
            return new Change(offset + at, pieceBytes, part, false);
        }
    }
}
