package org.isobar.itests.simulation;

import java.util.List;
import java.util.Random;
import org.isobar.api.block.IoStatus;
import org.isobar.common.lane.Lane;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.Simulation;

/** Requests of all kinds at random places of some volumes. */
final class Workload {
    private static final int BLOCKS_MAX = (1 << 20) / ModelledVolume.BLOCK_BYTES;

    private static final int BUSY_BLOCKS = 512;
    private static final int PIECE_BLOCKS = 8;
    private static final int PIECES_MAX = 16;
    private static final int PIECES_ONE_IN = 4;
    private static final int STREAM_PAGES_MAX = 4;
    private static final int STREAM_NS = 2_000_000;
    private static final int COMMITS_MIN = 2;
    private static final int SMALL_WRITES_MAX = 6;
    private static final int MOVE_ONE_IN = 4;
    private static final long CLEANING_NS = 50_000_000;
    /** What is lost is lost in whole blocks of the RAID sets. */
    private static final int LOST_BLOCKS = 4096 / ModelledVolume.BLOCK_BYTES;

    private final Simulation sim;
    private final List<ModelledVolume> volumes;
    private final Random random;
    private final int percent;
    private final PageShuffle shuffle;
    private long lastStamp;

    /**
     * Hands out so many percent of the requests that it is asked for.
     *
     * @param shuffle what moves pages meanwhile, or null
     */
    Workload(
            final Simulation sim,
            final List<ModelledVolume> volumes,
            final Random random,
            final int percent,
            final PageShuffle shuffle) {
        this.shuffle = shuffle;
        this.percent = percent;
        this.sim = sim;
        this.volumes = volumes;
        this.random = random;
    }

    /** Hands out so many requests, some at once, some one after the other; they go on after the return. */
    void start(final int requests) {
        for (int i = requests * percent / 100; i >= 0; i--) {
            one(volumes.get(random.nextInt(volumes.size())));
            if (random.nextInt(4) == 0) {
                sim.runFor(random.nextInt(2_000_000));
            }
        }
    }

    /** Runs so many requests to their end; returns how many did not end in OK. */
    int run(final int requests) {
        start(requests);
        return finish();
    }

    /**
     * A commit, as file systems make them: some blocks in a page that holds nothing yet, then, when they are acknowledged, one
     * more in the same page that must survive a loss of power.
     */
    void commit() {
        final ModelledVolume volume = volumes.get(random.nextInt(volumes.size()));
        final Lane lane = sim.lanes().lane(random.nextInt(sim.lanes().count()));
        final int pageBlocks = volume.pageBytes() / ModelledVolume.BLOCK_BYTES;
        final int from = random.nextInt(volume.blockCount()) / pageBlocks * pageBlocks;
        final int to = Math.min(from + pageBlocks, volume.blockCount());
        finish();
        volume.discard(lane, from, to);
        finish();
        // Until the slot is clean: what is noted then also makes stable what was noted before.
        sim.runFor(CLEANING_NS);
        lastStamp++;
        volume.write(lane, from, Math.min(from + 8, to), lastStamp, false);
        finish();
        lastStamp++;
        volume.write(lane, to - 1, to, lastStamp, true);
        finish();
    }

    /**
     * Commits as databases make them: a few small writes to one page, then, when nothing else is on its way, a flush, after
     * which they must survive a loss of power; and again. From the second one on nothing but the small writes is to be flushed.
     */
    void smallCommits() {
        final ModelledVolume volume = volumes.get(random.nextInt(volumes.size()));
        final Lane lane = sim.lanes().lane(random.nextInt(sim.lanes().count()));
        final int pageBlocks = volume.pageBytes() / ModelledVolume.BLOCK_BYTES;
        final int page = random.nextInt(volume.blockCount()) / pageBlocks * pageBlocks;
        final int pageEnd = Math.min(page + pageBlocks, volume.blockCount());
        finish();
        for (int commit = COMMITS_MIN + random.nextInt(COMMITS_MIN); commit > 0; commit--) {
            smallWrites(volume, lane, page, pageEnd);
            flush();
            finish();
        }
    }

    private void smallWrites(final ModelledVolume volume, final Lane lane, final int first, final int end) {
        for (int write = 1 + random.nextInt(SMALL_WRITES_MAX); write > 0; write--) {
            final int from = first + random.nextInt(end - first);
            final int to = Math.min(from + 1 + random.nextInt(LOST_BLOCKS), end);
            lastStamp++;
            volume.write(lane, from, to, lastStamp, false);
        }
        finish();
    }

    /** Small writes all over a volume, which nobody flushes. */
    void smallWrites() {
        final ModelledVolume volume = volumes.get(random.nextInt(volumes.size()));
        finish();
        for (int some = 1 + random.nextInt(COMMITS_MIN); some > 0; some--) {
            smallWrites(volume, sim.lanes().lane(random.nextInt(sim.lanes().count())), 0, volume.blockCount());
        }
    }

    /**
     * A stream over some pages that have been flushed, as when a file is written anew. It may be on its way, or acknowledged, or
     * a flush of it on its way, when this returns.
     */
    void overwrite() {
        final ModelledVolume volume = volumes.get(random.nextInt(volumes.size()));
        final Lane lane = sim.lanes().lane(random.nextInt(sim.lanes().count()));
        final int pageBlocks = volume.pageBytes() / ModelledVolume.BLOCK_BYTES;
        final int from = random.nextInt(volume.blockCount()) / pageBlocks * pageBlocks;
        final int to = Math.min(from + (1 + random.nextInt(STREAM_PAGES_MAX)) * pageBlocks, volume.blockCount());
        finish();
        stream(volume, lane, from, to);
        finish();
        flush();
        finish();
        for (int times = 1 + random.nextInt(2); times > 0; times--) {
            stream(volume, lane, from, to);
            if (random.nextBoolean()) {
                finish();
                flush();
                sim.runFor(random.nextInt(STREAM_NS));
            }
        }
        sim.runFor(random.nextInt(STREAM_NS));
    }

    private void stream(final ModelledVolume volume, final Lane lane, final int from, final int to) {
        final int pageBlocks = volume.pageBytes() / ModelledVolume.BLOCK_BYTES;
        for (int at = from; at < to; at += pageBlocks) {
            write(volume, lane, at, Math.min(at + pageBlocks, to), pageBlocks, false);
        }
    }

    /** Begins a flush of each volume. */
    void flush() {
        volumes.forEach(volume -> volume.flush(sim.lanes().lane(0)));
    }

    /** Waits for all requests on their way; returns how many did not end in OK. */
    int finish() {
        sim.runUntil(this::idle);
        return volumes.stream().mapToInt(ModelledVolume::takeFailures).sum();
    }

    /** Asked after each event, so without ado. */
    private boolean idle() {
        for (int i = 0; i < volumes.size(); i++) {
            if (volumes.get(i).outstanding() != 0) {
                return false;
            }
        }
        return true;
    }

    /** Of the requests that failed, those that a device did not answer in time. */
    int takeAborted() {
        return volumes.stream().mapToInt(ModelledVolume::takeAborted).sum();
    }

    /** Reads everything; nothing is on its way and all sets are healthy. */
    void verifySettled() {
        for (final ModelledVolume volume : volumes) {
            final int pageBlocks = volume.pageBytes() / ModelledVolume.BLOCK_BYTES;
            for (int from = 0; from < volume.blockCount(); from += pageBlocks) {
                final int to = Math.min(from + pageBlocks, volume.blockCount());
                verifySettled(volume, from, to);
            }
        }
    }

    private void verifySettled(final ModelledVolume volume, final int from, final int to) {
        final int lengthBytes = (to - from) * ModelledVolume.BLOCK_BYTES;
        final byte[] bytes = volume.scratch(lengthBytes);
        Blocks.read(sim, volume.space(), (long) from * ModelledVolume.BLOCK_BYTES, lengthBytes, bytes);
        final long[] found = volume.stamps(bytes, from, to - from);
        try {
            volume.model().settled(from, found);
        } catch (final AssertionError wrong) {
            throw new AssertionError(
                    "volume=" + volume.number() + " pool=" + volume.pool() + " " + wrong.getMessage(), wrong);
        }
    }

    /**
     * Writes anew what was lost when a write of a whole stripe was cut short and a device was missing afterwards; nothing
     * else may be.
     */
    void salvage() {
        for (final ModelledVolume volume : volumes) {
            for (int from = 0; from < volume.blockCount(); from += LOST_BLOCKS) {
                final int to = Math.min(from + LOST_BLOCKS, volume.blockCount());
                if (status(volume, from, to) == IoStatus.IO_ERROR) {
                    volume.model().lost(from, to);
                    lastStamp++;
                    volume.write(sim.lanes().lane(0), from, to, lastStamp, false);
                    if (finish() != 0) {
                        throw new AssertionError("lost block not written anew: " + volume.number() + " from=" + from);
                    }
                }
            }
        }
    }

    private IoStatus status(final ModelledVolume volume, final int from, final int to) {
        return Blocks.readStatus(
                sim,
                volume.space(),
                (long) from * ModelledVolume.BLOCK_BYTES,
                (to - from) * ModelledVolume.BLOCK_BYTES);
    }

    private void one(final ModelledVolume volume) {
        if (shuffle != null && random.nextInt(MOVE_ONE_IN) == 0) {
            shuffle.shuffle(volume, random);
        }
        final Lane lane = sim.lanes().lane(random.nextInt(sim.lanes().count()));
        final int kind = random.nextInt(100);
        if (kind < 6) {
            volume.flush(lane);
            return;
        }
        final int from = place(volume);
        final int length = length();
        if (kind < 12) {
            final int pages = random.nextInt(3) * volume.pageBytes() / ModelledVolume.BLOCK_BYTES;
            volume.discard(lane, from, Math.min(volume.blockCount(), from + pages + length));
            return;
        }
        final boolean durable = random.nextInt(8) == 0;
        int at = from;
        final int end = Math.min(volume.blockCount(), from + length);
        final int pageBlocks = volume.pageBytes() / ModelledVolume.BLOCK_BYTES;
        final boolean whole = random.nextInt(3) == 0;
        // Pieces go on where the last one ended.
        final boolean inPieces = whole && lastStamp % PIECES_ONE_IN == 0;
        while (at < end) {
            final int pageEnd = Math.min((at / pageBlocks + 1) * pageBlocks, volume.blockCount());
            final int to = Math.min(end, pageEnd);
            if (kind < 40) {
                volume.read(lane, at, to);
            } else if (kind < 46) {
                volume.zero(lane, whole ? at / pageBlocks * pageBlocks : at, whole ? pageEnd : to, durable);
            } else {
                write(
                        volume,
                        lane,
                        at,
                        to,
                        inPieces ? Math.max(PIECE_BLOCKS, (to - at) / PIECES_MAX) : to - at,
                        durable);
            }
            at = to;
        }
    }

    private void write(
            final ModelledVolume volume,
            final Lane lane,
            final int from,
            final int to,
            final int pieceBlocks,
            final boolean durable) {
        for (int at = from; at < to; at += pieceBlocks) {
            lastStamp++;
            volume.write(lane, at, Math.min(at + pieceBlocks, to), lastStamp, durable);
        }
    }

    /** Mostly few places, so that requests meet; now and then a page that was not written before. */
    private int place(final ModelledVolume volume) {
        final int block = random.nextInt(volume.blockCount());
        return switch (random.nextInt(5)) {
            case 0 -> block;
            case 1 -> block & ~127;
            case 2 -> (block % BUSY_BLOCKS) & ~7;
            case 3 -> (block % BUSY_BLOCKS) & ~63;
            default -> block % (BUSY_BLOCKS / 2);
        };
    }

    private int length() {
        return switch (random.nextInt(8)) {
            case 0 -> 1 + random.nextInt(random.nextInt(4) == 0 ? BLOCKS_MAX : 256);
            case 1, 2 -> 1 + random.nextInt(128);
            case 3, 4 -> 8 << random.nextInt(4);
            default -> 1 + random.nextInt(16);
        };
    }
}
