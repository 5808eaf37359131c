package org.isobar.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceProbe;
import org.isobar.api.device.Superblock;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.spi.device.DeviceWrapping;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;

/** A device with a layer of a test's between, on real files. */
public final class WrappedDeviceTest {
    private static final int UNIT = DeviceIo.UNIT_BYTES;

    private final TemporaryFolder folder = new TemporaryFolder();
    private final DeviceRig rig = new DeviceRig(folder);
    private final Between between = new Between();

    @Rule
    public final RuleChain rules = RuleChain.outerRule(folder).around(rig);

    private DeviceInfo info;
    private Device device;
    private Lane lane;
    private long at;

    @Before
    public void addDevice() throws Exception {
        info = rig.added("a");
        device = rig.device(info);
        lane = rig.lanes.lane(0);
        at = Superblock.BYTES * 1024L;
    }

    @Test
    public void takesEffectOnOpenDevicesAndCeasesTo() throws Exception {
        assertEquals(IoStatus.OK, Requests.zero(device, lane, at, UNIT, false));
        assertEquals(0, between.count(IoOp.ZERO));
        bind(between);
        assertEquals(IoStatus.OK, Requests.zero(device, lane, at, UNIT, false));
        assertEquals(1, between.count(IoOp.ZERO));
        unbind(between);
        assertEquals(IoStatus.OK, Requests.zero(device, lane, at, UNIT, false));
        assertEquals(1, between.count(IoOp.ZERO));
    }

    @Test
    public void takesEffectOnDevicesThatAreOpenedLater() throws Exception {
        bind(between);
        final Device later = rig.device(rig.added("b"));
        final byte[] bytes = random(2 * UNIT);
        assertEquals(IoStatus.OK, Requests.write(later, lane, at, bytes, true));
        assertArrayEquals(bytes, Requests.read(later, lane, at, bytes.length));
        assertEquals(1, between.count(IoOp.READ));
        assertEquals(rig.scanned.resolve("b").toString(), between.paths.get(between.paths.size() - 1));
    }

    @Test
    public void seesOneFlushOnlyWhenThereIsSomethingToMakeDurable() throws Exception {
        Requests.flush(device, lane);
        bind(between);
        assertEquals(IoStatus.OK, Requests.flush(device, lane));
        assertEquals(0, between.count(IoOp.FLUSH));
        assertEquals(IoStatus.OK, Requests.write(device, lane, at, random(UNIT), false));
        assertEquals(IoStatus.OK, Requests.flush(device, lane));
        assertEquals(1, between.count(IoOp.FLUSH));
    }

    @Test
    public void seesWhatTheProfilerMeasuresWith() throws Exception {
        final DeviceProbe before =
                rig.devices.probe(info.uuid()).toCompletableFuture().get(30, TimeUnit.SECONDS);
        bind(between);
        Requests.read(before, lane, at, UNIT);
        assertEquals(1, between.count(IoOp.READ));
        assertEquals(IoStatus.OK, Requests.write(before, lane, at, random(UNIT), false));
        assertEquals(1, between.count(IoOp.WRITE));
    }

    @Test
    public void endsWithWhatTheLayerSays() throws Exception {
        bind(between);
        between.ending = IoStatus.IO_ERROR;
        assertEquals(IoStatus.IO_ERROR, Requests.write(device, lane, at, random(UNIT), false));
        final long errors = rig.infoOf(info).writeErrors();
        between.ending = null;
        assertEquals("none that the device had", 0, errors);
        assertEquals(IoStatus.OK, Requests.write(device, lane, at, random(UNIT), false));
        assertEquals(IoStatus.OK, Requests.flush(device, lane));
    }

    @Test
    public void flushEndsWithWhatTheLayerSays() throws Exception {
        bind(between);
        assertEquals(IoStatus.OK, Requests.write(device, lane, at, random(UNIT), false));
        between.ending = IoStatus.IO_ERROR;
        assertEquals(IoStatus.IO_ERROR, Requests.flush(device, lane));
        between.ending = null;
        assertEquals(IoStatus.OK, Requests.flush(device, lane));
    }

    @Test
    public void heldRequestsEndAfterItWasWithdrawn() throws Exception {
        bind(between);
        between.holding = true;
        final byte[] bytes = random(UNIT);
        final Requests.Awaited held = write(bytes);
        final IoRequest taken = between.awaitHeld();
        unbind(between);
        assertFalse(held.result.isDone());
        assertEquals(IoStatus.OK, Requests.write(device, lane, at + UNIT, bytes, true));
        lane.execute(() -> between.inside.submit(taken));
        assertEquals(IoStatus.OK, held.await());
        assertArrayEquals(bytes, Requests.read(device, lane, at, UNIT));
        held.data().release();
    }

    @Test
    public void closingWaitsForWhatIsHeldAndEndsItOffline() throws Exception {
        bind(between);
        between.holding = true;
        final Requests.Awaited held = write(random(UNIT));
        final IoRequest taken = between.awaitHeld();
        final var forgotten = rig.devices.forget(info.uuid()).toCompletableFuture();
        // What the device thread does next comes after the closing has begun.
        rig.scan();
        assertFalse(forgotten.isDone());
        lane.execute(() -> between.inside.submit(taken));
        assertEquals(IoStatus.OFFLINE, held.await());
        forgotten.get(30, TimeUnit.SECONDS);
        held.data().release();
    }

    @Test
    public void failingWrappingLeavesTheDeviceAsItIs() throws Exception {
        bind((path, inner) -> {
            throw new IllegalStateException("cannot wrap " + path);
        });
        assertEquals(IoStatus.OK, Requests.zero(device, lane, at, UNIT, false));
    }

    @Test
    public void anotherOneTakesOverBeforeTheFirstGoes() throws Exception {
        final Between second = new Between();
        bind(between);
        bind(second);
        unbind(between);
        assertEquals(IoStatus.OK, Requests.zero(device, lane, at, UNIT, false));
        assertEquals(0, between.count(IoOp.ZERO));
        assertEquals(1, second.count(IoOp.ZERO));
    }

    @Test
    public void comesAndGoesUnderLoad() throws Exception {
        final List<Requests.Awaited> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            for (int k = 0; k < 8; k++) {
                final Requests.Awaited request = new Requests.Awaited();
                request.zero(lane, at + (long) k * UNIT, UNIT, k == 0);
                all.add(Requests.submit(device, request));
            }
            if (i % 2 == 0) {
                rig.devices.bindWrapping(between);
            } else {
                rig.devices.unbindWrapping(between);
            }
        }
        all.forEach(request -> assertEquals(IoStatus.OK, request.await()));
    }

    private Requests.Awaited write(final byte[] bytes) {
        final Requests.Awaited request = new Requests.Awaited();
        request.write(lane, at, bytes.length, Buffers.allocate(bytes.length).setBytes(0, bytes), 0, false);
        return Requests.submit(device, request);
    }

    /** Returns once it is used. */
    private void bind(final DeviceWrapping wrapping) throws Exception {
        rig.devices.bindWrapping(wrapping);
        rig.scan();
    }

    private void unbind(final DeviceWrapping wrapping) throws Exception {
        rig.devices.unbindWrapping(wrapping);
        rig.scan();
    }

    private static byte[] random(final int length) {
        final byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Counts what comes through, and holds or ends it. */
    private static final class Between implements DeviceWrapping {
        private final List<String> paths = new ArrayList<>();
        private final List<IoOp> seen = new ArrayList<>();
        private final BlockingQueue<IoRequest> held = new LinkedBlockingQueue<>();
        private volatile BlockLayer inside;
        private volatile boolean holding;
        private volatile IoStatus ending;

        @Override
        public BlockLayer wrap(final String path, final BlockLayer inner) {
            inside = inner;
            paths.add(path);
            return new BlockLayer() {
                @Override
                public long sizeBytes() {
                    return inner.sizeBytes();
                }

                @Override
                public int blockBytes() {
                    return inner.blockBytes();
                }

                @Override
                public void submit(final IoRequest request) {
                    synchronized (seen) {
                        seen.add(request.op());
                    }
                    if (ending != null) {
                        request.complete(ending);
                    } else if (holding) {
                        held.add(request);
                    } else {
                        inner.submit(request);
                    }
                }
            };
        }

        long count(final IoOp op) {
            synchronized (seen) {
                return seen.stream().filter(op::equals).count();
            }
        }

        IoRequest awaitHeld() throws InterruptedException {
            return held.poll(30, TimeUnit.SECONDS);
        }
    }
}
