package org.isobar.pool.check;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.SumBlock;
import org.isobar.api.device.Superblock;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.IntentBlock;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.common.kernel.Crc32c;
import org.isobar.pool.log.LogImages;
import org.isobar.pool.log.Position;
import org.isobar.pool.store.StateBytes;
import org.isobar.testkit.SimMedia;

/**
 * Three devices in memory, clean: set 1 (parity, all three devices, chunklet 0) with page 0 of volume 7 in slot 0, set
 * 2 (mirror, devices 0 and 1, chunklet 1) with page 0 of volume 8 in slot 1. Tests damage the bytes and run the
 * checker.
 */
final class CheckRig {
    static final int DEVICES = 3;
    static final int DEVICE_BYTES = 4 << 20;
    static final int CHUNKLET_BYTES = 256 << 10;
    static final int STRIP_BYTES = 4096;
    static final int PAGE_BYTES = 64 << 10;
    static final DeviceLayout LAYOUT = SimMedia.layoutFor(DEVICE_BYTES, CHUNKLET_BYTES);
    static final UUID LOG = new UUID(5, 5);
    static final UUID MEMBER = new UUID(1, 1);

    final byte[][] devices = new byte[DEVICES][DEVICE_BYTES];
    private final Path folder;
    private byte[] state;

    CheckRig(final Path folder) {
        this.folder = folder;
        for (int i = 0; i < DEVICES; i++) {
            label(i, MEMBER, 3);
        }
        state(standardState().bytes());
        for (int i = 0; i < STRIP_BYTES * 3; i++) {
            final byte one = (byte) (i * 7 + 1);
            final byte two = (byte) (i * 3 + 5);
            devices[0][data(0, i)] = one;
            devices[1][data(0, i)] = two;
            devices[2][data(0, i)] = (byte) (one ^ two);
            // Slot 1 of the mirror begins with stripe 16.
            devices[0][data(1, 16 * STRIP_BYTES + i)] = one;
            devices[1][data(1, 16 * STRIP_BYTES + i)] = one;
        }
    }

    static UUID uuid(final int device) {
        return new UUID(0, device + 1);
    }

    static List<UUID> uuids() {
        return List.of(uuid(0), uuid(1), uuid(2));
    }

    /** Where a byte of a chunklet is. */
    static int data(final int chunklet, final int offset) {
        return (int) LAYOUT.chunkletOffset(chunklet) + offset;
    }

    static RaidColumn column(final int device, final int chunklet) {
        return new RaidColumn(uuid(device), chunklet, ColumnState.IN_SYNC);
    }

    static RaidSetSpec set(final long id, final String level, final RaidColumn... columns) {
        return new RaidSetSpec(id, level, STRIP_BYTES, CHUNKLET_BYTES, List.of(columns));
    }

    /** Pools and spaces without sets. */
    static StateBytes emptyState() {
        return new StateBytes()
                .pool("A", "mirror")
                .pool("B", "parity")
                .space(7, 1 << 20, PAGE_BYTES, "B")
                .space(8, 1 << 20, PAGE_BYTES, "A");
    }

    /** With both sets. */
    static StateBytes setsState() {
        return emptyState()
                .set("B", PAGE_BYTES, 8, set(1, "parity", column(0, 0), column(1, 0), column(2, 0)))
                .set("A", PAGE_BYTES, 4, set(2, "mirror", column(0, 1), column(1, 1)));
    }

    static StateBytes standardState() {
        return setsState().page(7, 0, 1, 0).page(8, 0, 2, 1);
    }

    void label(final int device, final UUID member, final long generation) {
        final byte[] block = new Superblock(
                        uuid(device), member, new UUID(2, 2), generation, DEVICE_BYTES, STRIP_BYTES, LAYOUT)
                .encode()
                .array();
        System.arraycopy(block, 0, devices[device], 0, block.length);
        System.arraycopy(block, 0, devices[device], DEVICE_BYTES - block.length, block.length);
    }

    /** The same state in half 0 of all devices. */
    void state(final byte[] bytes) {
        state = bytes;
        for (int i = 0; i < DEVICES; i++) {
            state(i, 0, new Position(4, 100), bytes);
        }
    }

    void state(final int device, final int half, final Position covers, final byte[] bytes) {
        LogImages.checkpoint(devices[device], LAYOUT, half, LOG, covers, uuids(), bytes);
    }

    /** Adds the record of a page to a device's log; returns where its batch begins. */
    int append(
            final int device, final long sequence, final long volume, final long page, final long set, final int slot) {
        return append(device, sequence, StateBytes.pageRecord(volume, page, set, slot));
    }

    /** Adds a record to a device's log; returns where its batch begins. */
    int append(final int device, final long sequence, final ByteBuf record) {
        return LogImages.batch(devices[device], LAYOUT, 0, LOG, new Position(4, sequence), state.length, record);
    }

    /** Writes checksums of all blocks of a column as they are now. */
    void sum(final int device, final int chunklet, final long set, final int column) {
        final int[] sums = new int[SumBlock.ENTRIES];
        final Crc32c crc = new Crc32c();
        for (int block = 0; block < CHUNKLET_BYTES / SumBlock.DATA_BYTES; block++) {
            sums[block] = SumBlock.of(
                    crc, Unpooled.wrappedBuffer(devices[device]), data(chunklet, block * SumBlock.DATA_BYTES));
        }
        final byte[] image = new byte[SumBlock.BYTES];
        SumBlock.encode(sums, set, column, 0, image);
        System.arraycopy(image, 0, devices[device], (int) LAYOUT.chunkletSumsOffset(chunklet), image.length);
    }

    /** Marks regions of a set in a device's write intent. */
    void markIntent(final int device, final int chunklet, final long set, final long regions) {
        final IntentBlock block = new IntentBlock();
        final int at = (int) LAYOUT.intentOffset();
        final byte[] image = Arrays.copyOfRange(devices[device], at, at + IntentBlock.BYTES);
        assertTrue(block.read(image));
        block.put(chunklet, set, regions);
        block.writeTo(image);
        System.arraycopy(image, 0, devices[device], at, image.length);
    }

    Path file(final int device) {
        return folder.resolve("device" + device);
    }

    List<String> write(final int... which) throws IOException {
        final List<String> paths = new ArrayList<>();
        for (final int device : which) {
            Files.write(file(device), devices[device]);
            paths.add(file(device).toString());
        }
        return paths;
    }

    /** Checks these devices, with options before them. */
    Outcome check(final List<String> options, final int... which) throws IOException {
        final List<String> args = new ArrayList<>(options);
        args.addAll(write(which));
        return run(args);
    }

    Outcome check() throws IOException {
        return check(List.of(), 0, 1, 2);
    }

    static Outcome run(final List<String> args) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream errors = new ByteArrayOutputStream();
        final int status = CheckMain.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
        return new Outcome(status, out.toString(StandardCharsets.UTF_8) + errors.toString(StandardCharsets.UTF_8));
    }

    /** Exit status and everything printed. */
    record Outcome(int status, String text) {
        void assertClean() {
            assertEquals(text, 0, status);
        }

        /** Exactly one finding, naming all of these. */
        void assertFinds(final String... names) {
            assertEquals(text, 1, status);
            final List<String> findings =
                    text.lines().filter(line -> line.startsWith("finding: ")).toList();
            assertEquals(text, 1, findings.size());
            for (final String name : names) {
                assertTrue(name + " in " + findings, findings.get(0).contains(name));
            }
        }

        void assertNotes(final String... names) {
            assertTrue(
                    String.join(" ", names) + " in " + text,
                    text.lines()
                            .anyMatch(line -> line.startsWith("note: ")
                                    && Arrays.stream(names).allMatch(line::contains)));
        }
    }
}
