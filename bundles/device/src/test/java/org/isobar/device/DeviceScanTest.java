package org.isobar.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.Superblock;
import org.isobar.api.device.Superblock.Kind;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;

public class DeviceScanTest {
    private final TemporaryFolder folder = new TemporaryFolder();
    private final DeviceRig rig = new DeviceRig(folder);

    @Rule
    public final RuleChain rules = RuleChain.outerRule(folder).around(rig);

    @Test
    public void devicesComeBackAfterARestartWhereverTheyAre() throws Exception {
        final DeviceInfo info = rig.added("a");
        final Device device = rig.device(info);
        final byte[] bytes = new byte[512];
        bytes[3] = 8;
        final long offset = device.layout().dataOffset();
        assertEquals(IoStatus.OK, Requests.write(device, rig.lanes.lane(0), offset, bytes, false));
        rig.stop();
        Files.move(rig.scanned.resolve("a"), rig.scanned.resolve("z"));
        rig.start();
        final DeviceInfo found = rig.infoOf(info);
        assertEquals(rig.scanned.resolve("z").toString(), found.path());
        assertEquals(DeviceState.ONLINE, found.state());
        assertEquals("added " + info.uuid(), rig.event());
        assertArrayEquals(bytes, Requests.read(rig.device(info), rig.lanes.lane(0), offset, 512));
    }

    @Test
    public void unlinkedDeviceIsLostAndReturnsUnderAnotherName() throws Exception {
        final DeviceInfo info = rig.added("a");
        rig.added("b");
        rig.event();
        rig.event();
        final Device device = rig.device(info);
        final Path elsewhere =
                Files.move(rig.scanned.resolve("a"), folder.getRoot().toPath().resolve("away"));
        rig.scan();
        assertEquals("lost " + info.uuid(), rig.event());
        assertEquals(DeviceState.MISSING, device.state());
        assertEquals("path is gone", rig.infoOf(info).note());
        assertEquals(IoStatus.OFFLINE, Requests.readInto(device, rig.lanes.lane(0), 0, new byte[512]));
        Files.move(elsewhere, rig.scanned.resolve("back"));
        rig.scan();
        assertEquals("returned " + info.uuid(), rig.event());
        assertSame(device, rig.device(info));
        assertEquals(DeviceState.ONLINE, device.state());
        assertEquals(rig.scanned.resolve("back").toString(), rig.infoOf(info).path());
        assertEquals(512, Requests.read(device, rig.lanes.lane(0), 0, 512).length);
    }

    @Test
    public void replacedFileIsLostAndNotTakenForTheDevice() throws Exception {
        final DeviceInfo info = rig.added("a");
        rig.event();
        final Path path = rig.scanned.resolve("a");
        Files.delete(path);
        rig.blank("a");
        rig.scan();
        assertEquals("lost " + info.uuid(), rig.event());
        rig.scan();
        assertEquals(DeviceState.MISSING, rig.device(info).state());
        assertTrue(rig.events.isEmpty());
    }

    @Test
    public void shortenedFileFailsAndStaysSo() throws Exception {
        final DeviceInfo info = rig.added("a");
        rig.event();
        try (RandomAccessFile file =
                new RandomAccessFile(rig.scanned.resolve("a").toFile(), "rw")) {
            file.setLength(DeviceRig.SIZE / 2);
        }
        rig.scan();
        assertEquals("lost " + info.uuid(), rig.event());
        assertEquals(DeviceState.FAILED, rig.device(info).state());
        rig.sized("a", DeviceRig.SIZE);
        rig.scan();
        assertEquals(DeviceState.FAILED, rig.device(info).state());
    }

    @Test
    public void copyOfAServingDeviceIsRefused() throws Exception {
        final DeviceInfo info = rig.added("a");
        Files.copy(rig.scanned.resolve("a"), rig.scanned.resolve("copy"));
        final DeviceInfo copy = rig.at(rig.scanned.resolve("copy"));
        assertEquals(DeviceState.FOREIGN, copy.state());
        assertEquals(info.uuid(), copy.uuid());
        assertTrue(copy.note(), copy.note().contains("copy"));
        assertEquals(DeviceState.ONLINE, rig.device(info).state());
    }

    @Test
    public void damagedFirstCopyIsRepaired() throws Exception {
        assertRepaired(0);
    }

    @Test
    public void damagedSecondCopyIsRepaired() throws Exception {
        assertRepaired(DeviceRig.SIZE - Superblock.BYTES);
    }

    @Test
    public void newerCopyWins() throws Exception {
        final Path path = rig.blank("a");
        rig.add(path);
        rig.stop();
        final Superblock old = Superblock.decode(ByteBuffer.wrap(DeviceRig.head(path)));
        final Superblock newer = new Superblock(
                old.device(), old.member(), old.group(), 2, old.sizeBytes(), old.sectorBytes(), old.layout());
        DeviceRig.overwrite(
                path, DeviceRig.SIZE - Superblock.BYTES, newer.encode().array());
        rig.start();
        assertEquals(1, rig.devices.devices().size());
        rig.stop();
        assertArrayEquals(newer.encode().array(), DeviceRig.head(path));
    }

    @Test
    public void damageAtBothEndsIsRefused() throws Exception {
        final Path path = rig.blank("a");
        rig.add(path);
        rig.stop();
        DeviceRig.overwrite(path, 100, new byte[] {1, 2, 3, 4});
        DeviceRig.overwrite(path, DeviceRig.SIZE - 4096 + 100, new byte[] {1, 2, 3, 4});
        rig.start();
        assertEquals(DeviceState.FOREIGN, rig.at(path).state());
        assertTrue(rig.devices.devices().isEmpty());
    }

    @Test
    public void unknownVersionAtEitherEndIsRefused() throws Exception {
        for (final long at : new long[] {0, DeviceRig.SIZE - Superblock.BYTES}) {
            final Path path = rig.blank("v" + at);
            rig.add(path);
            rig.stop();
            DeviceRig.overwrite(path, at + 8, new byte[] {0, 0, 0, 9});
            rig.start();
            final DeviceInfo info = rig.at(path);
            assertEquals(DeviceState.FOREIGN, info.state());
            assertTrue(info.note(), info.note().contains("not known"));
            Files.delete(path);
        }
    }

    @Test
    public void labelLeftAtTheEndOfAFileSystemIsNotTaken() throws Exception {
        final Path path = rig.blank("a");
        rig.add(path);
        rig.stop();
        DeviceRig.overwrite(path, 0, new byte[4096]);
        DeviceRig.overwrite(path, 1080, new byte[] {0x53, (byte) 0xEF});
        rig.start();
        assertEquals(DeviceState.FOREIGN, rig.at(path).state());
        assertEquals(Kind.NONE, Superblock.kind(ByteBuffer.wrap(DeviceRig.head(path))));
    }

    @Test
    public void majorityOfDevicesTellsWhoWeAre() throws Exception {
        final Path theirs = rig.blank("a-theirs");
        rig.add(theirs);
        final UUID others = rig.devices.memberUuid();
        rig.stop();
        final Path aside = Files.move(theirs, folder.getRoot().toPath().resolve("aside"));
        rig.start();
        rig.added("b");
        rig.added("c");
        final UUID ours = rig.devices.memberUuid();
        rig.stop();
        Files.move(aside, theirs);
        rig.start();
        assertEquals(ours, rig.devices.memberUuid());
        assertEquals(2, rig.devices.devices().size());
        final DeviceInfo refused = rig.at(theirs);
        assertEquals(DeviceState.FOREIGN, refused.state());
        assertTrue(refused.note(), refused.note().contains(others.toString()));
        assertFalse(
                rig.devices.devices().stream().anyMatch(device -> device.uuid().equals(refused.uuid())));
    }

    @Test
    public void listenerHearsOfWhatIsThereAlready() throws Exception {
        final DeviceInfo info = rig.added("a");
        rig.event();
        rig.devices.removeListener(rig);
        final DeviceInfo second = rig.added("b");
        rig.devices.addListener(rig);
        assertEquals("added " + info.uuid(), rig.event());
        assertEquals("added " + second.uuid(), rig.event());
    }

    @Test
    public void devicesAreOrderedByUuid() throws Exception {
        for (int i = 0; i < 5; i++) {
            rig.added("d" + i);
        }
        final List<UUID> uuids =
                rig.devices.devices().stream().map(Device::uuid).toList();
        assertEquals(uuids.stream().sorted().toList(), uuids);
    }

    @Test
    public void blankFilesAreNotListed() throws Exception {
        rig.blank("a");
        assertTrue(rig.scan().isEmpty());
    }

    private void assertRepaired(final long at) throws Exception {
        final Path path = rig.blank("a");
        rig.add(path);
        rig.stop();
        final byte[] label = DeviceRig.head(path);
        DeviceRig.overwrite(path, at, new byte[4096]);
        rig.start();
        assertEquals(1, rig.devices.devices().size());
        rig.stop();
        assertArrayEquals(label, DeviceRig.head(path));
        assertArrayEquals(label, DeviceRig.tail(path));
    }
}
