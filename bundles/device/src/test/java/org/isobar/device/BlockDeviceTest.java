package org.isobar.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceState;
import org.isobar.common.lane.Lane;
import org.junit.After;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;

/** On a loop device, where the test may make one. */
public class BlockDeviceTest {
    private final TemporaryFolder folder = new TemporaryFolder();
    private final DeviceRig rig = new DeviceRig(folder);

    @Rule
    public final RuleChain rules = RuleChain.outerRule(folder).around(rig);

    private Path disk;

    @Before
    public void attach() throws Exception {
        final Path image = folder.newFile("image").toPath();
        DeviceRig.overwrite(image, DeviceRig.SIZE + 511, new byte[1]);
        Assume.assumeTrue("needs root", "root".equals(System.getProperty("user.name")));
        final String said = run("losetup", "--find", "--show", image.toString());
        Assume.assumeTrue("no loop devices here", said.startsWith("/dev/"));
        disk = Path.of(said);
    }

    @After
    public void detach() throws Exception {
        rig.stop();
        if (disk != null) {
            run("losetup", "--detach", disk.toString());
        }
    }

    @Test
    public void servesWithEitherEngine() throws Exception {
        final DeviceInfo info = rig.add(disk);
        assertEquals(DeviceRig.SIZE, info.sizeBytes());
        assertEquals(512, info.sectorBytes());
        serves(rig.device(info));
        for (final boolean direct : new boolean[] {true, false}) {
            for (final String engine : new String[] {"auto", "filechannel"}) {
                rig.devices.forget(info(rig)).toCompletableFuture().join();
                rig.stop();
                rig.with(engine, direct, 3_600_000).start();
                serves(rig.device(rig.add(disk)));
            }
        }
    }

    @Test
    public void isRefusedWhileMounted() throws Exception {
        Assume.assumeTrue(run("mkfs.ext2", "-q", disk.toString()).isEmpty());
        final Path point = folder.newFolder("mounted").toPath();
        Assume.assumeTrue(run("mount", disk.toString(), point.toString()).isEmpty());
        try {
            assertEquals(Code.CONFLICT, rig.refusal(disk.toString(), true).code());
        } finally {
            run("umount", point.toString());
        }
        assertEquals(Code.FOREIGN, rig.refusal(disk.toString(), false).code());
        assertEquals(
                DeviceState.ONLINE,
                rig.devices
                        .add(disk.toString(), true)
                        .toCompletableFuture()
                        .join()
                        .state());
    }

    private static UUID info(final DeviceRig rig) {
        return rig.devices.devices().get(0).uuid();
    }

    private void serves(final Device device) {
        final Lane lane = rig.lanes.lane(0);
        final long offset = device.layout().dataOffset();
        final byte[] bytes = new byte[65536 + 512];
        Arrays.fill(bytes, (byte) 7);
        assertEquals(IoStatus.OK, Requests.write(device, lane, offset + 512, bytes, true));
        assertArrayEquals(bytes, Requests.read(device, lane, offset + 512, bytes.length));
        assertEquals(IoStatus.OK, Requests.zero(device, lane, offset + 1024, 65536, true));
        Arrays.fill(bytes, 512, 512 + 65536, (byte) 0);
        assertArrayEquals(bytes, Requests.read(device, lane, offset + 512, bytes.length));
        assertEquals(IoStatus.OK, Requests.flush(device, lane));
    }

    private static String run(final String... command) throws Exception {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        process.waitFor();
        return said;
    }
}
