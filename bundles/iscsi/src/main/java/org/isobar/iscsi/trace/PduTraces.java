package org.isobar.iscsi.trace;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.isobar.api.StorageException;
import org.isobar.api.trace.TraceInfo;
import org.isobar.api.trace.TraceService;
import org.isobar.api.trace.TraceSpec;
import org.isobar.common.time.Clock;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All traces, and the connections that they may want. A file of an earlier run is there until its number comes again. */
@Component(service = {TraceService.class, PduTraces.class})
public final class PduTraces implements TraceService {
    private static final Logger LOG = LoggerFactory.getLogger(PduTraces.class);
    private static final int MAX_TRACES = 16;
    private static final int MIN_SNAP_BYTES = 48;
    private static final int MAX_SNAP_BYTES = 1 << 24;
    private static final long MIN_LIMIT_BYTES = 1L << 16;
    private static final long MAX_LIMIT_BYTES = 1L << 32;
    private static final long DEFAULT_LIMIT_BYTES = 64L << 20;
    private static final int MAX_NAME_LENGTH = 223;

    private final Clock clock;
    private final Path folder;
    private final Set<TraceTap> taps = ConcurrentHashMap.newKeySet();
    // Changed under the lock of this object only; lanes just iterate.
    private final List<Entry> traces = new CopyOnWriteArrayList<>();
    private int lastId;

    private record Entry(int id, TraceFile file) {}

    @Activate
    public PduTraces(@Reference final Clock clock, final BundleContext context) {
        this(clock, Path.of(context.getProperty("karaf.data"), "traces"));
    }

    private PduTraces(final Clock clock, final Path folder) {
        this.clock = clock;
        this.folder = folder;
    }

    /** Without a container. */
    public static PduTraces in(final Clock clock, final Path folder) {
        return new PduTraces(clock, folder);
    }

    @Deactivate
    public void close() {
        traces.forEach(entry -> entry.file().stop());
    }

    /** A connection is there. */
    public void add(final TraceTap tap) {
        taps.add(tap);
    }

    /** A connection is gone. */
    public void remove(final TraceTap tap) {
        taps.remove(tap);
    }

    /** Recording of a connection that begins, or null when nobody could want it. */
    public ConnectionTrace begin(final InetSocketAddress initiator, final InetSocketAddress portal) {
        for (final Entry entry : traces) {
            if (entry.file().byName()) {
                return new ConnectionTrace(clock, initiator, portal, null);
            }
        }
        return null;
    }

    /** The initiator has said its name: whether its recording goes on. */
    public boolean decide(final ConnectionTrace trace, final String initiatorName) {
        for (final Entry entry : traces) {
            if (entry.file().wants(initiatorName)) {
                trace.decide(entry.file());
                return true;
            }
        }
        return false;
    }

    /** A running trace that wants this initiator. */
    public Optional<TraceTarget> target(final String initiatorName) {
        return traces.stream()
                .map(Entry::file)
                .filter(file -> file.wants(initiatorName))
                .map(this::target)
                .findFirst();
    }

    @Override
    public List<TraceInfo> traces() {
        final List<TraceInfo> infos = new ArrayList<>();
        traces.forEach(entry -> infos.add(0, entry.file().info()));
        return infos;
    }

    @Override
    public synchronized TraceInfo start(final TraceSpec spec) {
        final TraceSpec checked = check(spec);
        if (traces.size() >= MAX_TRACES) {
            throw new StorageException(
                    StorageException.Code.CONFLICT, "too many traces, delete one first: limit=" + MAX_TRACES);
        }
        final int id = lastId + 1;
        final TraceFile file = create(id, checked);
        lastId = id;
        traces.add(new Entry(id, file));
        LOG.info("trace.started id={} initiator={} tsih={}", id, checked.initiator(), checked.tsih());
        taps.stream().filter(tap -> wanted(tap, checked)).forEach(tap -> tap.attach(target(file)));
        return file.info();
    }

    @Override
    public TraceInfo stop(final int id) {
        final TraceFile file = find(id).file();
        file.stop();
        return file.info();
    }

    @Override
    public synchronized void delete(final int id) {
        final Entry entry = find(id);
        entry.file().stop();
        try {
            Files.deleteIfExists(entry.file().path());
        } catch (final IOException e) {
            throw new StorageException(StorageException.Code.IO, "trace cannot be deleted: id=" + id, e);
        }
        traces.remove(entry);
    }

    private TraceTarget target(final TraceFile file) {
        return (initiator, portal) -> new ConnectionTrace(clock, initiator, portal, file);
    }

    private TraceSpec check(final TraceSpec spec) {
        final boolean byName = spec.initiator() != null;
        if (byName == (spec.tsih() != 0)) {
            throw invalid("initiator: give either initiator or tsih");
        }
        if (byName && (spec.initiator().isEmpty() || spec.initiator().length() > MAX_NAME_LENGTH)) {
            throw invalid("initiator: must be 1 to " + MAX_NAME_LENGTH + " characters");
        }
        if (spec.snapBytes() != 0 && (spec.snapBytes() < MIN_SNAP_BYTES || spec.snapBytes() > MAX_SNAP_BYTES)) {
            throw invalid(
                    "snapBytes: must be 0 or " + MIN_SNAP_BYTES + " to " + MAX_SNAP_BYTES + ", is " + spec.snapBytes());
        }
        if (spec.limitBytes() != 0 && (spec.limitBytes() < MIN_LIMIT_BYTES || spec.limitBytes() > MAX_LIMIT_BYTES)) {
            throw invalid("limitBytes: must be 0 or " + MIN_LIMIT_BYTES + " to " + MAX_LIMIT_BYTES + ", is "
                    + spec.limitBytes());
        }
        if (!byName && taps.stream().noneMatch(tap -> tap.tsih() == spec.tsih())) {
            throw new StorageException(StorageException.Code.NOT_FOUND, "no such session: tsih=" + spec.tsih());
        }
        final long limitBytes = spec.limitBytes() == 0 ? DEFAULT_LIMIT_BYTES : spec.limitBytes();
        return new TraceSpec(spec.initiator(), spec.tsih(), spec.snapBytes(), limitBytes);
    }

    private TraceFile create(final int id, final TraceSpec spec) {
        final Path path = folder.resolve("trace-" + id + ".pcap");
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.deleteIfExists(path);
            return new TraceFile(id, spec, path, clock);
        } catch (final IOException e) {
            throw new StorageException(StorageException.Code.IO, "trace cannot be written: file=" + path, e);
        }
    }

    private Entry find(final int id) {
        return traces.stream()
                .filter(entry -> entry.id() == id)
                .findFirst()
                .orElseThrow(() -> new StorageException(StorageException.Code.NOT_FOUND, "no such trace: id=" + id));
    }

    private static boolean wanted(final TraceTap tap, final TraceSpec spec) {
        final String name = tap.initiatorName();
        return spec.initiator() == null
                ? tap.tsih() == spec.tsih()
                : name != null && name.equalsIgnoreCase(spec.initiator());
    }

    private static StorageException invalid(final String message) {
        return new StorageException(StorageException.Code.INVALID, message);
    }
}
