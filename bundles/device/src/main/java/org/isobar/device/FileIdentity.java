package org.isobar.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a path names at one moment (stat(2)).
 *
 * @param mode type and permission bits
 * @param fileSystem number of the file system it is on
 * @param inode its number there
 * @param blockDevice major and minor number, for a block device
 * @param sizeBytes length of a file; 0 for a block device
 * @param changed when content or attributes last changed
 */
record FileIdentity(int mode, long fileSystem, long inode, long blockDevice, long sizeBytes, Object changed) {
    private static final int TYPE_MASK = 0xF000;
    private static final int TYPE_FILE = 0x8000;
    private static final int TYPE_BLOCK = 0x6000;

    static FileIdentity of(final Path path) throws IOException {
        final Map<String, Object> stat = Files.readAttributes(path, "unix:mode,dev,ino,rdev,size,ctime");
        final int mode = (Integer) stat.get("mode");
        final boolean block = (mode & TYPE_MASK) == TYPE_BLOCK;
        return new FileIdentity(
                mode,
                (Long) stat.get("dev"),
                ((Number) stat.get("ino")).longValue(),
                block ? (Long) stat.get("rdev") : 0,
                block ? 0 : (Long) stat.get("size"),
                stat.get("ctime"));
    }

    boolean isFile() {
        return (mode & TYPE_MASK) == TYPE_FILE;
    }

    boolean isBlockDevice() {
        return (mode & TYPE_MASK) == TYPE_BLOCK;
    }

    /** The same for all names of one device or file, different for any two. */
    String key() {
        return isBlockDevice() ? "block " + major() + ":" + minor() : "file " + fileSystem + ":" + inode;
    }

    /** Whether both name the same node. */
    boolean sameNode(final FileIdentity other) {
        return fileSystem == other.fileSystem && inode == other.inode && key().equals(other.key());
    }

    long major() {
        return ((blockDevice >> 8) & 0xFFF) | ((blockDevice >> 32) & ~0xFFFL);
    }

    long minor() {
        return (blockDevice & 0xFF) | ((blockDevice >> 12) & ~0xFFL);
    }
}
