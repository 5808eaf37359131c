package org.isobar.profiler;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.DeviceProbe;
import org.isobar.api.pool.FreeChunklets;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.ProfileSample;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.job.Job;
import org.isobar.common.lane.Lane;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;
import org.isobar.profiler.Places.Place;

/**
 * Measures all places of a device, each as often as the settings say. It goes over the device once for each repetition, in another random
 * order each time, so that a disturbance for a while, or a drift, spoils one repetition of many places and not all of one. A
 * visit during which others used the device is made again, a few times; while they come, visits are paced. Control lane.
 */
final class ProfileRun {
    private static final int PERCENT = 100;
    /** A disturbed visit is made so many times; then it is taken as it is. */
    private static final int TRIES = 3;

    private static final long PAUSE_NS_MAX = TimeUnit.SECONDS.toNanos(1);

    private final Lane lane;
    private final Clock clock;
    private final DeviceProbe probe;
    private final FreeChunklets chunklets;
    private final UUID device;
    private final boolean writes;
    private final Job job;
    private final ProfilerSettings settings;
    private final Random order;
    private final Visit visit;
    private final ByteBuf buffer;
    private final List<Readings> readings = new ArrayList<>();
    private final Deque<Turn> turns = new ArrayDeque<>();
    private final CompletableFuture<List<ProfileSample>> done = new CompletableFuture<>();

    /**
     * Prepares a run.
     *
     * @param probe of the device, which is of this layout
     * @param chunklets asked before something is written
     * @param job told of each visit; may ask the run to stop
     */
    ProfileRun(
            final Lane lane,
            final Clock clock,
            final Rng rng,
            final DeviceProbe probe,
            final FreeChunklets chunklets,
            final UUID device,
            final DeviceLayout layout,
            final boolean writes,
            final Job job,
            final ProfilerSettings settings) {
        this.lane = lane;
        this.clock = clock;
        this.probe = probe;
        this.chunklets = chunklets;
        this.device = device;
        this.writes = writes;
        this.job = job;
        this.settings = settings;
        order = new Random(rng.nextLong());
        buffer = Buffers.allocate(Visit.BUFFER_BYTES);
        buffer.setBytes(0, rng.nextBytes(Visit.BUFFER_BYTES));
        final int burstBytes = Places.burstBytes(layout, settings.burstBytes());
        visit = new Visit(clock, lane, probe, buffer, rng, burstBytes);
        Places.of(layout, settings.places(), burstBytes).forEach(place -> readings.add(new Readings(place)));
    }

    /** One visit to make. */
    private static final class Turn {
        private final Readings readings;
        private final boolean write;
        private int tries;

        Turn(final Readings readings, final boolean write) {
            this.readings = readings;
            this.write = write;
        }
    }

    /** All readings of one place. */
    private static final class Readings {
        private final Place place;
        private final Figures reads = new Figures();
        private final Figures writes = new Figures();

        Readings(final Place place) {
            this.place = place;
        }

        ProfileSample sample() {
            return new ProfileSample(
                    place.offsetBytes(),
                    new Performance(
                            reads.mibPerS(),
                            reads.perS(),
                            reads.latencyUs(),
                            writes.mibPerS(),
                            writes.perS(),
                            writes.latencyUs()));
        }
    }

    /** Starts; the samples come by offset, none when the job is cancelled; a {@link StorageException} when the device goes. */
    CompletableFuture<List<ProfileSample>> start() {
        for (int i = 0; i < settings.repetitions(); i++) {
            final List<Readings> pass = new ArrayList<>(readings);
            Collections.shuffle(pass, order);
            for (final Readings place : pass) {
                turns.addLast(new Turn(place, false));
                if (writes) {
                    turns.addLast(new Turn(place, true));
                }
            }
        }
        job.total(turns.size());
        lane.execute(this::next);
        return done;
    }

    private void next() {
        if (job.cancelRequested()) {
            end(List.of());
            return;
        }
        final Turn turn = turns.pollFirst();
        if (turn == null) {
            end(readings.stream().map(Readings::sample).toList());
        } else if (turn.write) {
            borrowed(turn);
        } else {
            visit(turn);
        }
    }

    private void borrowed(final Turn turn) {
        chunklets
                .borrow(device, turn.readings.place.chunklet())
                .whenComplete((lent, failure) -> lane.execute(() -> {
                    if (failure == null && lent) {
                        visit(turn);
                    } else {
                        job.advance(1);
                        next();
                    }
                }));
    }

    private void visit(final Turn turn) {
        final long othersBefore = probe.othersBegun();
        final long startNs = clock.nanoTime();
        visit.start(turn.write, turn.readings.place.offsetBytes(), status -> {
            if (turn.write) {
                chunklets.giveBack(device, turn.readings.place.chunklet());
            }
            if (status == IoStatus.OFFLINE) {
                fail(new StorageException(
                        Code.UNAVAILABLE, "device went away while it was measured: device=" + device));
                return;
            }
            final boolean disturbed = probe.othersBegun() != othersBefore;
            turn.tries++;
            if (disturbed && turn.tries < TRIES) {
                turns.addLast(turn);
            } else {
                if (status == IoStatus.OK) {
                    (turn.write ? turn.readings.writes : turn.readings.reads).add(visit);
                }
                job.advance(1);
            }
            final long workedNs = clock.nanoTime() - startNs;
            final int share = settings.sharePercent();
            final long pauseNs = disturbed ? Math.min(workedNs * (PERCENT - share) / share, PAUSE_NS_MAX) : 0;
            lane.schedule(this::next, pauseNs);
        });
    }

    private void end(final List<ProfileSample> samples) {
        buffer.release();
        done.complete(samples);
    }

    private void fail(final StorageException why) {
        buffer.release();
        done.completeExceptionally(why);
    }
}
