package org.isobar.scsi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.isobar.api.access.Initiator;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.scsi.ScsiTarget;
import org.isobar.api.scsi.ScsiTask;
import org.isobar.api.volume.NamedService;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeListener;
import org.isobar.api.volume.VolumeService;
import org.isobar.api.volume.VolumeSpec;
import org.isobar.api.volume.VolumeThresholds;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.testkit.Simulation;
import org.isobar.testkit.fuzz.LiveBuffers;

/** One volume of 16 MiB behind a target, a nexus whose power-on attention is gone, and a transport of few words. */
final class ScsiFixture {
    static final int SIZE_BYTES = 16 << 20;
    static final int BLOCKS = SIZE_BYTES / 512;
    static final String TARGET = "iqn.2026-11.org.isobar:vol";
    static final String INITIATOR = "iqn.1994-05.com.example:host";

    static {
        LiveBuffers.install();
    }

    final Simulation sim;
    final MemoryVolume volume;
    final OneVolume volumes = new OneVolume();
    final FaultyCatalog catalog;
    final VolumeTargets targets;
    final ScsiTarget target;
    final ScsiNexus nexus;

    ScsiFixture() {
        this(1);
    }

    ScsiFixture(final long seed) {
        this(seed, SIZE_BYTES, new FaultyCatalog());
    }

    /** Over what a catalog kept. */
    ScsiFixture(final long seed, final FaultyCatalog catalog) {
        this(seed, SIZE_BYTES, catalog);
    }

    ScsiFixture(final long seed, final int sizeBytes, final FaultyCatalog catalog) {
        sim = new Simulation(seed);
        this.catalog = catalog;
        volume = new MemoryVolume(sim, "vol", sizeBytes);
        targets = targets();
        volumes.listener.volumeAdded(volume);
        target = targets.find(TARGET).orElseThrow();
        nexus = openReady();
    }

    /** Targets as after a start: over the same catalog. */
    VolumeTargets targets() {
        return new VolumeTargets(config("iqn.2026-11.org.isobar:", 65536), volumes, catalog, sim.lanes());
    }

    static VolumeTargets.Config config(final String prefix, final int pace) {
        return (VolumeTargets.Config) Proxy.newProxyInstance(
                ScsiFixture.class.getClassLoader(),
                new Class<?>[] {VolumeTargets.Config.class},
                (proxy, method, arguments) -> method.getReturnType() == int.class ? (Object) pace : prefix);
    }

    /** Another volume of the same member behind a target of its own. */
    MemoryVolume another(final String name) {
        final MemoryVolume other =
                new MemoryVolume(sim, name, UUID.nameUUIDFromBytes(name.getBytes(UTF_8)), SIZE_BYTES);
        volumes.listener.volumeAdded(other);
        return other;
    }

    /** The member stops and starts again: new targets over the same volume and catalog, and a nexus to ours. */
    ScsiNexus restart() {
        final VolumeTargets again = targets();
        volumes.listener.volumeAdded(volume);
        return openReady(again.find(TARGET).orElseThrow());
    }

    ScsiNexus open() {
        return open(INITIATOR, 1, 1, false);
    }

    ScsiNexus open(final String initiatorName, final long isid, final int portalGroupTag, final boolean readOnly) {
        return target.open(new Initiator(initiatorName, "127.0.0.1", null), isid, portalGroupTag, readOnly);
    }

    /** A nexus of its own that has been told of its power-on. */
    ScsiNexus openReady(final String initiatorName, final long isid, final int portalGroupTag) {
        return ready(open(initiatorName, isid, portalGroupTag, false));
    }

    /** A nexus that has been told of its power-on. */
    ScsiNexus openReady() {
        return ready(open());
    }

    /** A nexus to another target that has been told of its power-on. */
    ScsiNexus openReady(final ScsiTarget to) {
        return ready(to.open(new Initiator(INITIATOR, "127.0.0.1", null), 1, 1, false));
    }

    ScsiNexus ready(final ScsiNexus opened) {
        run(opened, task("00 00 00 00 00 00")).assertSense(0x6, 0x29, 0x00);
        return opened;
    }

    /** Runs a command that transfers no data. */
    Task run(final String cdb) {
        return run(nexus, task(cdb));
    }

    /** Runs a command with data-in of which the initiator takes as much as there is. */
    Task in(final String cdb) {
        return run(nexus, task(cdb).expectIn(1 << 23));
    }

    /** Runs a command with data-out. */
    Task out(final String cdb, final byte[] data) {
        return run(nexus, task(cdb).send(data));
    }

    Task run(final ScsiNexus by, final Task task) {
        start(by, task);
        sim.run();
        assertEquals("completions", 1, task.completions);
        return task;
    }

    void start(final ScsiNexus by, final Task task) {
        task.lane.execute(() -> {
            task.nexus = by;
            by.start(task);
        });
    }

    Task task(final String cdb) {
        return new Task(this).cdb(HexFormat.ofDelimiter(" ").parseHex(cdb));
    }

    /** A CDB of READ (16) and its like. */
    static String cdb16(final int operationCode, final int flags, final long lba, final long blocks) {
        final byte[] cdb = new byte[16];
        cdb[0] = (byte) operationCode;
        cdb[1] = (byte) flags;
        BigEndian.putLong(cdb, 2, lba);
        BigEndian.putInt(cdb, 10, (int) blocks);
        return hex(cdb);
    }

    static String cdb10(final int operationCode, final int flags, final long lba, final int blocks) {
        final byte[] cdb = new byte[10];
        cdb[0] = (byte) operationCode;
        cdb[1] = (byte) flags;
        BigEndian.putInt(cdb, 2, (int) lba);
        BigEndian.putShort(cdb, 7, blocks);
        return hex(cdb);
    }

    static String cdb12(final int operationCode, final int flags, final long lba, final long blocks) {
        final byte[] cdb = new byte[12];
        cdb[0] = (byte) operationCode;
        cdb[1] = (byte) flags;
        BigEndian.putInt(cdb, 2, (int) lba);
        BigEndian.putInt(cdb, 6, (int) blocks);
        return hex(cdb);
    }

    static String hex(final byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    byte[] randomBytes(final int length) {
        final byte[] bytes = new byte[length];
        sim.random().nextBytes(bytes);
        return bytes;
    }

    /** A task, and what a transport does for it. */
    static final class Task extends ScsiTask {
        private final ScsiFixture fixture;
        private ScsiNexus nexus;
        private byte[] toSend = new byte[0];
        private boolean withholdsData;
        private boolean waitsForData;
        private Runnable next = () -> {};

        int completions;
        byte[] received = new byte[0];

        Task(final ScsiFixture fixture) {
            this.fixture = fixture;
            final Lane any = fixture.sim
                    .lanes()
                    .lane(fixture.sim.random().nextInt(fixture.sim.lanes().count()));
            lane = any;
        }

        Task cdb(final byte[] bytes) {
            resetAnswer();
            completions = 0;
            received = new byte[0];
            Arrays.fill(cdb, (byte) 0);
            System.arraycopy(bytes, 0, cdb, 0, bytes.length);
            cdbBytes = Math.max(16, bytes.length);
            return this;
        }

        Task expectIn(final int bytes) {
            expectedInBytes = bytes;
            return this;
        }

        Task send(final byte[] data) {
            toSend = data;
            expectedOutBytes = data.length;
            return this;
        }

        Task to(final long number) {
            lun = number;
            return this;
        }

        Task onLane(final int index) {
            lane = fixture.sim.lanes().lane(index);
            return this;
        }

        Task withholdData() {
            withholdsData = true;
            return this;
        }

        /** What to do once it has ended. */
        void afterwards(final Runnable then) {
            next = then;
        }

        /** Nobody waits for it any more; only while it is in the unit's hands. */
        void abort() {
            if (nexus != null && completions == 0 && !waitsForData) {
                nexus.abort(this);
            }
        }

        void sendNow() {
            waitsForData = false;
            withholdsData = false;
            final int bytes = (int) Math.min(dataOutWantedBytes, expectedOutBytes);
            dataOut = bytes == 0 ? null : Buffers.allocate(bytes).writeBytes(toSend, 0, bytes);
            dataOutBytes = bytes;
            nexus.dataArrived(this);
        }

        @Override
        protected void dataOutWanted(final int bytes) {
            assertTrue("on its lane", lane.current());
            waitsForData = true;
            if (withholdsData) {
                return;
            }
            if (fixture.sim.random().nextBoolean()) {
                sendNow();
            } else {
                lane.execute(this::sendNow);
            }
        }

        @Override
        protected void completed() {
            assertTrue("on its lane", lane.current());
            completions++;
            if (dataOut != null) {
                assertEquals("data-out references", 1, dataOut.refCnt());
                dataOut.release();
            }
            if (dataIn != null) {
                final ByteBuf data = dataIn;
                assertEquals("data-in references", 1, data.refCnt());
                received = new byte[data.readableBytes()];
                data.getBytes(data.readerIndex(), received);
                data.release();
                assertTrue("cut to what is expected", received.length <= expectedInBytes);
                assertEquals("as announced", Math.min(dataInBytes, expectedInBytes), received.length);
            }
            next.run();
        }

        Task assertGood() {
            assertEquals("status; sense " + hex(Arrays.copyOf(sense, senseBytes)), 0, status);
            assertEquals("sense length", 0, senseBytes);
            return this;
        }

        Task assertSense(final int key, final int asc, final int ascq) {
            assertEquals("status", 2, status);
            assertTrue("sense data", senseBytes > 0);
            final boolean fixed = sense[0] == 0x70 || sense[0] == (byte) 0xF0;
            final String expected = String.format("%02x/%02x/%02x", key, asc, ascq);
            assertEquals(
                    expected,
                    fixed
                            ? String.format("%02x/%02x/%02x", sense[2] & 0xF, sense[12], sense[13])
                            : String.format("%02x/%02x/%02x", sense[1] & 0xF, sense[2], sense[3]));
            assertEquals("data-in of a failed command", 0, dataInBytes);
            return this;
        }

        Task assertConflict() {
            assertEquals("status", 0x18, status);
            assertEquals("sense length", 0, senseBytes);
            assertEquals("data-in of a failed command", 0, dataInBytes);
            return this;
        }

        Task assertInvalidCdb() {
            return assertSense(0x5, 0x24, 0x00);
        }

        Task assertBeyondEnd() {
            return assertSense(0x5, 0x21, 0x00);
        }

        int senseKey() {
            return sense[sense[0] == 0x72 ? 1 : 2] & 0xF;
        }

        long information() {
            assertEquals("fixed format, valid", (byte) 0xF0, sense[0]);
            return BigEndian.unsignedInt(sense, 3);
        }

        /** Byte that the sense-key specific field points at. */
        int field() {
            assertTrue("SKSV", (sense[15] & 0x80) != 0);
            return BigEndian.unsignedShort(sense, 16);
        }
    }

    /** A volume service with one listener. */
    static final class OneVolume implements VolumeService {
        VolumeListener listener;
        final List<VolumeListener> removed = new ArrayList<>();

        @Override
        public List<NamedService> services() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void addListener(final VolumeListener added) {
            listener = added;
        }

        @Override
        public void removeListener(final VolumeListener gone) {
            removed.add(gone);
        }

        @Override
        public List<Volume> volumes() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Volume> find(final String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> users(final String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<VolumeInfo> create(final VolumeSpec spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<VolumeInfo> grow(final String name, final long sizeBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<VolumeInfo> changeThresholds(final String name, final VolumeThresholds thresholds) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<VolumeInfo> setVerifyReads(final String name, final boolean on) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> delete(final String name, final boolean force) {
            throw new UnsupportedOperationException();
        }
    }
}
