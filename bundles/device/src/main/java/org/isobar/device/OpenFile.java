package org.isobar.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device that this process has open and locked against other processes. The lock is the kernel's (fcntl(2)): it goes
 * when <em>any</em> descriptor of the same file is closed in this process. So nobody here may open and close a file
 * that is {@link #isOpen}, and the engine's own descriptors are closed together with this one.
 */
final class OpenFile {
    private static final Logger LOG = LoggerFactory.getLogger(OpenFile.class);
    /** Keys of all that this process has open, whichever component opened it. */
    private static final Set<String> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileIdentity identity;
    private final FileChannel channel;
    private final long sizeBytes;

    private OpenFile(final Path path, final FileIdentity identity, final FileChannel channel, final long sizeBytes) {
        this.path = path;
        this.identity = identity;
        this.channel = channel;
        this.sizeBytes = sizeBytes;
    }

    /**
     * Opens and locks.
     *
     * @param path real path of a file or block device
     * @throws StorageException NOT_FOUND, INVALID, CONFLICT when someone uses it, or IO
     */
    static OpenFile open(final Path path) {
        final FileIdentity identity = identity(path);
        if (!identity.isFile() && !identity.isBlockDevice()) {
            throw new StorageException(Code.INVALID, "neither a file nor a block device: path=" + path);
        }
        final String user = BlockDevices.user(identity);
        if (!user.isEmpty()) {
            throw new StorageException(Code.CONFLICT, "device is in use: path=" + path + " by=\"" + user + '"');
        }
        if (!OPEN.add(identity.key())) {
            throw inUse(path, "this process");
        }
        boolean opened = false;
        try {
            final OpenFile file = openLocked(path, identity);
            opened = true;
            return file;
        } finally {
            if (!opened) {
                OPEN.remove(identity.key());
            }
        }
    }

    /** Whether this process has it open, so that it must not be opened once more only to look. */
    static boolean isOpen(final FileIdentity identity) {
        return OPEN.contains(identity.key());
    }

    Path path() {
        return path;
    }

    FileIdentity identity() {
        return identity;
    }

    /** Usable length: whole units of 4096 bytes. */
    long sizeBytes() {
        return sizeBytes;
    }

    FileChannel channel() {
        return channel;
    }

    /** Why the path no longer names this device in full length; empty while it does. */
    String gone(final long neededBytes) {
        try {
            if (!FileIdentity.of(path).sameNode(identity)) {
                return "path names something else now";
            }
            return channel.size() < neededBytes ? "shorter than its label says" : "";
        } catch (final NoSuchFileException e) {
            return "path is gone";
        } catch (final IOException e) {
            return "path cannot be looked at: " + e.getMessage();
        }
    }

    /** Writes a whole block to stable media. */
    void writeDurably(final ByteBuffer block, final long offset) {
        try {
            final ByteBuffer rest = block.duplicate();
            while (rest.hasRemaining()) {
                channel.write(rest, offset + rest.position());
            }
            channel.force(true);
        } catch (final IOException e) {
            throw new StorageException(
                    Code.IO, "label cannot be written: path=" + path + " error=" + e.getMessage(), e);
        }
    }

    /** Unlocks and closes. */
    void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            LOG.warn("device.close.failed path={} error=\"{}\"", path, e.getMessage());
        } finally {
            OPEN.remove(identity.key());
        }
    }

    private static FileIdentity identity(final Path path) {
        try {
            return FileIdentity.of(path);
        } catch (final NoSuchFileException e) {
            throw new StorageException(Code.NOT_FOUND, "no such device: path=" + path, e);
        } catch (final IOException e) {
            throw cannotOpen(path, e);
        }
    }

    private static OpenFile openLocked(final Path path, final FileIdentity identity) {
        FileChannel channel = null;
        OpenFile file = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw inUse(path, "another process");
            }
            if (!FileIdentity.of(path).sameNode(identity)) {
                throw new StorageException(Code.CONFLICT, "device was replaced while it was opened: path=" + path);
            }
            final long size = channel.size();
            file = new OpenFile(path, identity, channel, size - size % DeviceIo.UNIT_BYTES);
            return file;
        } catch (final OverlappingFileLockException e) {
            throw inUse(path, "this process");
        } catch (final IOException e) {
            throw cannotOpen(path, e);
        } finally {
            if (file == null && channel != null) {
                closeUnused(channel, path);
            }
        }
    }

    private static void closeUnused(final FileChannel channel, final Path path) {
        try {
            channel.close();
        } catch (final IOException e) {
            LOG.warn("device.close.failed path={} error=\"{}\"", path, e.getMessage());
        }
    }

    private static StorageException inUse(final Path path, final String who) {
        return new StorageException(Code.CONFLICT, "device is in use: path=" + path + " by=\"" + who + '"');
    }

    private static StorageException cannotOpen(final Path path, final IOException e) {
        return new StorageException(Code.IO, "device cannot be opened: path=" + path + " error=" + e.getMessage(), e);
    }
}
