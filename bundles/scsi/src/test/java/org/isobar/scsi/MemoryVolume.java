package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolSpace;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeFullness;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeSpace;
import org.isobar.api.volume.VolumeState;
import org.isobar.api.volume.VolumeThresholds;
import org.isobar.testkit.Simulation;

/**
 * A volume over a byte array on the simulation: requests take effect and complete at random times, sometimes within
 * submit.
 */
final class MemoryVolume implements Volume {
    static final int PAGE_BYTES = 65536;
    static final UUID UUID_OF_ALL = UUID.fromString("01234567-89ab-4def-8123-456789abcdef");

    private static final int MAX_LATENCY_NS = 100_000;

    private final Simulation sim;
    private final String name;
    private final UUID uuid;
    private final Set<ByteBuf> buffersSeen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<String> users = new ArrayList<>();
    private final List<IoOp> ops = new ArrayList<>();
    private byte[] content;
    private boolean[] allocated;
    private VolumeState state = VolumeState.ONLINE;
    private long usedBytes;
    private VolumeThresholds thresholds = VolumeThresholds.NONE;
    private PoolSpace pool = new PoolSpace("A", 0, 1000, PoolFullness.NORMAL, PoolThresholds.DEFAULT);
    private IoStatus failWith = IoStatus.OK;
    private IoOp failOp;
    private int durableWrites;
    private int losesFrom = Integer.MAX_VALUE;
    private int losesAfter;
    private IoRequest lost;

    MemoryVolume(final Simulation sim, final String name, final int sizeBytes) {
        this(sim, name, UUID_OF_ALL, sizeBytes);
    }

    MemoryVolume(final Simulation sim, final String name, final UUID uuid, final int sizeBytes) {
        this.sim = sim;
        this.name = name;
        this.uuid = uuid;
        content = new byte[sizeBytes];
        allocated = new boolean[(sizeBytes + PAGE_BYTES - 1) / PAGE_BYTES];
    }

    byte[] content() {
        return content;
    }

    /** Operations submitted so far; clears. */
    List<IoOp> takeOps() {
        final List<IoOp> taken = List.copyOf(ops);
        ops.clear();
        return taken;
    }

    int durableWrites() {
        return durableWrites;
    }

    List<String> users() {
        return users;
    }

    /** From now on requests with this operation end so. */
    void fail(final IoOp op, final IoStatus status) {
        failOp = op;
        failWith = status;
    }

    /** Of the next write that is at least this long only the first {@code bytes} are stored, and it never completes. */
    void loseAfter(final int shortest, final int bytes) {
        losesFrom = shortest;
        losesAfter = bytes;
    }

    /** The write of {@link #loseAfter} ends after all, for those that wanted to see it lost to have its buffers back. */
    void endLost() {
        final IoRequest request = lost;
        lost = null;
        request.completeOnLane(IoStatus.IO_ERROR);
    }

    void state(final VolumeState now) {
        state = now;
    }

    void used(final long bytes) {
        usedBytes = bytes;
    }

    void thresholds(final VolumeThresholds now) {
        thresholds = now;
    }

    /** The pool has 1000 bytes, of which so many are used. */
    void pool(final long used, final PoolThresholds of) {
        pool = new PoolSpace("A", used, 1000 - used, PoolFullness.NORMAL, of);
    }

    void grow(final int sizeBytes) {
        content = Arrays.copyOf(content, sizeBytes);
        allocated = Arrays.copyOf(allocated, (sizeBytes + PAGE_BYTES - 1) / PAGE_BYTES);
    }

    void assertNoBufferHeld() {
        buffersSeen.forEach(buffer -> {
            if (buffer.refCnt() != 0) {
                throw new AssertionError("buffer is still held: " + buffer);
            }
        });
    }

    @Override
    public VolumeInfo info() {
        return new VolumeInfo(
                1,
                uuid,
                name,
                content.length,
                PAGE_BYTES,
                "A",
                "10",
                "manual",
                state,
                usedBytes,
                true,
                thresholds,
                VolumeFullness.NORMAL);
    }

    @Override
    public VolumeSpace space() {
        return new VolumeSpace(content.length, usedBytes, thresholds, pool);
    }

    @Override
    public long pageOf(final long block) {
        return block * 512 / PAGE_BYTES;
    }

    @Override
    public int owner(final long page) {
        return 0;
    }

    @Override
    public boolean allocated(final long page) {
        return allocated[(int) page];
    }

    @Override
    public Hold hold(final String who) {
        users.add(who);
        return () -> users.remove(who);
    }

    @Override
    public long sizeBytes() {
        return content.length;
    }

    @Override
    public int blockBytes() {
        return 512;
    }

    @Override
    public void submit(final IoRequest request) {
        if (!request.lane().current()) {
            throw new AssertionError("submitted on another lane");
        }
        ops.add(request.op());
        if (request.data() != null) {
            buffersSeen.add(request.data());
        }
        if (request.durable()) {
            durableWrites++;
        }
        if (request.op() == IoOp.WRITE && request.lengthBytes() >= losesFrom) {
            request.data().getBytes(request.dataIndex(), content, (int) request.offsetBytes(), losesAfter);
            losesFrom = Integer.MAX_VALUE;
            lost = request;
            return;
        }
        if (sim.random().nextInt(4) == 0) {
            final IoStatus status = apply(request);
            request.complete(status);
            return;
        }
        if (sim.random().nextBoolean()) {
            final IoStatus status = apply(request);
            later(request, () -> request.complete(status));
        } else {
            later(request, () -> request.complete(apply(request)));
        }
    }

    private void later(final IoRequest request, final Runnable task) {
        sim.workOnLane(request.lane(), sim.random().nextInt(MAX_LATENCY_NS), task);
    }

    private IoStatus apply(final IoRequest request) {
        if (request.op() == failOp && failWith != IoStatus.OK) {
            return failWith;
        }
        if (request.op() == IoOp.FLUSH) {
            return IoStatus.OK;
        }
        if (request.lengthBytes() <= 0
                || request.offsetBytes() < 0
                || request.endBytes() > content.length
                || (request.offsetBytes() | request.lengthBytes()) % 512 != 0) {
            throw new AssertionError("bad range: " + request.offsetBytes() + "+" + request.lengthBytes());
        }
        final int offset = (int) request.offsetBytes();
        final int length = (int) request.lengthBytes();
        switch (request.op()) {
            case READ -> request.data().setBytes(request.dataIndex(), content, offset, length);
            case WRITE -> {
                request.data().getBytes(request.dataIndex(), content, offset, length);
                Arrays.fill(allocated, offset / PAGE_BYTES, (offset + length - 1) / PAGE_BYTES + 1, true);
            }
            default -> {
                Arrays.fill(content, offset, offset + length, (byte) 0);
                for (int page = 0; page < allocated.length; page++) {
                    if (page * PAGE_BYTES >= offset && (page + 1) * PAGE_BYTES <= offset + length) {
                        allocated[page] = false;
                    }
                }
            }
        }
        return IoStatus.OK;
    }
}
