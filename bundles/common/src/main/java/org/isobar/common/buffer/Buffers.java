package org.isobar.common.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * Allocates payload buffers: direct, pooled per thread, aligned to {@value #ALIGNMENT_BYTES} bytes so that they serve
 * direct device I/O as well as sockets. A buffer's creator releases it, exactly once, after the last layer that was
 * lent it has completed; layers address it by absolute index and leave reader and writer index alone.
 */
public final class Buffers {
    /** Alignment of every buffer's first byte. */
    public static final int ALIGNMENT_BYTES = 4096;

    private static final int PAGE_BYTES = 8192;
    /** Chunk = page << order = 4 MiB. */
    private static final int CHUNK_ORDER = 9;

    private static final int SMALL_CACHE_ENTRIES = 256;
    /** Of each size that a lane keeps, which bin/setenv bounds: 1 MiB, so that a lane keeps some 50 MiB at most. */
    private static final int NORMAL_CACHE_ENTRIES = 8;

    private static final PooledByteBufAllocator ALLOCATOR = new PooledByteBufAllocator(
            true,
            0,
            PooledByteBufAllocator.defaultNumDirectArena(),
            PAGE_BYTES,
            CHUNK_ORDER,
            SMALL_CACHE_ENTRIES,
            NORMAL_CACHE_ENTRIES,
            true,
            ALIGNMENT_BYTES);

    private Buffers() {}

    /**
     * A direct buffer with reference count 1, capacity exactly {@code lengthBytes}, content undefined.
     *
     * @param lengthBytes 1 or more
     */
    public static ByteBuf allocate(final int lengthBytes) {
        final ByteBuf buffer = ALLOCATOR.directBuffer(lengthBytes, lengthBytes);
        // Above the chunk length the allocator rounds up, and the rest would show.
        return buffer.capacity() == lengthBytes ? buffer : buffer.slice(0, lengthBytes);
    }

    /** Memory that the pools hold from the system, in use or cached, in bytes. */
    public static long reservedBytes() {
        return ALLOCATOR.metric().usedDirectMemory();
    }

    /** As {@link #allocate} with all bytes zero. */
    public static ByteBuf allocateZeroed(final int lengthBytes) {
        return allocate(lengthBytes).setZero(0, lengthBytes);
    }
}
