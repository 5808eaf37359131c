package org.isobar.volume.recording;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isobar.api.StorageException;
import org.isobar.api.recording.RecordingInfo.State;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class AccessFileTest {
    private static final AccessHeader HEADER =
            new AccessHeader("vol-ä", 7, 1L << 50, 4 << 20, 1_700_000_000_000L, 3, 60, 1 << 20);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path path;

    @Before
    public void chooseAFile() {
        path = folder.getRoot().toPath().resolve("file");
    }

    private record Access(long timeUs, int op, long block, int blocks) {}

    @Test
    public void givesBackWhatWasWritten() throws IOException {
        final List<Access> accesses = accesses(new Random(1), 200_000);
        write(accesses, State.ENDED);
        final List<Access> read = new ArrayList<>();
        try (AccessReader reader = read(read)) {
            assertEquals(accesses, read);
            assertEquals(HEADER, reader.header());
            assertEquals(State.ENDED, reader.state());
            assertEquals(accesses.size(), reader.accesses());
            assertEquals(5, reader.dropped());
            assertEquals(1_000_000_007, reader.lastedUs());
            assertEquals(0, reader.unreadableBytes());
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }

    @Test
    public void takesAFewBytesForAnAccess() throws IOException {
        final List<Access> scan = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            scan.add(new Access(100L * i, AccessOp.READ, 128L * i, 128));
        }
        write(scan, State.STOPPED);
        final long bytes = Files.size(path);
        assertTrue("bytes=" + bytes, bytes < 6L * scan.size());
    }

    @Test
    public void tellsHowItEnded() throws IOException {
        for (final State state : new State[] {State.ENDED, State.STOPPED, State.FULL, State.FAILED}) {
            write(List.of(), state);
            try (AccessReader reader = read(new ArrayList<>())) {
                assertEquals(state, reader.state());
            }
            Files.delete(path);
        }
    }

    /** Wherever it is cut, what comes before is read, and what cannot be read is told. */
    @Test
    public void readsAFileThatIsTornAnywhereAsFarAsItGoes() throws IOException {
        final List<Access> accesses = accesses(new Random(2), 9_000);
        write(accesses, State.STOPPED);
        final byte[] whole = Files.readAllBytes(path);
        final int headerBytes = HEADER.encode().length;
        for (int length = headerBytes; length < whole.length; length += 211) {
            Files.write(path, Arrays.copyOf(whole, length));
            final List<Access> read = new ArrayList<>();
            try (AccessReader reader = read(read)) {
                assertEquals(State.INTERRUPTED, reader.state());
                assertEquals(accesses.subList(0, read.size()), read);
                assertEquals(read.size(), reader.accesses());
                assertEquals(length - reader.readBytes(), reader.unreadableBytes());
            }
        }
    }

    /** A bit that flipped is noticed wherever it is: in the header, in a block, in the end. */
    @Test
    public void noticesEveryBitThatFlips() throws IOException {
        write(accesses(new Random(3), 50), State.STOPPED);
        final byte[] whole = Files.readAllBytes(path);
        for (int i = 0; i < whole.length; i++) {
            whole[i] ^= 1;
            Files.write(path, whole);
            assertTrue("index=" + i, damaged());
            whole[i] ^= 1;
        }
    }

    private boolean damaged() throws IOException {
        try (AccessReader reader = read(new ArrayList<>())) {
            return reader.unreadableBytes() > 0 && reader.state() == State.INTERRUPTED;
        } catch (final StorageException refused) {
            return refused.code() == StorageException.Code.IO;
        }
    }

    @Test
    public void refusesWhatIsNoRecording() throws IOException {
        Files.write(path, new byte[10]);
        assertUnreadable("too short");
        Files.write(path, new byte[1000]);
        assertUnreadable("does not begin like one");
        final byte[] newer = HEADER.encode();
        newer[9] = 2;
        Files.write(path, newer);
        assertUnreadable("version=2");
        final byte[] torn = HEADER.encode();
        Files.write(path, Arrays.copyOf(torn, torn.length - 1));
        assertUnreadable("too short");
        Files.write(path, new AccessHeader("v", 7, 1L << 40, 5000, 0, 1, 60, 1 << 20).encode());
        assertUnreadable("pageBytes=5000");
    }

    private void assertUnreadable(final String why) {
        final StorageException refused = assertThrows(StorageException.class, () -> new AccessReader(path));
        assertEquals(StorageException.Code.IO, refused.code());
        assertTrue(refused.getMessage(), refused.getMessage().contains(why));
    }

    @Test
    public void isFullAtItsLimitAndNoLonger() throws IOException {
        final List<Access> accesses = accesses(new Random(4), 500_000);
        int added = 0;
        try (AccessWriter writer = new AccessWriter(path, HEADER)) {
            while (add(writer, accesses.get(added))) {
                added++;
            }
            assertFalse(add(writer, accesses.get(added)));
            writer.end(State.FULL, 1, 0);
            assertEquals(Files.size(path), writer.lengthBytes());
            assertEquals(added, writer.accesses());
        }
        final long bytes = Files.size(path);
        assertTrue("bytes=" + bytes, bytes <= HEADER.limitBytes() && bytes > HEADER.limitBytes() - 200);
        try (AccessReader reader = read(new ArrayList<>())) {
            assertEquals(added, reader.accesses());
            assertEquals(State.FULL, reader.state());
        }
    }

    @Test
    public void takesNoFileThatIsThere() throws IOException {
        Files.write(path, new byte[1]);
        assertThrows(IOException.class, () -> new AccessWriter(path, HEADER));
        assertEquals(1, Files.size(path));
    }

    @Test
    public void samplesOnePageInSoMany() {
        int contained = 0;
        for (int page = 0; page < 100_000; page++) {
            assertTrue(PageSample.contains(page, 1));
            contained += PageSample.contains(page, 10) ? 1 : 0;
        }
        assertEquals(10_000.0, contained, 200.0);
    }

    private void write(final List<Access> accesses, final State how) throws IOException {
        try (AccessWriter writer = new AccessWriter(path, HEADER)) {
            for (final Access access : accesses) {
                assertTrue(add(writer, access));
            }
            writer.end(how, 1_000_000_007, 5);
        }
    }

    private static boolean add(final AccessWriter writer, final Access access) throws IOException {
        return writer.add(access.timeUs, access.op, access.block, access.blocks, 5);
    }

    private AccessReader read(final List<Access> into) throws IOException {
        return new AccessReader(path)
                .all((timeUs, op, block, blocks) -> into.add(new Access(timeUs, op, block, blocks)));
    }

    /** Mostly ascending in time and short, now and then neither. */
    private static List<Access> accesses(final Random random, final int count) {
        final List<Access> all = new ArrayList<>();
        long timeUs = 0;
        for (int i = 0; i < count; i++) {
            timeUs = Math.max(0, timeUs + random.nextInt(20) - 2);
            final boolean odd = random.nextInt(1000) == 0;
            all.add(new Access(
                    timeUs,
                    random.nextInt(3),
                    odd ? random.nextLong() >>> 22 : random.nextInt(1000),
                    odd ? AccessTap.BLOCKS_MAX : random.nextInt(9)));
        }
        return all;
    }
}
