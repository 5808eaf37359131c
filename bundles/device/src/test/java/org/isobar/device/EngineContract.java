package org.isobar.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.io.File;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.Superblock;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.NettyLanes;
import org.isobar.common.rng.SecureRng;
import org.isobar.common.time.SystemClock;
import org.isobar.device.health.HealthRecord;
import org.isobar.device.health.HealthSettings;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What every engine must do on a real file; subclasses say which engine, mode and transport. */
public abstract class EngineContract {
    private static final int SIZE = 16 << 20;

    @Rule
    public final TemporaryFolder folder;

    private final ExecutorService control = Executors.newSingleThreadExecutor();
    private final String transport;
    private final String engine;
    private final boolean direct;
    private NettyLanes lanes;
    private Path path;
    private DeviceSession session;
    private FileDevice device;
    private Lane lane;
    private byte[] model;

    EngineContract(final String transport, final String engine, final boolean direct) {
        this(transport, engine, direct, null);
    }

    EngineContract(final String transport, final String engine, final boolean direct, final File parent) {
        folder = new TemporaryFolder(parent);
        this.transport = transport;
        this.engine = engine;
        this.direct = direct;
    }

    @Before
    public void open() throws Exception {
        lanes = new NettyLanes(2, transport);
        lane = lanes.lane(1);
        path = folder.newFile("device").toPath();
        model = new byte[SIZE];
        new Random(1).nextBytes(model);
        Files.write(path, model);
        final DeviceSettings settings = new DeviceSettings(List.of(), 1000, 1 << 20, engine, direct, 1000);
        final DeviceErrors errors = new DeviceErrors("test", control);
        session = new DeviceOpener(lanes, control, settings).session(OpenFile.open(path), errors);
        final UUID none = new UUID(0, 0);
        device = new FileDevice(
                new Superblock(none, none, none, 1, SIZE, 512, new DeviceLayout(0, 0, 0, 0, 0, 0, 0, 1 << 20, 16)),
                new HealthRecord(
                        "test", "file", lanes, new SystemClock(), new SecureRng(), HealthSettings.DEFAULT, () -> {}));
        device.online(session);
    }

    @After
    public void close() throws Exception {
        if (device.offline(DeviceState.MISSING) != null) {
            session.close().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
        control.shutdown();
        lanes.close();
    }

    /** Whether reads wait for their turn; if not, they are done on the spot. */
    boolean queues() {
        return true;
    }

    @Test
    public void isTheEngineAskedFor() {
        assertEquals(engine, session.engine());
    }

    @Test
    public void writesAnyRangeOfWholeBlocks() throws Exception {
        final int[][] ranges = {
            {0, 512},
            {512, 512},
            {3584, 1024},
            {4096, 4096},
            {8192 - 512, 4096 + 1024},
            {65536, 65536},
            {200_192, 150_016},
            {SIZE - 512, 512},
            {SIZE - 4096, 4096},
            {1 << 20, 3 << 20}
        };
        for (final int[] range : ranges) {
            write(range[0], range[1], false);
        }
        assertFileIsModel();
    }

    @Test
    public void readsAnyRangeOfWholeBlocks() {
        final int[][] ranges = {
            {0, 512}, {512, 512}, {3584, 1024}, {4096, 4096}, {7680, 5120}, {100_352, 150_016}, {SIZE - 512, 512}
        };
        for (final int[] range : ranges) {
            assertArrayEquals(
                    Arrays.copyOfRange(model, range[0], range[0] + range[1]),
                    Requests.read(device, lane, range[0], range[1]));
        }
    }

    @Test
    public void movesMoreThanOneSystemCallTakes() throws Exception {
        write(4096, 10 << 20, false);
        assertFileIsModel();
        assertArrayEquals(Arrays.copyOfRange(model, 0, 12 << 20), Requests.read(device, lane, 0, 12 << 20));
    }

    @Test
    public void takesPayloadFromInsideABuffer() throws Exception {
        final ByteBuf data = Buffers.allocate(16384);
        for (int i = 0; i < data.capacity(); i++) {
            data.setByte(i, i * 31);
        }
        final Requests.Awaited write = new Requests.Awaited();
        write.write(lane, 12288, 8192, data, 1234, false);
        assertEquals(IoStatus.OK, Requests.submit(device, write).await());
        data.getBytes(1234, model, 12288, 8192);
        assertFileIsModel();
        final Requests.Awaited read = new Requests.Awaited();
        read.read(lane, 12288, 4096, data, 77);
        assertEquals(IoStatus.OK, Requests.submit(device, read).await());
        final byte[] got = new byte[4096];
        data.getBytes(77, got);
        assertArrayEquals(Arrays.copyOfRange(model, 12288, 16384), got);
        data.release();
    }

    @Test
    public void writesDurably() throws Exception {
        write(512, 512, true);
        write(8192, 1 << 20, true);
        assertFileIsModel();
    }

    @Test
    public void zeroMakesExactlyItsRangeReadAsZeros() throws Exception {
        final long[][] ranges = {{512, 512}, {4096, 4096}, {10_240, 9216}, {1_000_448, 5 << 20}, {SIZE - 512, 512}};
        for (final long[] range : ranges) {
            assertEquals(IoStatus.OK, Requests.zero(device, lane, range[0], range[1], range[0] == 4096));
            Arrays.fill(model, (int) range[0], (int) (range[0] + range[1]), (byte) 0);
        }
        assertFileIsModel();
    }

    @Test
    public void discardReadsAsZeros() throws Exception {
        final Requests.Awaited request = new Requests.Awaited();
        request.discard(lane, 8192, 65536);
        assertEquals(IoStatus.OK, Requests.submit(device, request).await());
        Arrays.fill(model, 8192, 8192 + 65536, (byte) 0);
        assertFileIsModel();
    }

    @Test
    public void flushesWhetherOrNotSomethingWasWritten() {
        assertEquals(IoStatus.OK, Requests.flush(device, lane));
        assertEquals(IoStatus.OK, Requests.flush(device, lane));
        write(0, 512, false);
        assertEquals(IoStatus.OK, Requests.flush(device, lanes.lane(0)));
    }

    @Test
    public void refusesRangesBeyondTheEndOrNotOfWholeBlocks() {
        final byte[] block = new byte[512];
        for (final long offset : new long[] {SIZE, SIZE - 256, 1, -512, Long.MAX_VALUE - 511}) {
            assertEquals(IoStatus.OUT_OF_RANGE, Requests.readInto(device, lane, offset, block));
            assertEquals(IoStatus.OUT_OF_RANGE, Requests.write(device, lane, offset, block, false));
        }
        assertEquals(IoStatus.OUT_OF_RANGE, Requests.write(device, lane, 0, new byte[513], false));
        assertEquals(IoStatus.OUT_OF_RANGE, Requests.zero(device, lane, 512, SIZE, false));
        assertEquals(IoStatus.OUT_OF_RANGE, Requests.zero(device, lane, 512, -512, false));
    }

    @Test
    public void nothingToDoIsDone() {
        assertEquals(IoStatus.OK, Requests.readInto(device, lane, SIZE, new byte[0]));
        assertEquals(IoStatus.OK, Requests.zero(device, lane, 0, 0, false));
    }

    @Test
    public void fileThatWasCutShortIsAnErrorAndNeverZeros() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(1 << 20);
        }
        assertEquals(IoStatus.IO_ERROR, Requests.readInto(device, lane, 1 << 20, new byte[512]));
        assertEquals(IoStatus.IO_ERROR, Requests.readInto(device, lane, (1 << 20) - 4096, new byte[8192]));
        assertEquals(IoStatus.OK, Requests.readInto(device, lane, (1 << 20) - 4096, new byte[4096]));
    }

    @Test
    public void queueIsBoundedAndEveryRequestEnds() {
        final int count = 8000;
        final ByteBuf data = Buffers.allocate(4096);
        final List<Requests.Awaited> all = new ArrayList<>();
        lane.execute(() -> {
            for (int i = 0; i < count; i++) {
                final Requests.Awaited request = new Requests.Awaited();
                request.read(lane, 0, 4096, data, 0);
                all.add(request);
                device.submit(request);
            }
        });
        assertEquals(IoStatus.OK, Requests.flush(device, lane));
        int busy = 0;
        for (final Requests.Awaited request : all) {
            final IoStatus status = request.await();
            busy += status == IoStatus.BUSY ? 1 : 0;
            assertTrue(status.toString(), status == IoStatus.OK || status == IoStatus.BUSY);
        }
        assertEquals(queues() ? count - DeviceIo.WAITING_LIMIT - 256 : 0, busy);
        data.release();
    }

    @Test
    public void lossLetsRunningRequestsEndAndRefusesTheRest() throws Exception {
        final ByteBuf data = Buffers.allocateZeroed(65536);
        final List<Requests.Awaited> all = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            final Requests.Awaited request = new Requests.Awaited();
            request.write(lanes.lane(i % 2), i * 32768L, 32768, data, 0, false);
            all.add(Requests.submit(device, request));
        }
        device.offline(DeviceState.MISSING);
        session.close().toCompletableFuture().get(30, TimeUnit.SECONDS);
        for (final Requests.Awaited request : all) {
            final IoStatus status = request.await();
            assertTrue(status.toString(), status == IoStatus.OK || status == IoStatus.OFFLINE);
        }
        assertEquals(IoStatus.OFFLINE, Requests.readInto(device, lane, 0, new byte[512]));
        assertEquals(IoStatus.OFFLINE, Requests.flush(device, lane));
        data.release();
    }

    @Test
    public void agreesWithAModelUnderConcurrentRandomRequests() throws Exception {
        final long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(getClass().getSimpleName() + " seed=" + seed);
        final RandomLoad load = new RandomLoad(seed, lanes, device, model);
        load.run(1000);
        assertFileIsModel();
    }

    private void write(final int offset, final int length, final boolean durable) {
        final byte[] bytes = new byte[length];
        new Random(offset ^ length).nextBytes(bytes);
        assertEquals(IoStatus.OK, Requests.write(device, lane, offset, bytes, durable));
        System.arraycopy(bytes, 0, model, offset, length);
    }

    private void assertFileIsModel() throws Exception {
        assertEquals(-1, Arrays.mismatch(model, Files.readAllBytes(path)));
    }
}
