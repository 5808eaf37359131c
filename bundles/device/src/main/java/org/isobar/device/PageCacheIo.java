package org.isobar.device;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.LongSupplier;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;

/**
 * The short cut for files in buffered mode: what only copies between a buffer and the page cache, the lane does itself, with
 * one system call. The ring cannot: it may not wait, most file systems do not promise that a buffered write will not, and so it
 * hands each one to a kernel thread and takes the result back from it, which costs several times the copy (figures in
 * {@code docs/performance.md}, taken by {@code itests/benchmarks/compare}). Block devices do promise, and need no short cut.
 *
 * <p>In memory file systems nothing ever waits. Elsewhere a write may after all, for the journal or because too much is dirty:
 * so only short writes of whole pages are taken, and after one that took long all go through the ring for some time, longer each
 * time. Whatever is not done here, failures too, is for the ring to do from the beginning. One for each lane and device.
 */
final class PageCacheIo {
    /** What may be done on the spot. */
    enum Scope {
        /** Nothing: a block device, or direct mode. */
        NOTHING,
        /** Short writes of whole pages. */
        SHORT_WRITES,
        /** Reads, and short writes: the file is memory. */
        MEMORY
    }

    private static final Set<String> MEMORY_FILE_SYSTEMS = Set.of("tmpfs", "ramfs");
    /** Longer writes are better off in the kernel's threads: those copy while the lane takes in the next ones. */
    private static final int SHORT_WRITE_BYTES = 32 << 10;

    private static final long PAGE_MASK = DeviceIo.UNIT_BYTES - 1L;
    /** Longer than copying takes, also when the processor was taken away meanwhile. */
    static final long STALL_NS = 4_000_000;

    static final long PAUSE_NS_MIN = 100_000_000;
    static final long PAUSE_NS_MAX = 10_000_000_000L;

    private final FileChannel channel;
    private final Scope scope;
    private final LongSupplier nanoTime;
    private boolean pausing;
    private long resumeNs;
    private long pauseNs;

    /**
     * Prepares for one device.
     *
     * @param nanoTime monotonic clock, in nanoseconds
     */
    PageCacheIo(final FileChannel channel, final Scope scope, final LongSupplier nanoTime) {
        this.channel = channel;
        this.scope = scope;
        this.nanoTime = nanoTime;
    }

    /** What may be done on the spot for a device; looks at the mounts, so never on a lane. */
    static Scope scopeOf(final Path path, final boolean blockDevice, final boolean direct) throws IOException {
        if (blockDevice || direct) {
            return Scope.NOTHING;
        }
        return MEMORY_FILE_SYSTEMS.contains(Files.getFileStore(path).type()) ? Scope.MEMORY : Scope.SHORT_WRITES;
    }

    /** Whether the request was done completely; if not, nothing is known of its range, and the ring has to do it. */
    boolean done(final IoRequest request) {
        return switch (scope) {
            case NOTHING -> false;
            case MEMORY -> (request.op() == IoOp.READ || isShortWrite(request)) && move(request);
            case SHORT_WRITES -> isShortWrite(request) && wholePages(request) && !paused() && timedMove(request);
        };
    }

    private static boolean isShortWrite(final IoRequest request) {
        return request.op() == IoOp.WRITE && !request.durable() && request.lengthBytes() <= SHORT_WRITE_BYTES;
    }

    private static boolean wholePages(final IoRequest request) {
        return ((request.offsetBytes() | request.lengthBytes()) & PAGE_MASK) == 0;
    }

    private boolean paused() {
        if (pausing && nanoTime.getAsLong() - resumeNs >= 0) {
            pausing = false;
        }
        return pausing;
    }

    private boolean timedMove(final IoRequest request) {
        final long beganNs = nanoTime.getAsLong();
        final boolean done = move(request);
        final long endedNs = nanoTime.getAsLong();
        if (endedNs - beganNs > STALL_NS) {
            // Stalls that come soon after each other make the pauses longer; a long quiet time makes them short again.
            final boolean soon = pauseNs > 0 && beganNs - resumeNs < PAUSE_NS_MAX;
            pauseNs = soon ? Math.min(2 * pauseNs, PAUSE_NS_MAX) : PAUSE_NS_MIN;
            resumeNs = endedNs + pauseNs;
            pausing = true;
        }
        return done;
    }

    private boolean move(final IoRequest request) {
        final ByteBuf data = request.data();
        final int length = (int) request.lengthBytes();
        final ByteBuffer bytes = data.internalNioBuffer(request.dataIndex(), length);
        try {
            final int moved = request.op() == IoOp.READ
                    ? channel.read(bytes, request.offsetBytes())
                    : channel.write(bytes, request.offsetBytes());
            return moved == length;
        } catch (final IOException e) {
            // Met again by the ring, which knows its error number.
            return false;
        }
    }
}
