package org.isobar.pool.check;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.isobar.common.buffer.Buffers;
import org.isobar.pool.log.HalfImage;
import org.isobar.pool.log.HalfImage.Status;
import org.isobar.pool.log.SystemArea;
import org.isobar.pool.store.MemberState;

/** Verifies the copies of the metadata log, says which is the newest, and reads the state out of it. */
final class LogCheck {
    private final CheckReport report;

    LogCheck(final CheckReport report) {
        this.report = report;
    }

    /** The newest state, or null when there is none that can be read. */
    MemberState check(final List<CheckedDevice> devices) {
        final List<Found> copies = new ArrayList<>();
        for (final CheckedDevice device : devices) {
            try {
                final HalfImage best = read(device);
                if (best != null) {
                    copies.add(new Found(device, best));
                }
            } catch (final IOException unreadable) {
                report.finding("device=" + device.uuid(), "metadata cannot be read: " + unreadable.getMessage());
            }
        }
        report.count("metadata-copies", copies.size());
        if (copies.isEmpty()) {
            if (!devices.isEmpty()) {
                report.finding("metadata", "no copy can be read on any device");
            }
            return null;
        }
        final Set<UUID> logs = copies.stream().map(copy -> copy.image.logId()).collect(Collectors.toSet());
        if (logs.size() > 1) {
            copies.forEach(copy -> report.finding(
                    "device=" + copy.device.uuid(), "holds metadata of another log: log=" + copy.image.logId()));
            return null;
        }
        final Found newest = newest(copies);
        compare(copies, newest);
        checkMajority(newest.image.active(), devices);
        return restore(newest);
    }

    private static Found newest(final List<Found> copies) {
        Found newest = copies.get(0);
        for (final Found copy : copies) {
            if (copy.image.position().compareTo(newest.image.position()) > 0) {
                newest = copy;
            }
        }
        return newest;
    }

    private HalfImage read(final CheckedDevice device) throws IOException {
        final SystemArea area = SystemArea.of(device.layout());
        // What is promised there does not matter to a check, but a start that cannot read it leaves this copy out.
        device.read(area.offset(), SystemArea.HALVES * SystemArea.BLOCK_BYTES);
        HalfImage best = null;
        boolean unknown = false;
        final HalfImage[] halves = new HalfImage[SystemArea.HALVES];
        for (int half = 0; half < halves.length; half++) {
            final HalfImage image = read(device, area, half);
            halves[half] = image;
            if (image.status() == Status.UNKNOWN_VERSION) {
                unknown = true;
                report.finding(where(device, half), "has an unknown version: version=" + image.version());
            } else if (image.status() == Status.VALID
                    && (best == null || image.position().compareTo(best.position()) > 0)) {
                best = image;
            }
        }
        for (int half = 0; half < halves.length; half++) {
            describe(device, half, halves[half], best);
        }
        final boolean stale = best != null && hides(halves, best);
        return unknown || stale ? null : best;
    }

    private HalfImage read(final CheckedDevice device, final SystemArea area, final int half) throws IOException {
        final HalfImage image = new HalfImage(area.halfBytes());
        final ByteBuf window = Buffers.allocate(HalfImage.WINDOW_BYTES);
        try {
            while (image.wantBytes() > 0) {
                device.read(area.halfOffset(half) + image.wantOffset(), image.wantBytes(), window);
                image.accept(window, image.wantBytes());
            }
        } finally {
            window.release();
        }
        return image;
    }

    private void describe(final CheckedDevice device, final int half, final HalfImage image, final HalfImage best) {
        if (image.status() == Status.DAMAGED) {
            report.finding(where(device, half), "checkpoint does not match its header: " + image.covered());
        } else if (image.status() == Status.TORN) {
            report.note(where(device, half), "header is not whole: cut short, or damaged");
        } else if (image == best && image.tailTorn()) {
            report.note(where(device, half), "last batch is not whole, cut short: after " + image.position());
        }
    }

    /** Whether a newer half than the best one has lost its checkpoint. */
    private static boolean hides(final HalfImage[] halves, final HalfImage best) {
        for (final HalfImage image : halves) {
            if (image.status() == Status.DAMAGED && image.covered().compareTo(best.position()) > 0) {
                return true;
            }
        }
        return false;
    }

    private void compare(final List<Found> copies, final Found newest) {
        final List<UUID> active = newest.image.active();
        for (final Found copy : copies) {
            final boolean listed = active.contains(copy.device.uuid());
            if (!copy.image.position().equals(newest.image.position())) {
                report.note(
                        "device=" + copy.device.uuid(),
                        (listed ? "metadata copy is behind: " : "metadata copy is stale, device was dropped: ")
                                + copy.image.position() + " newest=" + newest.image.position());
            } else if (!sameContent(copy.image, newest.image)) {
                report.finding(
                        "device=" + copy.device.uuid(),
                        "metadata copy differs from that of device=" + newest.device.uuid() + " at the same position: "
                                + copy.image.position());
            }
        }
    }

    /** Compared where both copies tell the same story: from the same checkpoint on. */
    private static boolean sameContent(final HalfImage one, final HalfImage other) {
        return !one.covered().equals(other.covered())
                || (one.checkpoint().equals(other.checkpoint())
                        && one.records().equals(other.records())
                        && one.active().equals(other.active()));
    }

    private void checkMajority(final List<UUID> active, final List<CheckedDevice> devices) {
        final Set<UUID> there =
                devices.stream().map(CheckedDevice::uuid).collect(Collectors.toCollection(HashSet::new));
        final List<UUID> missing =
                active.stream().filter(uuid -> !there.contains(uuid)).toList();
        missing.forEach(uuid -> report.note("device=" + uuid, "is missing: the metadata is kept on it as well"));
        if (2 * (active.size() - missing.size()) <= active.size()) {
            report.finding(
                    "metadata",
                    "too few of its devices are there to be sure it is the newest: there="
                            + (active.size() - missing.size()) + " of=" + active.size());
        }
    }

    private MemberState restore(final Found newest) {
        final MemberState state = new MemberState();
        String at = "checkpoint";
        try {
            state.restore(newest.image.checkpoint());
            int number = 0;
            for (final ByteBuf record : newest.image.records()) {
                number++;
                at = "record=" + number + " after the checkpoint";
                state.apply(record);
            }
            report.count("records", number);
            return state;
        } catch (final RuntimeException contradiction) {
            report.finding("metadata device=" + newest.device.uuid() + " " + at, contradiction.getMessage());
            return null;
        }
    }

    private static String where(final CheckedDevice device, final int half) {
        return "device=" + device.uuid() + " metadata half=" + half;
    }

    private record Found(CheckedDevice device, HalfImage image) {}
}
