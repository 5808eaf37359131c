package org.isobar.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthState;
import org.isobar.common.Check;
import org.isobar.common.lane.Lane;

/**
 * A device of the simulation: completes in random order after random time and fails on demand. A write's data is taken
 * at a random moment between submission and completion; a change of the buffer meanwhile fails the test. A failed or
 * interrupted write may have reached the media in part.
 *
 * <p>It belongs to the incarnation of the simulation and the life of the media that it was made for: after
 * {@link Simulation#stop} or {@link SimMedia#kill} it swallows every request, as a dead process would.
 */
public final class SimDevice implements Device {
    private static final long LATENCY_NS_MIN = 20_000;
    private static final long LATENCY_NS_MAX = 400_000;
    /** One request in so many takes {@value #SLOW_FACTOR} times as long. */
    private static final int SLOW_ONE_IN = 50;

    private static final int SLOW_FACTOR = 20;
    private static final long NOWHERE = -1;
    /** The longest write that ends on the spot, and what it must be whole pages of. */
    private static final int SPOT_BYTES = 32 << 10;

    private static final int PAGE_BYTES = 4096;

    private final Simulation sim;
    private final SimMedia media;
    private final Lane incarnation;
    private final int generation;
    private final List<Runnable> held = new ArrayList<>();
    private final List<long[]> badRanges = new ArrayList<>();
    private DeviceState state = DeviceState.ONLINE;
    private long latencyNsMin = LATENCY_NS_MIN;
    private long latencyNsMax = LATENCY_NS_MAX;
    private Predicate<IoRequest> failWhen = request -> false;
    private int failCountdown;
    private Predicate<IoRequest> liesAbout = request -> false;
    private long misdirectedTo = NOWHERE;
    private boolean failAll;
    private boolean onTheSpot;
    private boolean holding;
    private HealthState health = HealthState.GOOD;
    private long corrected;
    private boolean errorSinceFlush;
    private long reads;
    private long writes;
    private long flushes;
    private long zeroes;
    private int inFlight;

    public SimDevice(final Simulation sim, final SimMedia media) {
        this.sim = sim;
        this.media = media;
        incarnation = sim.lanes().control();
        generation = media.generation();
    }

    /** What it stores on. */
    public SimMedia media() {
        return media;
    }

    /** Bounds of the time a request takes. */
    public void latency(final long minNs, final long maxNs) {
        latencyNsMin = Check.range("minNs", minNs, 0, maxNs);
        latencyNsMax = maxNs;
    }

    /**
     * From now on short writes that need not be on stable media have ended before {@link #submit} returns, as those have that a
     * lane itself copies to the page cache. Whatever else is asked takes its time.
     */
    public void endShortWritesOnTheSpot() {
        onTheSpot = true;
    }

    /** The n-th request from now on (1 is the next) ends in IO_ERROR; 0 takes the order back. */
    public void failNth(final int n) {
        failCountdown = n;
    }

    /** The first WRITE from now on for which this holds is acknowledged and not done. */
    public void loseWrite(final Predicate<IoRequest> which) {
        liesAbout = which;
        misdirectedTo = NOWHERE;
    }

    /** The first WRITE from now on for which this holds is acknowledged and done at {@code offset} instead. */
    public void misdirectWrite(final Predicate<IoRequest> which, final long offset) {
        liesAbout = which;
        misdirectedTo = offset;
    }

    /** All writes are done as they should, and reads find their sectors again. */
    public void behave() {
        liesAbout = request -> false;
        badRanges.clear();
        failCountdown = 0;
    }

    /** From now on reads that touch the range end in IO_ERROR, until it is written or zeroed again as a whole. */
    public void failReads(final long offset, final long lengthBytes) {
        badRanges.add(new long[] {offset, offset + lengthBytes});
    }

    /** Whether every request ends in IO_ERROR. */
    public void failAll(final boolean fail) {
        failAll = fail;
    }

    /** Requests for which this holds end in IO_ERROR; it is asked once for each, at submission, and may stop the sim. */
    public void failWhen(final Predicate<IoRequest> condition) {
        failWhen = condition;
    }

    /** The device is gone: what is in flight or comes later ends in OFFLINE. {@link SimDevices} tells its listeners. */
    public void lose() {
        media.faults().count(Fault.DEVICE_LOST);
        state = DeviceState.MISSING;
    }

    /** The device is there again. */
    public void comeBack() {
        media.faults().count(Fault.DEVICE_RETURNED);
        state = DeviceState.ONLINE;
    }

    /** From now on keeps all completions back. */
    public void hold() {
        holding = true;
    }

    /** Lets completions go again, those kept back in random order. */
    public void release() {
        holding = false;
        final List<Runnable> free = new ArrayList<>(held);
        held.clear();
        Collections.shuffle(free, sim.random());
        free.forEach(Runnable::run);
    }

    /** Completions kept back now. */
    public int heldCount() {
        return held.size();
    }

    /** Requests submitted and not completed. */
    public int inFlight() {
        return inFlight;
    }

    /** READs submitted since creation. */
    public long reads() {
        return reads;
    }

    /** WRITEs submitted since creation. */
    public long writes() {
        return writes;
    }

    /** FLUSHes submitted since creation. */
    public long flushes() {
        return flushes;
    }

    /** ZEROs and DISCARDs submitted since creation. */
    public long zeroes() {
        return zeroes;
    }

    @Override
    public UUID uuid() {
        return media.uuid();
    }

    @Override
    public DeviceLayout layout() {
        return media.layout();
    }

    @Override
    public DeviceState state() {
        return state;
    }

    @Override
    public HealthState health() {
        return health;
    }

    /** From now on it is of this health. */
    public void health(final HealthState now) {
        health = now;
    }

    @Override
    public void corrected(final int blocks) {
        corrected += blocks;
    }

    /** Blocks of which it was told that they were mended. */
    public long corrected() {
        return corrected;
    }

    @Override
    public long sizeBytes() {
        return media.sizeBytes();
    }

    @Override
    public int blockBytes() {
        return SimMedia.SECTOR_BYTES;
    }

    @Override
    public void submit(final IoRequest request) {
        if (dead()) {
            return;
        }
        Check.that(request.pending(), "request submitted without being set up");
        Check.that(request.lane().current(), "request submitted on another lane than its own");
        count(request.op());
        final boolean fails = fails(request);
        if (dead()) {
            return;
        }
        if (state != DeviceState.ONLINE) {
            request.complete(IoStatus.OFFLINE);
        } else if (!inRange(request)) {
            request.complete(IoStatus.OUT_OF_RANGE);
        } else {
            inFlight++;
            new Operation(request, fails).start();
        }
    }

    private boolean dead() {
        return sim.stopped() || sim.lanes().control() != incarnation || media.generation() != generation;
    }

    private void count(final IoOp op) {
        switch (op) {
            case READ -> reads++;
            case WRITE -> writes++;
            case FLUSH -> flushes++;
            case ZERO, DISCARD -> zeroes++;
        }
    }

    private boolean fails(final IoRequest request) {
        final boolean isNth = failCountdown > 0 && --failCountdown == 0;
        return failWhen.test(request) || isNth || failAll;
    }

    private boolean inRange(final IoRequest request) {
        if (request.op() == IoOp.FLUSH) {
            return true;
        }
        final long offset = request.offsetBytes();
        final long length = request.lengthBytes();
        if (request.data() != null) {
            Check.that(
                    request.dataIndex() + length <= request.data().capacity(),
                    "request longer than its data buffer: lengthBytes=" + length);
        }
        final boolean aligned = (offset | length) % SimMedia.SECTOR_BYTES == 0;
        return aligned && offset >= 0 && length > 0 && length <= sizeBytes() && offset <= sizeBytes() - length;
    }

    private boolean touchesBadRange(final IoRequest request) {
        return !badRanges.isEmpty()
                && badRanges.stream().anyMatch(bad -> request.offsetBytes() < bad[1] && bad[0] < request.endBytes());
    }

    private long latencyNs() {
        final Random random = sim.random();
        final long spreadNs = latencyNsMax - latencyNsMin;
        final long usualNs = latencyNsMin + (spreadNs == 0 ? 0 : (long) (random.nextDouble() * spreadNs));
        return random.nextInt(SLOW_ONE_IN) == 0 ? usualNs * SLOW_FACTOR : usualNs;
    }

    /** One submission. */
    private final class Operation {
        private final IoRequest request;
        private final boolean fails;
        private SimMedia.Change change;
        private PlacedBytes taken;
        private List<SimMedia.Change> toFlush;
        private boolean lied;
        private boolean late;

        Operation(final IoRequest request, final boolean fails) {
            this.request = request;
            this.fails = fails;
        }

        void start() {
            final long doneNs = latencyNs();
            if (doneNs > latencyNsMax) {
                media.faults().count(Fault.LATENCY_SPIKE);
            }
            if (request.op() == IoOp.WRITE && liesAbout.test(request)) {
                lie(doneNs);
                return;
            }
            if (endsOnTheSpot()) {
                take();
                finish();
                return;
            }
            switch (request.op()) {
                case READ -> {}
                case WRITE -> sim.outside((long) (sim.random().nextDouble() * doneNs), this::take);
                case ZERO, DISCARD -> change = media.begin(request.offsetBytes(), request.lengthBytes(), null);
                case FLUSH -> toFlush = media.unflushed();
            }
            sim.workOnLane(request.lane(), doneNs, this::finish);
        }

        private boolean endsOnTheSpot() {
            return onTheSpot
                    && !holding
                    && request.op() == IoOp.WRITE
                    && !request.durable()
                    && request.lengthBytes() <= SPOT_BYTES
                    && (request.offsetBytes() | request.lengthBytes()) % PAGE_BYTES == 0;
        }

        /** Acknowledges what is done elsewhere or not at all. */
        private void lie(final long doneNs) {
            lied = true;
            liesAbout = any -> false;
            media.faults().count(misdirectedTo == NOWHERE ? Fault.LOST_WRITE : Fault.MISDIRECTED_WRITE);
            if (misdirectedTo != NOWHERE) {
                final byte[] bytes = new byte[(int) request.lengthBytes()];
                request.data().getBytes(request.dataIndex(), bytes);
                media.poke(misdirectedTo, bytes);
            }
            sim.workOnLane(request.lane(), doneNs, this::finish);
        }

        private void take() {
            if (dead()) {
                return;
            }
            taken = PlacedBytes.of(
                    request.offsetBytes(), request.data(), request.dataIndex(), (int) request.lengthBytes());
            change = media.begin(request.offsetBytes(), request.lengthBytes(), taken);
        }

        private void finish() {
            if (dead()) {
                return;
            }
            if (holding) {
                media.faults().count(Fault.STUCK);
                late = true;
                held.add(() -> sim.workOnLane(request.lane(), latencyNs(), this::finish));
                return;
            }
            inFlight--;
            final IoStatus status = status();
            if (status == IoStatus.OK) {
                succeed();
            } else if (change != null) {
                errorSinceFlush |= status == IoStatus.IO_ERROR;
                media.fail(change, sim.random());
            } else if (late && request.op() == IoOp.READ) {
                scribble();
            }
            request.complete(status);
        }

        /** A read that ends late, of a device that is gone, may still write to the buffer: woe to who uses it meanwhile. */
        private void scribble() {
            final byte[] noise = new byte[(int) request.lengthBytes()];
            sim.random().nextBytes(noise);
            request.data().setBytes(request.dataIndex(), noise);
        }

        private IoStatus status() {
            if (state != DeviceState.ONLINE) {
                return IoStatus.OFFLINE;
            }
            if (request.op() == IoOp.FLUSH && errorSinceFlush) {
                errorSinceFlush = false;
                return IoStatus.IO_ERROR;
            }
            final boolean unreadable = request.op() == IoOp.READ && touchesBadRange(request);
            if (unreadable) {
                media.faults().count(Fault.BAD_SECTOR);
            } else if (fails) {
                media.faults().count(Fault.TRANSIENT_ERROR);
            }
            return fails || unreadable ? IoStatus.IO_ERROR : IoStatus.OK;
        }

        private void succeed() {
            switch (request.op()) {
                case READ ->
                    media.read(request.offsetBytes(), request.data(), request.dataIndex(), (int) request.lengthBytes());
                case WRITE -> {
                    if (!lied) {
                        Check.that(
                                taken.equalTo(request.data(), request.dataIndex()),
                                "data of a write changed while it was in flight");
                        changed();
                    }
                }
                case ZERO, DISCARD -> changed();
                case FLUSH -> media.flushed(toFlush);
            }
        }

        private void changed() {
            media.finish(change, request.durable());
            badRanges.removeIf(bad -> request.offsetBytes() <= bad[0] && bad[1] <= request.endBytes());
        }
    }
}
