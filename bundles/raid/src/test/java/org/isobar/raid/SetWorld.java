package org.isobar.raid;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.job.Job;
import org.isobar.common.job.Jobs;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.isobar.testkit.FaultDevice;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.SimDevices;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.Simulation;

/** One set on simulated devices, one column on each, with some devices to spare; can crash and come back. */
final class SetWorld {
    static final int STRIP_BYTES = 4096;
    static final int INTENT_IDLE_MS = 5000;
    static final long CHUNKLET_BYTES = 66L * STRIP_BYTES;
    /** Enough for narrow sets only, so that wide ones push pages out. */
    static final int SUM_PAGES = 6;

    static final List<RaidLevel> LEVELS = List.of(new Raid10Level(), new Raid5Level(), new Raid50Level());
    private static final long SET_ID = 7;
    private static final long DEVICE_BYTES = 4L << 20;
    private static final int SPARES = 2;

    private final Simulation sim;
    private final String level;
    private final long logBytes;
    private final int stripBytes;
    private final boolean writeBack;
    private final int smallBytes;
    private boolean onTheSpot;
    private final List<SimMedia> media = new ArrayList<>();
    private final List<SimDevice> devices = new ArrayList<>();
    private final List<FaultDevice> faults = new ArrayList<>();
    private final UUID[] places;
    private final int[] chunklets;
    private final TestJournal journal;
    private SimDevices directory;
    private RaidEngineService engine;
    private RaidSet set;

    SetWorld(final long seed, final String level, final int columns) {
        this(new Simulation(seed), level, columns);
    }

    SetWorld(final Simulation sim, final String level, final int columns) {
        this(sim, level, columns, STRIP_BYTES, 0, false);
    }

    /** With a write log of so many bytes behind the data of each column. */
    SetWorld(final Simulation sim, final String level, final int columns, final long logBytes) {
        this(sim, level, columns, STRIP_BYTES, logBytes, false);
    }

    /** With strips of so many bytes, and a write log of so many bytes or none. */
    SetWorld(final Simulation sim, final String level, final int columns, final int stripBytes, final long logBytes) {
        this(sim, level, columns, stripBytes, logBytes, false);
    }

    /** As above; small writes may end when they are in the log. */
    SetWorld(
            final Simulation sim,
            final String level,
            final int columns,
            final int stripBytes,
            final long logBytes,
            final boolean writeBack) {
        this(sim, level, columns, stripBytes, logBytes, writeBack, EngineSettings.DEFAULT.smallBytes());
    }

    /** As above; writes are small up to so many bytes. */
    SetWorld(
            final Simulation sim,
            final String level,
            final int columns,
            final int stripBytes,
            final long logBytes,
            final boolean writeBack,
            final int smallBytes) {
        this.sim = sim;
        this.writeBack = writeBack;
        this.smallBytes = smallBytes;
        this.logBytes = logBytes;
        this.level = level;
        this.stripBytes = stripBytes;
        final long deviceBytes = DEVICE_BYTES + 4 * logBytes;
        places = new UUID[columns];
        chunklets = new int[columns];
        final List<ColumnState> states = new ArrayList<>();
        for (int device = 0; device < columns + SPARES; device++) {
            media.add(new SimMedia(
                    new UUID(1, device), deviceBytes, SimMedia.layoutFor(deviceBytes, CHUNKLET_BYTES + logBytes)));
            if (device < columns) {
                places[device] = new UUID(1, device);
                chunklets[device] = device % 3;
                states.add(ColumnState.IN_SYNC);
            }
        }
        journal = new TestJournal(sim, states);
        boot();
        assemble();
        await(() -> set.initialize());
    }

    /** Starts a process over the media. */
    private void boot() {
        devices.clear();
        faults.clear();
        media.forEach(one -> devices.add(new SimDevice(sim, one)));
        if (onTheSpot) {
            devices.forEach(SimDevice::endShortWritesOnTheSpot);
        }
        devices.forEach(device -> faults.add(new FaultDevice(device)));
        directory = new SimDevices(sim, faults);
        engine = engine(sim, writeBack, smallBytes);
    }

    /** Short writes end before they have been submitted, now and after each crash; see {@link SimDevice}. */
    void endShortWritesOnTheSpot() {
        onTheSpot = true;
        devices.forEach(SimDevice::endShortWritesOnTheSpot);
    }

    static RaidEngineService engine(final Simulation sim) {
        return engine(sim, false, EngineSettings.DEFAULT.smallBytes());
    }

    private static RaidEngineService engine(final Simulation sim, final boolean writeBack, final int smallBytes) {
        final RaidEngineService engine = new RaidEngineService(
                sim.lanes(),
                sim.clock(),
                new EngineSettings(INTENT_IDLE_MS, 4, 32, 4096, SUM_PAGES, 25, 8, 100, writeBack, smallBytes));
        LEVELS.forEach(engine::bindLevel);
        return engine;
    }

    void assemble() {
        set = await(() -> engine.assemble(spec(), directory, journal));
    }

    /** Begins an assembly that a crash is going to cut short. */
    void startAssembly() {
        final CompletionStage<RaidSet> unused = start(() -> engine.assemble(spec(), directory, journal));
    }

    RaidSetSpec spec() {
        final List<RaidColumn> columns = new ArrayList<>();
        for (int column = 0; column < places.length; column++) {
            columns.add(new RaidColumn(places[column], chunklets[column], journal.state(column)));
        }
        return new RaidSetSpec(SET_ID, level, stripBytes, CHUNKLET_BYTES + logBytes, columns, logBytes);
    }

    /** Runs a control operation to its end. */
    <T> T await(final Supplier<CompletionStage<T>> operation) {
        return sim.await(start(operation));
    }

    /** Starts a control operation. */
    <T> CompletionStage<T> start(final Supplier<CompletionStage<T>> operation) {
        final CompletableFuture<T> end = new CompletableFuture<>();
        sim.onLane(
                0,
                () -> Stages.whenEnded(operation.get(), (value, failure) -> {
                    if (failure != null) {
                        end.completeExceptionally(failure);
                    } else {
                        end.complete(value);
                    }
                }));
        return end;
    }

    /** The process is killed and comes back. */
    void kill(final Random random) {
        sim.restart();
        media.forEach(one -> one.kill(random));
        journal.crash(sim, random);
        boot();
    }

    /** The power goes and comes back. */
    void powerLoss(final Random random) {
        sim.restart();
        media.forEach(one -> one.powerLoss(random));
        journal.crash(sim, random);
        boot();
    }

    /** Stops in an orderly way and comes back. */
    void stop() {
        await(() -> set.close());
        sim.restart();
        media.forEach(one -> one.kill(new Random(1)));
        boot();
    }

    void lose(final int column) {
        device(column).lose();
        control(() -> set.detach(column));
    }

    void comeBack(final int column) {
        device(column).comeBack();
        control(() -> set.attach(column, fault(column)));
    }

    void control(final Runnable task) {
        sim.onLane(0, task);
        sim.run();
    }

    Job job(final String kind) {
        return new Jobs(sim.clock()).start(kind, "set=" + SET_ID, 0, "bytes");
    }

    void catchUp(final int column) {
        await(() -> set.catchUp(column, job("catch-up")));
    }

    void resync() {
        await(() -> set.resync(job("resync")));
    }

    /** Places a column on a spare device and starts to rebuild it there. */
    CompletionStage<Void> startRebuild(final int column, final int spare, final int chunklet, final Job job) {
        final FaultDevice target = faults.get(places.length + spare);
        places[column] = target.uuid();
        chunklets[column] = chunklet;
        journal.placed(column);
        return start(() -> set.rebuild(column, target, chunklet, job));
    }

    /** Places a column on a device that holds none and starts to rebuild it there. */
    CompletionStage<Void> startRebuildSomewhere(final int column, final int chunklet) {
        int spare = -places.length;
        while (List.of(places).contains(media.get(places.length + spare).uuid())) {
            spare++;
        }
        return startRebuild(column, spare, chunklet, job("rebuild"));
    }

    /** What a store does with a stale column whose device is there. */
    void refresh(final int column) {
        if (journal.isFresh(column)) {
            await(() -> set.rebuild(column, fault(column), chunklets[column], job("rebuild")));
        } else {
            catchUp(column);
        }
    }

    void rebuild(final int column, final int spare, final int chunklet) {
        sim.await(startRebuild(column, spare, chunklet, job("rebuild")));
    }

    Simulation sim() {
        return sim;
    }

    RaidSet set() {
        return set;
    }

    RaidEngineService engine() {
        return engine;
    }

    SimDevices directory() {
        return directory;
    }

    TestJournal journal() {
        return journal;
    }

    int columns() {
        return places.length;
    }

    List<SimDevice> devices() {
        return devices;
    }

    /** The device that a column lies on. */
    SimDevice device(final int column) {
        for (final SimDevice device : devices) {
            if (device.uuid().equals(places[column])) {
                return device;
            }
        }
        throw new AssertionError("no device for column " + column);
    }

    /** The wrapper through which the set sees the column's device. */
    FaultDevice fault(final int column) {
        return faults.get(devices.indexOf(device(column)));
    }

    SimMedia media(final int column) {
        return device(column).media();
    }

    int chunklet(final int column) {
        return chunklets[column];
    }

    /** What a scrub found that lost nothing. */
    static ScrubReport report(
            final long checked,
            final long inconsistent,
            final long repaired,
            final long readErrors,
            final long checksumErrors,
            final long mended) {
        return new ScrubReport(checked, inconsistent, repaired, readErrors, checksumErrors, mended, 0, List.of());
    }

    /** Flips a bit of a part of a strip on the medium. */
    void corrupt(final long stripe, final int group, final int element, final int at) {
        final SimMedia medium = media(set.geometry().column(stripe, group, element));
        final long offset = deviceOffset(stripe, group, element) + at;
        final byte[] bytes = medium.peek(offset, 1);
        bytes[0] ^= 4;
        medium.poke(offset, bytes);
    }

    /** First byte on the device of a part of a strip. */
    long deviceOffset(final long stripe, final int group, final int element) {
        final RaidGeometry geometry = set.geometry();
        final int column = geometry.column(stripe, group, element);
        final long row = stripe * geometry.rowsPerStripe() + geometry.row(stripe, group, element);
        return media(column).layout().chunkletOffset(chunklets[column]) + row * stripBytes;
    }

    long stripes() {
        return set.sizeBytes() / set.geometry().stripeDataBytes();
    }

    /** Looks at the media: in every group the strips must add up to zero. */
    void assertConsistent() {
        sim.run();
        final RaidGeometry geometry = set.geometry();
        for (long stripe = 0; stripe < stripes(); stripe++) {
            for (int group = 0; group < geometry.groupsPerStripe(); group++) {
                final byte[] sum = new byte[stripBytes];
                for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
                    final byte[] strip = media(geometry.column(stripe, group, element))
                            .peek(deviceOffset(stripe, group, element), stripBytes);
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] ^= strip[i];
                    }
                }
                for (int i = 0; i < sum.length; i++) {
                    if (sum[i] != 0) {
                        throw new AssertionError("redundancy does not match: stripe=" + stripe + " group=" + group
                                + " byte=" + i + " seed=" + sim.seed());
                    }
                }
            }
        }
    }

    /** Nothing may be left over when nothing is in flight. */
    void assertAtRest() {
        sim.run();
        final int entries = ((AssembledSet) set).locks().entryCount();
        if (entries != 0) {
            throw new AssertionError("locks left: " + entries + " seed=" + sim.seed());
        }
    }
}
