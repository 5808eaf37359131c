package org.isobar.itests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;

/** Changes random blocks of 4 KiB of RAID columns behind a running member's back, and looks what became of them. */
final class Flips {
    private static final int BLOCK_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;
    /** Where a device's label says where its chunklets begin, and how long they are. */
    private static final int LABEL_DATA_OFFSET = 120;

    private static final int LABEL_CHUNKLET_BYTES = 128;

    private final Random random;
    private final List<Flip> flips = new ArrayList<>();
    private long restored;
    private long overwritten;

    Flips(final Random random) {
        this.random = random;
    }

    /** What became of the flips that were looked at. */
    long restored() {
        return restored;
    }

    /** Of those, how many were written by somebody else before or after they were mended. */
    long overwritten() {
        return overwritten;
    }

    /** Changes so many different blocks of columns on one device, with a pause now and then. */
    void flip(final JsonNode device, final JsonNode sets, final int count, final long pauseMs) throws IOException {
        final Path path = Path.of(device.get("path").asText());
        final Set<Long> done = new HashSet<>();
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final List<long[]> columns = columns(device.get("uuid").asText(), sets, read(file, 0));
            while (done.size() < count) {
                final long[] column = columns.get(random.nextInt(columns.size()));
                final long at = column[0] + random.nextInt((int) (column[1] / BLOCK_BYTES)) * (long) BLOCK_BYTES;
                if (done.add(at)) {
                    flips.add(flip(path, file, at, columns.get(0)[0]));
                    Appliance.pause(pauseMs);
                }
            }
        }
    }

    /** The strips of each column on a device: first byte and length; what is behind the last whole one belongs to nothing. */
    private static List<long[]> columns(final String device, final JsonNode sets, final byte[] label) {
        final long dataOffset = ByteBuffer.wrap(label).getLong(LABEL_DATA_OFFSET);
        final long chunkletBytes = ByteBuffer.wrap(label).getLong(LABEL_CHUNKLET_BYTES);
        final List<long[]> columns = new ArrayList<>();
        for (final JsonNode set : sets) {
            final JsonNode spec = set.get("info").get("spec");
            for (final JsonNode column : spec.get("columns")) {
                if (column.get("device").asText().equals(device)) {
                    final long from = dataOffset + column.get("chunklet").asLong() * chunkletBytes;
                    final long strip = spec.get("stripBytes").asLong();
                    final long rows = (chunkletBytes - spec.get("logBytes").asLong()) / strip;
                    columns.add(new long[] {from, rows * strip});
                }
            }
        }
        return columns;
    }

    private Flip flip(final Path path, final FileChannel file, final long at, final long elsewhere) throws IOException {
        final byte[] before = read(file, at);
        final byte[] after = before.clone();
        final byte[] noise = new byte[BLOCK_BYTES];
        random.nextBytes(noise);
        switch (random.nextInt(4)) {
            case 0 -> after[random.nextInt(BLOCK_BYTES)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> {
                final int sector = random.nextInt(BLOCK_BYTES / SECTOR_BYTES) * SECTOR_BYTES;
                System.arraycopy(noise, sector, after, sector, SECTOR_BYTES);
            }
            case 2 -> System.arraycopy(read(file, elsewhere), 0, after, 0, BLOCK_BYTES);
            default -> System.arraycopy(noise, 0, after, 0, BLOCK_BYTES);
        }
        if (java.util.Arrays.equals(before, after)) {
            System.arraycopy(noise, 0, after, 0, BLOCK_BYTES);
        }
        file.write(ByteBuffer.wrap(after), at);
        return new Flip(path, at, crc(before), crc(after));
    }

    /** After a scrub: no flipped block may be as it was left. Counts what became of them, and forgets them. */
    void assertAllGone() throws IOException {
        for (final Flip flip : flips) {
            try (FileChannel file = FileChannel.open(flip.path, StandardOpenOption.READ)) {
                final long now = crc(read(file, flip.at));
                if (now == flip.after) {
                    throw new AssertionError("flipped block was not mended: " + flip);
                }
                restored += now == flip.before ? 1 : 0;
                overwritten += now == flip.before ? 0 : 1;
            }
        }
        flips.clear();
    }

    private static byte[] read(final FileChannel file, final long at) throws IOException {
        final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        while (block.hasRemaining()) {
            if (file.read(block, at + block.position()) < 0) {
                throw new IOException("device ends before " + at);
            }
        }
        return block.array();
    }

    private static long crc(final byte[] block) {
        final CRC32C crc = new CRC32C();
        crc.update(block, 0, block.length);
        return crc.getValue();
    }

    /** One block: where, and the checksums of what was there and of what was put there. */
    private record Flip(Path path, long at, long before, long after) {}
}
