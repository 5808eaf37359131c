package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.Simulation;

/** Devices with a log on them, a process that may die, and a machine. */
final class LogWorld {
    static final LogSettings SETTINGS = new LogSettings(64, 256 << 10, 256 << 10);

    private static final long DEVICE_BYTES = 16L << 20;
    private static final long CHUNKLET_BYTES = 1 << 20;

    final Simulation sim;
    final List<SimMedia> media = new ArrayList<>();
    final List<SimDevice> devices = new ArrayList<>();
    final List<String> fences = new ArrayList<>();
    ChainMachine machine = new ChainMachine();
    MetadataLog log;

    LogWorld(final long seed, final int deviceCount) {
        sim = new Simulation(seed);
        for (int i = 0; i < deviceCount; i++) {
            media.add(new SimMedia(new UUID(0, i + 1), DEVICE_BYTES, SimMedia.layoutFor(DEVICE_BYTES, CHUNKLET_BYTES)));
        }
        begin();
    }

    /** A new process over the same media. */
    LogWorld restart() {
        sim.restart();
        begin();
        return this;
    }

    /** Kills the process; in-flight writes end anyhow. */
    void kill() {
        sim.stop();
        media.forEach(each -> each.kill(sim.random()));
    }

    /** Kills the process and takes the power from all devices. */
    void powerLoss() {
        sim.stop();
        media.forEach(each -> each.powerLoss(sim.random()));
    }

    private void begin() {
        devices.clear();
        media.forEach(each -> devices.add(new SimDevice(sim, each)));
        machine = new ChainMachine();
        fences.clear();
        log = new MetadataLog(sim.lanes(), sim.rng(), SETTINGS, fences::add);
    }

    Random random() {
        return sim.random();
    }

    UUID uuid(final int index) {
        return media.get(index).uuid();
    }

    List<UUID> uuids(final int... indexes) {
        return Arrays.stream(indexes).mapToObj(this::uuid).toList();
    }

    Opened open(final int... indexes) {
        final List<SimDevice> present =
                Arrays.stream(indexes).mapToObj(devices::get).toList();
        return await(() -> log.open(List.copyOf(present), machine));
    }

    Opened openAll() {
        return await(() -> log.open(List.copyOf(devices), machine));
    }

    /** Does something on the control lane and waits for its stage. */
    <T> T await(final Supplier<CompletionStage<T>> action) {
        final CompletableFuture<T> result = new CompletableFuture<>();
        sim.onLane(0, () -> action.get().whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return sim.await(result);
    }

    /** Does something on the control lane that ends in a callback and waits for it. */
    AppendResult result(final Consumer<Done> action) {
        return await(() -> {
            final CompletableFuture<AppendResult> stage = new CompletableFuture<>();
            action.accept(stage::complete);
            return stage;
        });
    }

    AppendResult append(final int value) {
        return append(ChainMachine.record(value, Integer.BYTES), false);
    }

    AppendResult append(final ByteBuf record, final boolean durable) {
        return result(done -> log.append(record, durable, done));
    }

    AppendResult appendFromReserve(final int value) {
        return result(done -> log.append(Claim.RESERVE, ChainMachine.record(value, Integer.BYTES), true, done));
    }

    AppendResult appendUrgently(final int value) {
        return result(done -> log.append(Claim.URGENT, ChainMachine.record(value, Integer.BYTES), true, done));
    }

    AppendResult flush() {
        return result(log::flush);
    }

    void activate(final int index) {
        await(() -> log.activate(devices.get(index)));
    }

    void deactivate(final int index) {
        await(() -> log.deactivate(uuid(index)));
    }

    List<UUID> active() {
        return await(() -> CompletableFuture.completedFuture(log.activeDevices()));
    }
}
