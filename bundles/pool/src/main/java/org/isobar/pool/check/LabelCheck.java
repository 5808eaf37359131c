package org.isobar.pool.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.isobar.api.device.Superblock;
import org.isobar.api.device.Superblock.Kind;

/** Verifies the superblocks at both ends of each device, and that all devices belong together. */
final class LabelCheck {
    private final CheckReport report;

    LabelCheck(final CheckReport report) {
        this.report = report;
    }

    /** The devices that have a usable label, each once, all of the first one's member. */
    List<CheckedDevice> check(final List<CheckedDevice> files) throws IOException {
        final Map<UUID, CheckedDevice> seen = new HashMap<>();
        final List<CheckedDevice> usable = new ArrayList<>();
        for (final CheckedDevice file : files) {
            report.count("devices", 1);
            if (!readLabel(file)) {
                continue;
            }
            final CheckedDevice twin = seen.putIfAbsent(file.uuid(), file);
            if (twin != null) {
                report.finding("device=" + file.uuid(), "is there twice: " + twin.name() + " and " + file.name());
            } else if (!usable.isEmpty()
                    && !file.label().member().equals(usable.get(0).label().member())) {
                report.finding(
                        where(file),
                        "belongs to another member: member=" + file.label().member() + " expected="
                                + usable.get(0).label().member());
            } else {
                usable.add(file);
            }
        }
        return usable;
    }

    private boolean readLabel(final CheckedDevice file) throws IOException {
        final long size = file.sizeBytes() - file.sizeBytes() % Superblock.BYTES;
        if (size < 2L * Superblock.BYTES) {
            report.finding("device=" + file.name(), "is too short for a label: bytes=" + file.sizeBytes());
            return false;
        }
        final Found firstFound = find(file, 0);
        final Superblock first = firstFound.label();
        final long end = first == null ? size : Math.min(size, first.sizeBytes());
        final Found secondFound = find(file, end - Superblock.BYTES);
        final Superblock second = secondFound.label();
        if (first == null && second == null) {
            report.finding(
                    "device=" + file.name(),
                    "has no usable label: first=" + firstFound.kind() + " second=" + secondFound.kind());
            return false;
        }
        final boolean useSecond = first == null
                || (second != null
                        && second.device().equals(first.device())
                        && second.generation() > first.generation());
        file.label(useSecond ? second : first);
        reportCopy(file, "first", firstFound);
        reportCopy(file, "second", secondFound);
        return fits(file, size);
    }

    private static Found find(final CheckedDevice file, final long offset) {
        final ByteBuffer block;
        try {
            block = file.read(offset, Superblock.BYTES);
        } catch (final IOException unreadable) {
            return new Found("cannot be read, " + unreadable.getMessage(), null);
        }
        final Kind kind = Superblock.kind(block);
        return new Found(kind.toString(), kind == Kind.VALID ? Superblock.decode(block) : null);
    }

    private void reportCopy(final CheckedDevice file, final String which, final Found found) {
        final Superblock copy = found.label();
        if (copy == null) {
            report.finding(where(file), "superblock=" + which + " is damaged: " + found.kind());
        } else if (!copy.equals(file.label())) {
            report.finding(
                    where(file),
                    "superblock=" + which + " differs from the other copy: generation=" + copy.generation() + " newest="
                            + file.label().generation());
        }
    }

    private boolean fits(final CheckedDevice file, final long sizeBytes) {
        final var layout = file.layout();
        final long dataEnd = layout.chunkletOffset(layout.chunkletCount());
        if (file.label().sizeBytes() > sizeBytes || dataEnd > sizeBytes - Superblock.BYTES) {
            report.finding(
                    where(file),
                    "is shorter than its label says: bytes=" + sizeBytes + " labelled="
                            + file.label().sizeBytes() + " dataEnd=" + dataEnd);
            return false;
        }
        return true;
    }

    private static String where(final CheckedDevice file) {
        return "device=" + file.uuid() + " path=" + file.name();
    }

    /** What is in the place of a superblock, and the superblock when it is one. */
    private record Found(String kind, Superblock label) {}
}
