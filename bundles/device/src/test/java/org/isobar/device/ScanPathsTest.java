package org.isobar.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ScanPathsTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void folderFileAndGlobFindTheSameFileOnce() throws Exception {
        final Path root = folder.getRoot().toPath().toRealPath();
        final Path file = folder.newFile("disk1").toPath().toRealPath();
        Files.createSymbolicLink(root.resolve("link"), file);
        Files.createSymbolicLink(root.resolve("dangling"), root.resolve("nothing"));
        folder.newFolder("sub");
        final ScanPaths paths = new ScanPaths(List.of(root.toString(), file.toString(), root + "/d*[0-9]"));
        assertEquals(List.of(file), List.copyOf(paths.candidates(List.of())));
    }

    @Test
    public void globMatchesFoldersInTheMiddle() throws Exception {
        final Path root = folder.getRoot().toPath().toRealPath();
        Files.createDirectories(root.resolve("a1/x"));
        Files.createDirectories(root.resolve("b1/x"));
        final Path wanted = Files.createFile(root.resolve("a1/x/disk"));
        Files.createFile(root.resolve("b1/x/disk"));
        Files.createFile(root.resolve("a1/disk"));
        final ScanPaths paths = new ScanPaths(List.of(root + "/a*/x/disk"));
        assertEquals(List.of(wanted), List.copyOf(paths.candidates(List.of())));
    }

    @Test
    public void whatDoesNotExistIsNothing() {
        final ScanPaths paths = new ScanPaths(List.of("/nowhere/at/all", "/nowhere/*", "/proc/self/fd/99999"));
        assertEquals(List.of(), List.copyOf(paths.candidates(List.of(Path.of("/nowhere/else")))));
    }

    @Test
    public void relativePathsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ScanPaths(List.of("data/*")));
    }

    @Test
    public void settingsTakeListsAndCommas() {
        assertEquals(List.of("/a", "/b", "/c"), DeviceSettings.paths("/a, /b", "/c", " "));
    }

    @Test
    public void settingsOutOfBoundsAreRefused() {
        final List<String> none = List.of();
        assertThrows(IllegalArgumentException.class, () -> new DeviceSettings(none, 49, 1 << 20, "auto", false, 1));
        assertThrows(IllegalArgumentException.class, () -> new DeviceSettings(none, 50, 3 << 20, "auto", false, 1));
        assertThrows(IllegalArgumentException.class, () -> new DeviceSettings(none, 50, 1 << 19, "auto", false, 1));
        assertThrows(IllegalArgumentException.class, () -> new DeviceSettings(none, 50, 1 << 20, "aio", false, 1));
        assertThrows(IllegalArgumentException.class, () -> new DeviceSettings(none, 50, 1 << 20, "auto", false, 0));
    }
}
