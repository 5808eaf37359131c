package org.isobar.device;

import io.netty.channel.uring.IoUring;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Superblock;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.NettyLanes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens devices with the engine that the settings choose, and prepares new ones. Blocks; never on a lane. */
final class DeviceOpener {
    /** Limit of one step of labelling, e.g. writing zeros where holes cannot be punched. */
    private static final long STEP_LIMIT_S = 600;

    private static final Logger LOG = LoggerFactory.getLogger(DeviceOpener.class);
    private static final long TAIL_BYTES = 1L << 20;

    private final NettyLanes lanes;
    private final Executor control;
    private final Wrappings wrappings;
    private final boolean ring;
    private final boolean direct;

    /**
     * Chooses the engine.
     *
     * @throws IllegalStateException when the settings ask for io_uring and the lanes do not run on it
     */
    DeviceOpener(final NettyLanes lanes, final Executor control, final DeviceSettings settings) {
        this.lanes = lanes;
        this.control = control;
        wrappings = new Wrappings(lanes.count(), control);
        direct = settings.direct();
        final boolean possible = "io_uring".equals(lanes.transport());
        if (settings.engine().equals(RingDeviceIo.ENGINE) && !possible) {
            throw new IllegalStateException(
                    "engine: io_uring needs lanes on io_uring, they run on " + lanes.transport(),
                    IoUring.unavailabilityCause());
        }
        ring = possible && !settings.engine().equals(ChannelDeviceIo.ENGINE);
    }

    /** What tests put between the member and its devices. */
    Wrappings wrappings() {
        return wrappings;
    }

    /** Opens the engine on a file that is open and locked. */
    DeviceSession session(final OpenFile file, final DeviceErrors errors) {
        return new DeviceSession(
                file,
                errors,
                lanes.count(),
                sink -> wrappings.open(file.path(), file.sizeBytes(), sink, inner -> engine(file, inner)));
    }

    /**
     * Clears the areas that others read before they write them, and all that could later be taken for someone else's
     * label, then writes the label.
     */
    void label(final DeviceSession session, final Superblock superblock) {
        final long tailOffset = superblock.sizeBytes() - TAIL_BYTES;
        await(session, request -> request.zero(lane(), 0, superblock.layout().dataOffset(), false));
        await(session, request -> request.zero(lane(), tailOffset, TAIL_BYTES, false));
        await(session, request -> request.flush(lane()));
        session.file().writeDurably(superblock.encode(), superblock.secondOffset());
        session.file().writeDurably(superblock.encode(), 0);
    }

    /** Opens a second way to a device, past the page cache where its file system lets. */
    SessionProbe probe(final DeviceSession session, final long sizeBytes) {
        return pastOrThrough(session.file().path(), past -> probe(session, sizeBytes, past));
    }

    /**
     * Opens past the page cache, or through it where that is refused.
     *
     * @param opening told whether to go past it
     */
    static SessionProbe pastOrThrough(final Path path, final Function<Boolean, SessionProbe> opening) {
        try {
            return opening.apply(true);
        } catch (final StorageException refused) {
            LOG.info("device.probe.buffered path={} why=\"{}\"", path, refused.getMessage());
            return opening.apply(false);
        }
    }

    private SessionProbe probe(final DeviceSession session, final long sizeBytes, final boolean past) {
        final Path path = session.file().path();
        return new SessionProbe(
                sizeBytes,
                past,
                session::begun,
                sink -> wrappings.open(
                        path, sizeBytes, sink, inner -> new ChannelDeviceIo(lanes, control, path, past, inner)));
    }

    private DeviceIo engine(final OpenFile file, final DeviceIo.Sink sink) {
        return ring
                ? new RingDeviceIo(lanes, control, file, direct, sink)
                : new ChannelDeviceIo(lanes, control, file.path(), direct, sink);
    }

    private Lane lane() {
        return lanes.control();
    }

    private void await(final DeviceSession session, final SetUp setUp) {
        final Awaited request = new Awaited();
        setUp.on(request);
        lane().execute(() -> session.submit(request));
        final IoStatus status;
        try {
            status = request.result.get(STEP_LIMIT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(Code.IO, "device.label: interrupted", e);
        } catch (final ExecutionException | TimeoutException e) {
            throw new StorageException(
                    Code.IO, "device does not answer: path=" + session.file().path(), e);
        }
        if (status != IoStatus.OK) {
            throw new StorageException(
                    Code.IO, "device cannot be cleared: path=" + session.file().path() + " status=" + status);
        }
    }

    /** Sets up a request. */
    private interface SetUp {
        void on(IoRequest request);
    }

    /** A request that a thread waits for. */
    private static final class Awaited extends IoRequest {
        private final CompletableFuture<IoStatus> result = new CompletableFuture<>();

        @Override
        protected void completed(final IoStatus status) {
            result.complete(status);
        }
    }
}
