package org.isobar.device;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.isobar.api.block.BlockLayer;
import org.isobar.spi.device.DeviceWrapping;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what tests bring between the member and its devices, on each engine that is open. Owned by the control thread. */
final class Wrappings {
    private static final Logger LOG = LoggerFactory.getLogger(Wrappings.class);

    private final int lanes;
    private final Executor control;
    /** The engines that are open; also taken from by whatever thread ends a closing. */
    private final Map<WrappedIo, Path> open = new ConcurrentHashMap<>();

    private DeviceWrapping wrapping;

    Wrappings(final int lanes, final Executor control) {
        this.lanes = lanes;
        this.control = control;
    }

    /** Opens an engine that reports to the sink, by whatever way there is now. */
    DeviceIo open(
            final Path path,
            final long sizeBytes,
            final DeviceIo.Sink sink,
            final Function<DeviceIo.Sink, DeviceIo> engine) {
        open.keySet().removeIf(WrappedIo::closed);
        final WrappedIo io = new WrappedIo(sizeBytes, lanes, control, sink, engine);
        open.put(io, path);
        lead(io, path);
        return io;
    }

    /** From now on this one is used; null for none. */
    void use(final DeviceWrapping brought) {
        wrapping = brought;
        open.keySet().removeIf(WrappedIo::closed);
        open.forEach(this::lead);
    }

    /** What is used now, or null. */
    DeviceWrapping used() {
        return wrapping;
    }

    private void lead(final WrappedIo io, final Path path) {
        final boolean before = io.led();
        io.lead(device -> wrapped(path, device));
        if (io.led()) {
            LOG.warn("device.wrapped path={} by={}", path, wrapping.getClass().getName());
        } else if (before) {
            LOG.info("device.unwrapped path={}", path);
        }
    }

    private BlockLayer wrapped(final Path path, final BlockLayer device) {
        if (wrapping == null) {
            return device;
        }
        try {
            return wrapping.wrap(path.toString(), device);
        } catch (final RuntimeException e) {
            LOG.error(
                    "device.wrap.failed path={} by={}",
                    path,
                    wrapping.getClass().getName(),
                    e);
            return device;
        }
    }
}
