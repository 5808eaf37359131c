package org.isobar.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the kernel tells of block devices under {@code /sys} and {@code /proc}. */
final class BlockDevices {
    private static final int DEFAULT_SECTOR_BYTES = 4096;
    private static final int MIN_SECTOR_BYTES = 512;
    private static final int MAX_SECTOR_BYTES = 1 << 20;
    private static final int MOUNTINFO_DEVICE_FIELD = 2;

    private BlockDevices() {}

    /** Physical sector length in bytes; 4096 for files and where the kernel does not tell. */
    static int sectorBytes(final FileIdentity identity) {
        if (!identity.isBlockDevice()) {
            return DEFAULT_SECTOR_BYTES;
        }
        final Path device = sys(identity);
        final int own = number(device.resolve("queue/physical_block_size"));
        // A partition has no queue of its own, its disk has.
        final int sector = own > 0 ? own : number(device.resolve("../queue/physical_block_size"));
        return sector >= MIN_SECTOR_BYTES && sector <= MAX_SECTOR_BYTES ? sector : DEFAULT_SECTOR_BYTES;
    }

    /** Devices of one kind are expected to be equally fast: {@code disk}, {@code flash}, or {@code file}. */
    static String kind(final FileIdentity identity) {
        if (!identity.isBlockDevice()) {
            return "file";
        }
        final Path device = sys(identity);
        final Path own = device.resolve("queue/rotational");
        return number(Files.exists(own) ? own : device.resolve("../queue/rotational")) == 1 ? "disk" : "flash";
    }

    /** Who uses a block device: a mount point or a device on top of it; empty when nobody does. */
    static String user(final FileIdentity identity) {
        if (!identity.isBlockDevice()) {
            return "";
        }
        try {
            final String number = identity.major() + ":" + identity.minor();
            for (final String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
                if (number.equals(line.split(" ", -1)[MOUNTINFO_DEVICE_FIELD])) {
                    return "mounted";
                }
            }
            final Path holders = sys(identity).resolve("holders");
            if (Files.isDirectory(holders)) {
                try (Stream<Path> names = Files.list(holders)) {
                    return names.findFirst()
                            .map(name -> "held by " + name.getFileName())
                            .orElse("");
                }
            }
            return "";
        } catch (final IOException e) {
            return "unknown, " + e.getMessage();
        }
    }

    private static Path sys(final FileIdentity identity) {
        return Path.of("/sys/dev/block/" + identity.major() + ":" + identity.minor());
    }

    private static int number(final Path file) {
        try {
            return Integer.parseInt(Files.readString(file).trim());
        } catch (final IOException | NumberFormatException e) {
            return 0;
        }
    }
}
