package org.isobar.iscsi.trace;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.isobar.api.trace.TraceInfo;
import org.isobar.api.trace.TraceSpec;
import org.isobar.common.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One trace: lanes offer pieces and never wait; a thread of its own writes them. What waits is bounded by
 * {@value #QUEUE_MAX_BYTES} bytes, beyond which pieces are dropped and counted.
 */
final class TraceFile {
    private static final Logger LOG = LoggerFactory.getLogger(TraceFile.class);
    private static final long QUEUE_MAX_BYTES = 32L << 20;
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long STOP_LIMIT_MS = 5000;

    private final int id;
    private final TraceSpec spec;
    private final Path path;
    private final PcapFile pcap;
    private final long startedWallMs;
    /** What to add to monotonic time to get nanoseconds since 1970. */
    private final long wallMinusNs;

    private final Queue<TraceItem> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong droppedBytes = new AtomicLong();
    private final AtomicReference<TraceInfo.State> state = new AtomicReference<>(TraceInfo.State.RUNNING);
    private final Thread writer;
    private volatile long fileBytes;
    private volatile long pdus;

    TraceFile(final int id, final TraceSpec spec, final Path path, final Clock clock) throws IOException {
        this.id = id;
        this.spec = spec;
        this.path = path;
        pcap = new PcapFile(path, spec.limitBytes());
        fileBytes = pcap.lengthBytes();
        startedWallMs = clock.wallMs();
        wallMinusNs = TimeUnit.MILLISECONDS.toNanos(startedWallMs) - clock.nanoTime();
        writer = new Thread(this::run, "isobar-trace-" + id);
        writer.setDaemon(true);
        writer.start();
    }

    Path path() {
        return path;
    }

    int snapBytes() {
        return spec.snapBytes();
    }

    boolean wants(final String initiatorName) {
        return running() && initiatorName.equalsIgnoreCase(spec.initiator());
    }

    /** Whether it may come to want a connection whose initiator has not said its name. */
    boolean byName() {
        return running() && spec.initiator() != null;
    }

    boolean running() {
        return state.get() == TraceInfo.State.RUNNING;
    }

    /** Takes the piece over; false when it does not, and it is missing from the file. */
    boolean offer(final TraceItem item) {
        final int length = item.bytes().readableBytes();
        if (!running()) {
            return false;
        }
        if (queuedBytes.addAndGet(length) > QUEUE_MAX_BYTES) {
            queuedBytes.addAndGet(-length);
            return false;
        }
        queue.add(item);
        if (!running()) {
            // Perhaps the writer has looked at the queue for the last time.
            releaseAll();
        }
        return true;
    }

    /** So many bytes are missing. */
    void dropped(final int bytes) {
        droppedBytes.addAndGet(bytes);
    }

    /** Writes what waits, and ends. */
    void stop() {
        state.compareAndSet(TraceInfo.State.RUNNING, TraceInfo.State.STOPPED);
        LockSupport.unpark(writer);
        try {
            writer.join(STOP_LIMIT_MS);
        } catch (final InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    TraceInfo info() {
        return new TraceInfo(
                id,
                spec.initiator() == null ? "" : spec.initiator(),
                spec.tsih(),
                spec.snapBytes(),
                spec.limitBytes(),
                state.get(),
                startedWallMs,
                fileBytes,
                pdus,
                droppedBytes.get(),
                path.toString());
    }

    /** For the streams, on the writer's thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void pdu() {
        pdus++;
    }

    /** For the streams, on the writer's thread; see {@link PcapFile#segment}. */
    boolean segment(
            final long atNs,
            final InetSocketAddress from,
            final InetSocketAddress to,
            final int sequence,
            final int acknowledged,
            final int flags,
            final byte[] payload,
            final int capturedBytes,
            final int payloadBytes)
            throws IOException {
        return pcap.segment(
                atNs + wallMinusNs, from, to, sequence, acknowledged, flags, payload, capturedBytes, payloadBytes);
    }

    private void run() {
        try (pcap) {
            boolean more = true;
            while (more && running()) {
                more = drain();
                if (more && queue.isEmpty()) {
                    LockSupport.parkNanos(POLL_NS);
                }
            }
            if (more) {
                drain();
            } else {
                state.compareAndSet(TraceInfo.State.RUNNING, TraceInfo.State.FULL);
            }
        } catch (final IOException e) {
            state.set(TraceInfo.State.FAILED);
            LOG.warn("trace.failed id={} file={}", id, path, e);
        } finally {
            releaseAll();
            LOG.info("trace.ended id={} state={} pdus={} dropped={}", id, state.get(), pdus, droppedBytes.get());
        }
    }

    /** Writes what waits; false when the file is full. */
    private boolean drain() throws IOException {
        boolean fits = true;
        for (TraceItem item = queue.poll(); item != null; item = fits ? queue.poll() : null) {
            final int length = item.bytes().readableBytes();
            try {
                fits = item.stream().write(item, this);
            } finally {
                item.bytes().release();
                queuedBytes.addAndGet(-length);
            }
        }
        pcap.flush();
        fileBytes = pcap.lengthBytes();
        return fits;
    }

    private void releaseAll() {
        for (TraceItem item = queue.poll(); item != null; item = queue.poll()) {
            item.bytes().release();
        }
    }
}
