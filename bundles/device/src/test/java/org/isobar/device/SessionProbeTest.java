package org.isobar.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.DeviceProbe;
import org.isobar.common.lane.Lane;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;

/** The second way to an open device, on real files. */
public final class SessionProbeTest {
    private static final int UNIT = DeviceIo.UNIT_BYTES;

    private final TemporaryFolder folder = new TemporaryFolder();
    private final DeviceRig rig = new DeviceRig(folder);

    @Rule
    public final RuleChain rules = RuleChain.outerRule(folder).around(rig);

    @Test
    public void readsWhatTheFirstWayWroteAndWritesWhatItReads() throws Exception {
        final DeviceInfo info = rig.added("a");
        final DeviceProbe probe = probe(info.uuid());
        final Lane lane = rig.lanes.lane(0);
        final long offset = layout(info).dataOffset();
        final byte[] bytes = random(4 * UNIT);
        assertEquals(IoStatus.OK, Requests.write(rig.device(info), lane, offset, bytes, true));
        assertArrayEquals(bytes, Requests.read(probe, lane, offset, bytes.length));
        final byte[] others = random(2 * UNIT);
        assertEquals(IoStatus.OK, Requests.write(probe, lane, offset + UNIT, others, false));
        assertArrayEquals(others, Requests.read(rig.device(info), lane, offset + UNIT, others.length));
    }

    @Test
    public void countsWhatOthersBeginAndNotItsOwn() throws Exception {
        final DeviceInfo info = rig.added("a");
        final Lane lane = rig.lanes.lane(0);
        final long offset = layout(info).dataOffset();
        Requests.read(rig.device(info), lane, offset, UNIT);
        final DeviceProbe probe = probe(info.uuid());
        assertEquals(0, probe.othersBegun());
        Requests.read(probe, lane, offset, UNIT);
        assertEquals(0, probe.othersBegun());
        Requests.read(rig.device(info), lane, offset, UNIT);
        Requests.flush(rig.device(info), lane);
        assertEquals(2, probe.othersBegun());
        assertSame("one for each session", probe, probe(info.uuid()));
    }

    @Test
    public void refusesWhatIsNoWholeUnitOrLiesOutside() throws Exception {
        final DeviceInfo info = rig.added("a");
        final DeviceProbe probe = probe(info.uuid());
        final Lane lane = rig.lanes.lane(0);
        final long size = probe.sizeBytes();
        assertEquals(UNIT, probe.blockBytes());
        assertEquals(IoStatus.OK, Requests.readInto(probe, lane, size - UNIT, new byte[UNIT]));
        assertEquals(IoStatus.OUT_OF_RANGE, Requests.readInto(probe, lane, size, new byte[UNIT]));
        assertEquals(IoStatus.OUT_OF_RANGE, Requests.readInto(probe, lane, size - UNIT, new byte[2 * UNIT]));
        assertEquals(IoStatus.OUT_OF_RANGE, Requests.readInto(probe, lane, -UNIT, new byte[UNIT]));
        assertEquals(IoStatus.OUT_OF_RANGE, Requests.readInto(probe, lane, 512, new byte[UNIT]));
        assertEquals(IoStatus.OUT_OF_RANGE, Requests.readInto(probe, lane, 0, new byte[512]));
    }

    @Test
    public void goesWithTheDeviceAndANewOneComesWithIt() throws Exception {
        final DeviceInfo info = rig.added("a");
        rig.event();
        final DeviceProbe probe = probe(info.uuid());
        final Lane lane = rig.lanes.lane(0);
        final long offset = layout(info).dataOffset();
        final Path here = rig.scanned.resolve("a");
        final Path away = folder.getRoot().toPath().resolve("away");
        Files.move(here, away);
        rig.scan();
        assertTrue(rig.event().startsWith("lost"));
        assertEquals(IoStatus.OFFLINE, Requests.readInto(probe, lane, offset, new byte[UNIT]));
        assertEquals(StorageException.Code.UNAVAILABLE, refusal(info.uuid()).code());
        Files.move(away, here);
        rig.scan();
        assertTrue(rig.event().startsWith("returned"));
        assertEquals(IoStatus.OK, Requests.readInto(probe(info.uuid()), lane, offset, new byte[UNIT]));
    }

    @Test
    public void isRefusedForADeviceThatIsNotThere() throws Exception {
        assertEquals(StorageException.Code.NOT_FOUND, refusal(new UUID(1, 2)).code());
    }

    @Test
    public void goesPastThePageCacheWhereTheFileSystemLetsAndSaysSo() throws Exception {
        final DeviceInfo info = rig.added("a");
        assertEquals(direct(rig.scanned.resolve("other")), probe(info.uuid()).direct());
    }

    @Test
    public void goesThroughThePageCacheWhereTheFileSystemLetsNothingElse() throws Exception {
        final DeviceInfo info = rig.added("a");
        final Path file = rig.scanned.resolve("a");
        final List<Boolean> tried = new ArrayList<>();
        final SessionProbe probe = DeviceOpener.pastOrThrough(file, past -> {
            tried.add(past);
            if (past) {
                throw new StorageException(StorageException.Code.IO, "device cannot be opened: error=no O_DIRECT");
            }
            final Executor control = rig.lanes.control();
            return new SessionProbe(
                    DeviceRig.SIZE, past, () -> 0, sink -> new ChannelDeviceIo(rig.lanes, control, file, past, sink));
        });
        assertEquals(List.of(true, false), tried);
        assertFalse(probe.direct());
        final long offset = layout(info).dataOffset();
        assertArrayEquals(new byte[UNIT], Requests.read(probe, rig.lanes.lane(0), offset, UNIT));
        probe.close().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    public void refusesWhenNeitherWayCanBeOpened() {
        final StorageException failure = assertThrows(
                StorageException.class,
                () -> DeviceOpener.pastOrThrough(Path.of("a"), past -> {
                    throw new StorageException(StorageException.Code.IO, "past=" + past);
                }));
        assertEquals("past=false", failure.getMessage());
    }

    private DeviceLayout layout(final DeviceInfo info) {
        return rig.device(info).layout();
    }

    private DeviceProbe probe(final UUID uuid) throws Exception {
        return rig.devices.probe(uuid).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private StorageException refusal(final UUID uuid) {
        return (StorageException)
                assertThrows(ExecutionException.class, () -> probe(uuid)).getCause();
    }

    private static byte[] random(final int length) {
        final byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Whether files here can be opened so that requests go past the page cache. */
    private static boolean direct(final Path path) {
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)) {
            return channel.isOpen();
        } catch (final IOException | UnsupportedOperationException refused) {
            return false;
        }
    }
}
