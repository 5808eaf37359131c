package org.isobar.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class PageCacheIoTest {
    private static final int SIZE = 1 << 20;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Lane lane = new InlineLane();
    private final ByteBuf data = Buffers.allocateZeroed(SIZE);
    private Path path;
    private FileChannel channel;
    private long nowNs = Long.MAX_VALUE - 1000;
    /** What passes between two looks at the clock. */
    private long stepNs;

    @Before
    public void open() throws Exception {
        path = folder.newFile("file").toPath();
        Files.write(path, new byte[SIZE]);
        channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        for (int i = 0; i < SIZE; i++) {
            data.setByte(i, i * 7);
        }
    }

    @After
    public void close() throws Exception {
        channel.close();
        data.release();
    }

    @Test
    public void leavesBlockDevicesAndDirectModeToTheRing() throws Exception {
        assertEquals(PageCacheIo.Scope.NOTHING, PageCacheIo.scopeOf(path, true, false));
        assertEquals(PageCacheIo.Scope.NOTHING, PageCacheIo.scopeOf(path, false, true));
        assertFalse(io(PageCacheIo.Scope.NOTHING).done(write(0, 4096, 0, false)));
        assertArrayEquals(new byte[SIZE], Files.readAllBytes(path));
    }

    @Test
    public void tellsMemoryFileSystemsFromOthers() throws Exception {
        final boolean memory = "tmpfs".equals(Files.getFileStore(path).type());
        assertEquals(
                memory ? PageCacheIo.Scope.MEMORY : PageCacheIo.Scope.SHORT_WRITES,
                PageCacheIo.scopeOf(path, false, false));
        final Path shared = Path.of("/dev/shm");
        if (Files.isDirectory(shared)
                && "tmpfs".equals(Files.getFileStore(shared).type())) {
            assertEquals(PageCacheIo.Scope.MEMORY, PageCacheIo.scopeOf(shared, false, false));
        }
    }

    @Test
    public void writesWholePagesUpToALength() throws Exception {
        final PageCacheIo io = io(PageCacheIo.Scope.SHORT_WRITES);
        assertTrue(io.done(write(8192, 4096, 100, false)));
        assertTrue(io.done(write(65536, 32768, 300, false)));
        final byte[] file = Files.readAllBytes(path);
        assertArrayEquals(bytes(100, 4096), Arrays.copyOfRange(file, 8192, 12288));
        assertArrayEquals(bytes(300, 32768), Arrays.copyOfRange(file, 65536, 98304));
    }

    @Test
    public void leavesToTheRingWhatMayWait() throws Exception {
        final PageCacheIo io = io(PageCacheIo.Scope.SHORT_WRITES);
        assertFalse("durable", io.done(write(0, 4096, 0, true)));
        assertFalse("part of a page", io.done(write(512, 4096, 0, false)));
        assertFalse("part of a page", io.done(write(4096, 512, 0, false)));
        assertFalse("long", io.done(write(0, 32768 + 4096, 0, false)));
        assertFalse("read", io.done(read(0, 4096, 0)));
        assertFalse("zero", io.done(zero(0, 4096)));
        assertArrayEquals(new byte[SIZE], Files.readAllBytes(path));
    }

    @Test
    public void readsAnythingAndWritesWhatIsShortInMemory() throws Exception {
        final PageCacheIo io = io(PageCacheIo.Scope.MEMORY);
        assertTrue(io.done(write(512, 20_480, 5, false)));
        final byte[] file = Files.readAllBytes(path);
        assertArrayEquals(bytes(5, 20_480), Arrays.copyOfRange(file, 512, 512 + 20_480));
        assertTrue(io.done(read(1024, 200_192, 777)));
        assertArrayEquals(Arrays.copyOfRange(file, 1024, 1024 + 200_192), bytes(777, 200_192));
        assertFalse(io.done(write(0, 32768 + 512, 0, false)));
        assertFalse(io.done(write(0, 512, 0, true)));
        assertFalse(io.done(zero(0, 512)));
    }

    @Test
    public void leavesShortReadsAndFailuresToTheRing() throws Exception {
        final PageCacheIo io = io(PageCacheIo.Scope.MEMORY);
        assertFalse(io.done(read(SIZE - 512, 1024, 0)));
        assertFalse(io.done(read(SIZE, 512, 0)));
        channel.close();
        assertFalse(io.done(write(0, 4096, 0, false)));
    }

    @Test
    public void keepsAwayForSomeTimeAfterAStall() {
        final PageCacheIo io = io(PageCacheIo.Scope.SHORT_WRITES);
        assertTrue(stalls(io));
        assertFalse(writes(io));
        nowNs += PageCacheIo.PAUSE_NS_MIN - 1;
        assertFalse(writes(io));
        nowNs += 1;
        assertTrue(writes(io));
        assertTrue(writes(io));
    }

    @Test
    public void keepsAwayLongerAfterEachStallUntilAQuietTime() {
        final PageCacheIo io = io(PageCacheIo.Scope.SHORT_WRITES);
        long pauseNs = PageCacheIo.PAUSE_NS_MIN;
        for (int i = 0; i < 12; i++) {
            assertTrue(stalls(io));
            nowNs += pauseNs - 1;
            assertFalse("pause " + i, writes(io));
            nowNs += 1;
            pauseNs = Math.min(2 * pauseNs, PageCacheIo.PAUSE_NS_MAX);
        }
        assertTrue(writes(io));
        nowNs += PageCacheIo.PAUSE_NS_MAX;
        assertTrue(stalls(io));
        nowNs += PageCacheIo.PAUSE_NS_MIN;
        assertTrue(writes(io));
    }

    private PageCacheIo io(final PageCacheIo.Scope scope) {
        return new PageCacheIo(channel, scope, () -> {
            nowNs += stepNs;
            return nowNs;
        });
    }

    private boolean stalls(final PageCacheIo io) {
        stepNs = PageCacheIo.STALL_NS + 1;
        final boolean done = writes(io);
        stepNs = 0;
        return done;
    }

    private boolean writes(final PageCacheIo io) {
        return io.done(write(0, 4096, 0, false));
    }

    private IoRequest write(final long offset, final int length, final int index, final boolean durable) {
        final IoRequest request = new Unended();
        request.write(lane, offset, length, data, index, durable);
        return request;
    }

    private IoRequest read(final long offset, final int length, final int index) {
        final IoRequest request = new Unended();
        request.read(lane, offset, length, data, index);
        return request;
    }

    private IoRequest zero(final long offset, final long length) {
        final IoRequest request = new Unended();
        request.zero(lane, offset, length, false);
        return request;
    }

    private byte[] bytes(final int index, final int length) {
        final byte[] bytes = new byte[length];
        data.getBytes(index, bytes);
        return bytes;
    }

    /** Ending a request is for whoever asked. */
    private static final class Unended extends IoRequest {
        @Override
        protected void completed(final IoStatus status) {
            throw new AssertionError("ended in " + status);
        }
    }
}
