package org.isobar.device;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceListener;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.Superblock;
import org.isobar.common.lane.NettyLanes;
import org.isobar.common.rng.SecureRng;
import org.isobar.common.time.SystemClock;
import org.isobar.device.health.HealthSettings;
import org.isobar.device.smart.SmartSettings;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/** A device component over a folder of small files, without a container. */
final class DeviceRig extends ExternalResource implements DeviceListener {
    static final long SIZE = 25L << 20;

    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    NettyLanes lanes;
    LocalDevices devices;
    Path scanned;
    private final TemporaryFolder folder;
    /** So long that only the scans asked for happen. */
    private static final long NEVER_MS = 3_600_000;

    private String engine = "auto";
    private boolean direct;
    private boolean checksums = true;
    private long intervalMs = NEVER_MS;

    DeviceRig(final TemporaryFolder folder) {
        this.folder = folder;
    }

    DeviceRig with(final String useEngine, final boolean useDirect, final long scanEveryMs) {
        engine = useEngine;
        direct = useDirect;
        intervalMs = scanEveryMs;
        return this;
    }

    DeviceRig withoutChecksums() {
        checksums = false;
        return this;
    }

    @Override
    protected void before() throws Exception {
        lanes = new NettyLanes(1, "auto");
        scanned = folder.newFolder("scanned").toPath();
        start();
    }

    @Override
    protected void after() {
        stop();
        lanes.close();
    }

    void start() {
        final DeviceSettings settings = new DeviceSettings(
                List.of(scanned.toString()),
                intervalMs,
                1 << 20,
                engine,
                direct,
                HealthSettings.DEFAULT.withWriteErrorLimit(4),
                SmartSettings.OFF,
                checksums);
        devices = new LocalDevices(settings, lanes, new SystemClock(), new SecureRng());
        devices.addListener(this);
    }

    void stop() {
        if (devices != null) {
            devices.close();
            devices = null;
        }
        events.clear();
    }

    Path blank(final String name) throws Exception {
        return sized(name, SIZE);
    }

    Path sized(final String name, final long size) throws Exception {
        final Path path = scanned.resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
        }
        return path;
    }

    DeviceInfo added(final String name) throws Exception {
        return add(blank(name));
    }

    DeviceInfo add(final Path path) throws Exception {
        return devices.add(path.toString(), false).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    StorageException refusal(final String path, final boolean force) throws Exception {
        try {
            final DeviceInfo info =
                    devices.add(path, force).toCompletableFuture().get(30, TimeUnit.SECONDS);
            throw new AssertionError("was added: " + info);
        } catch (final ExecutionException e) {
            return (StorageException) e.getCause();
        }
    }

    List<DeviceInfo> scan() throws Exception {
        return devices.scan().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    DeviceInfo at(final Path path) throws Exception {
        return scan().stream()
                .filter(info -> info.path().equals(path.toString()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing at " + path + " in " + devices.infos()));
    }

    DeviceInfo infoOf(final DeviceInfo known) {
        return devices.infos().stream()
                .filter(info -> known.uuid().equals(info.uuid()) && info.state() != DeviceState.FOREIGN)
                .findFirst()
                .orElseThrow();
    }

    Device device(final DeviceInfo info) {
        return devices.find(info.uuid()).orElseThrow();
    }

    String event() throws InterruptedException {
        final String event = events.poll(30, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event");
        }
        return event;
    }

    static void overwrite(final Path path, final long offset, final byte[] bytes) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(offset);
            file.write(bytes);
        }
    }

    static byte[] head(final Path path) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            final byte[] block = new byte[Superblock.BYTES];
            file.readFully(block);
            return block;
        }
    }

    static byte[] tail(final Path path) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            final byte[] block = new byte[Superblock.BYTES];
            file.seek(Files.size(path) - Superblock.BYTES);
            file.readFully(block);
            return block;
        }
    }

    @Override
    public void deviceAdded(final Device device) {
        tell("added ", device);
    }

    @Override
    public void deviceLost(final Device device) {
        tell("lost ", device);
    }

    @Override
    public void deviceReturned(final Device device) {
        tell("returned ", device);
    }

    private void tell(final String what, final Device device) {
        events.add((lanes.control().current() ? "" : "off lane ") + what + device.uuid());
    }
}
