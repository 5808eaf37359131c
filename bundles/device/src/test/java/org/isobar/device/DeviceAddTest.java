package org.isobar.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.Superblock;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;

public class DeviceAddTest {
    private final TemporaryFolder folder = new TemporaryFolder();
    private final DeviceRig rig = new DeviceRig(folder);

    @Rule
    public final RuleChain rules = RuleChain.outerRule(folder).around(rig);

    @Test
    public void blankFileServes() throws Exception {
        final DeviceInfo info = rig.added("a");
        assertEquals(DeviceState.ONLINE, info.state());
        assertEquals(DeviceRig.SIZE, info.sizeBytes());
        assertEquals(4096, info.sectorBytes());
        assertEquals(6, info.chunkletCount());
        assertEquals("added " + info.uuid(), rig.event());
        assertEquals(List.of(rig.device(info)), rig.devices.devices());
        final Device device = rig.device(info);
        final byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) 9);
        final long offset = device.layout().chunkletOffset(5);
        assertEquals(IoStatus.OK, Requests.write(device, rig.lanes.lane(0), offset, bytes, true));
        assertArrayEquals(bytes, Requests.read(device, rig.lanes.lane(0), offset, 4096));
    }

    @Test
    public void firstDeviceGivesTheMemberItsIdentity() throws Exception {
        assertNull(rig.devices.memberUuid());
        rig.added("a");
        final UUID member = rig.devices.memberUuid();
        rig.added("b");
        assertEquals(member, rig.devices.memberUuid());
        rig.stop();
        rig.start();
        assertEquals(member, rig.devices.memberUuid());
        assertEquals(2, rig.devices.devices().size());
    }

    @Test
    public void areasThatOthersReadFirstAreCleared() throws Exception {
        final Path path = rig.blank("a");
        final byte[] noise = new byte[(int) DeviceRig.SIZE];
        Arrays.fill(noise, 4096, noise.length, (byte) 0x5A);
        Files.write(path, noise);
        final DeviceInfo info = rig.add(path);
        final byte[] now = Files.readAllBytes(path);
        final int dataOffset = (int) rig.device(info).layout().dataOffset();
        for (int i = Superblock.BYTES; i < dataOffset; i++) {
            assertEquals(0, now[i]);
        }
    }

    @Test
    public void keepsNoChecksumsWhereThatIsSetAndSaysSo() throws Exception {
        final DeviceInfo with = rig.added("with");
        rig.stop();
        rig.withoutChecksums().start();
        final DeviceInfo without = rig.added("without");
        assertTrue(rig.device(with).layout().hasSums());
        assertEquals("", rig.infoOf(with).note());
        assertFalse(rig.device(without).layout().hasSums());
        assertEquals("keeps no checksums", rig.infoOf(without).note());
    }

    @Test
    public void badPathsAreRefused() throws Exception {
        assertEquals(Code.INVALID, rig.refusal("relative", false).code());
        assertEquals(Code.INVALID, rig.refusal("/a\0b", false).code());
        assertEquals(Code.NOT_FOUND, rig.refusal("/nowhere/at/all", false).code());
        assertEquals(Code.INVALID, rig.refusal(rig.scanned.toString(), true).code());
        assertEquals(Code.INVALID, rig.refusal("/dev/null", true).code());
    }

    @Test
    public void tooSmallIsRefusedNamingTheMinimum() throws Exception {
        for (final long size : new long[] {0, 511, 4096, 18L << 20}) {
            final Path path = rig.sized("small" + size, size);
            final StorageException refused = rig.refusal(path.toString(), false);
            assertEquals(Code.INVALID, refused.code());
            assertTrue(refused.getMessage(), refused.getMessage().contains("minimum=" + Layouts.minimumBytes(1 << 20)));
        }
        assertNull(rig.devices.memberUuid());
    }

    @Test
    public void deviceInUseIsRefusedUnderAnyNameEvenWithForce() throws Exception {
        final Path path = rig.blank("a");
        rig.add(path);
        final Path symbolic = Files.createSymbolicLink(folder.getRoot().toPath().resolve("sym"), path);
        final Path hard = Files.createLink(folder.getRoot().toPath().resolve("hard"), path);
        for (final Path name : List.of(path, symbolic, hard)) {
            assertEquals(Code.CONFLICT, rig.refusal(name.toString(), true).code());
        }
    }

    @Test
    public void foreignDataIsRefusedUnlessForced() throws Exception {
        final Path path = rig.blank("a");
        DeviceRig.overwrite(path, 1080, new byte[] {0x53, (byte) 0xEF});
        final StorageException refused = rig.refusal(path.toString(), false);
        assertEquals(Code.FOREIGN, refused.code());
        assertTrue(refused.getMessage(), refused.getMessage().contains("ext4"));
        assertEquals(DeviceState.FOREIGN, rig.at(path).state());
        final DeviceInfo forced =
                rig.devices.add(path.toString(), true).toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertEquals(DeviceState.ONLINE, forced.state());
        assertEquals(1, rig.scan().size());
    }

    @Test
    public void forceLeavesNoForeignSignatureAtTheEnd() throws Exception {
        final Path path = rig.blank("a");
        DeviceRig.overwrite(path, DeviceRig.SIZE - 512, "EFI PART".getBytes(StandardCharsets.US_ASCII));
        assertEquals(Code.FOREIGN, rig.refusal(path.toString(), false).code());
        final DeviceInfo info =
                rig.devices.add(path.toString(), true).toCompletableFuture().get(30, TimeUnit.SECONDS);
        rig.devices.forget(info.uuid()).toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertEquals(DeviceState.ONLINE, rig.add(path).state());
    }

    @Test
    public void anotherMembersDeviceIsRefusedUnlessForced() throws Exception {
        final Path path = rig.blank("a");
        rig.add(path);
        rig.stop();
        final Path theirs = Files.move(path, folder.getRoot().toPath().resolve("theirs"));
        rig.start();
        rig.added("b");
        final StorageException refused = rig.refusal(theirs.toString(), false);
        assertEquals(Code.FOREIGN, refused.code());
        assertTrue(refused.getMessage(), refused.getMessage().contains("another member"));
        final DeviceInfo forced =
                rig.devices.add(theirs.toString(), true).toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertEquals(DeviceState.ONLINE, forced.state());
        assertTrue(forced.note(), forced.note().contains("scan.paths"));
    }

    @Test
    public void forgottenDeviceIsBlankAgain() throws Exception {
        final Path path = rig.blank("a");
        final DeviceInfo info = rig.add(path);
        rig.event();
        final Device device = rig.device(info);
        rig.devices.forget(info.uuid()).toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertEquals("lost " + info.uuid(), rig.event());
        assertEquals(IoStatus.OFFLINE, Requests.flush(device, rig.lanes.lane(0)));
        assertArrayEquals(new byte[4096], DeviceRig.head(path));
        assertArrayEquals(new byte[4096], DeviceRig.tail(path));
        assertTrue(rig.scan().isEmpty());
        assertNotEquals(info.uuid(), rig.add(path).uuid());
    }

    @Test
    public void unknownDeviceCannotBeForgotten() throws Exception {
        try {
            rig.devices.forget(UUID.randomUUID()).toCompletableFuture().get(30, TimeUnit.SECONDS);
            throw new AssertionError("forgotten");
        } catch (final ExecutionException e) {
            assertEquals(Code.NOT_FOUND, ((StorageException) e.getCause()).code());
        }
    }

    @Test
    public void twoMembersCannotHaveTheSameDevice() throws Exception {
        final Path path = rig.blank("a");
        rig.add(path);
        final Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockProbe.class.getName(),
                        path.toString())
                .redirectErrorStream(true)
                .start();
        final String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(said, 0, other.waitFor());
        assertTrue(said, said.contains("CONFLICT") && said.contains("another process"));
    }

    /** Run as a process of its own: tells how opening a device ends. */
    public static final class LockProbe {
        private LockProbe() {}

        public static void main(final String[] args) {
            try {
                OpenFile.open(Path.of(args[0]));
                System.out.println("opened");
            } catch (final StorageException e) {
                System.out.println(e.code() + " " + e.getMessage());
            }
        }
    }
}
