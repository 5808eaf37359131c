package org.isobar.pool.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthKeeper;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.WrappedDevice;
import org.junit.Rule;
import org.junit.Test;

/** What the device layer knows of devices' health comes back with the metadata. */
public class DeviceEvidenceTest {
    private static final long START_WAIT_MS = 1_000;
    private static final byte[] EVIDENCE = {1, 2, 3};

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final StoreWorld world = new StoreWorld(5, 4, 12);
    private Map<UUID, byte[]> recalled;
    private HealthKeeper keeper;

    private void start() {
        world.launch(world.media());
        listen();
        world.sim().await(world.pages().whenServing());
    }

    private void listen() {
        world.directory().onRecall((kept, by) -> {
            recalled = kept;
            keeper = by;
        });
    }

    private void kill() {
        world.sim().restart();
        world.media().forEach(one -> one.kill(world.sim().random()));
    }

    private UUID device(final int number) {
        return world.media().get(number).uuid();
    }

    private void keep(final int number, final byte[] evidence) {
        world.sim().await(keeper.keep(device(number), evidence));
    }

    @Test
    public void isThereAfterTheProcessDied() {
        start();
        assertEquals(Map.of(), recalled);
        keep(1, new byte[] {9});
        keep(1, EVIDENCE);
        kill();
        start();
        assertEquals(Set.of(device(1)), recalled.keySet());
        assertArrayEquals(EVIDENCE, recalled.get(device(1)));
    }

    @Test
    public void isGoneWhenNothingIsKept() {
        start();
        keep(1, EVIDENCE);
        keep(1, new byte[0]);
        keep(2, new byte[0]);
        kill();
        start();
        assertEquals(Map.of(), recalled);
    }

    @Test
    public void isGivenBackBeforeSetsAreAssembledAndKeptOnlyOnceTheStoreServes() {
        start();
        kill();
        world.launch(world.media());
        final List<CompletableFuture<Void>> early = new ArrayList<>();
        world.directory().onRecall((kept, by) -> {
            early.add(by.keep(device(0), EVIDENCE).toCompletableFuture());
            keeper = by;
        });
        world.sim().await(world.pages().whenServing());
        assertTrue(early.get(0).isCompletedExceptionally());
        assertTrue(world.catalog().all(DeviceEvidence.TOPIC).isEmpty());
        keep(0, EVIDENCE);
        assertEquals(1, world.catalog().all(DeviceEvidence.TOPIC).size());
    }

    @Test
    public void ofADeviceThatWasRemovedIsForgottenAndNotKeptAgain() {
        start();
        keep(3, EVIDENCE);
        world.directory().lose(device(3));
        world.sim().run();
        world.sim().await(world.pools().removeDevice(device(3)));
        world.sim().runFor(TimeUnit.SECONDS.toNanos(2));
        assertEquals(Map.of(), world.catalog().all(DeviceEvidence.TOPIC));
        keep(3, EVIDENCE);
        assertEquals(Map.of(), world.catalog().all(DeviceEvidence.TOPIC));
    }

    @Test
    public void passesOverAKeyThatIsNoDevice() {
        start();
        world.sim().await(world.catalog().put(DeviceEvidence.TOPIC, "no device", EVIDENCE));
        kill();
        start();
        assertEquals(Map.of(), recalled);
    }

    /** There is no use in it, and everybody would have to wait at each start. */
    @Test
    public void aStartDoesNotWaitForADeviceThatWasFailed() {
        start();
        world.sim().await(world.pools().create(StoreWorld.POOL, StripedEngine.LEVEL));
        world.space(1, 16L * StoreWorld.PAGE_BYTES);
        kill();
        assertTrue(startNs(List.of()) >= TimeUnit.MILLISECONDS.toNanos(START_WAIT_MS));
        kill();
        assertTrue(startNs(List.of(DeviceState.FAILED)) < TimeUnit.MILLISECONDS.toNanos(START_WAIT_MS));
    }

    /** With the first device missing, or in a state. */
    private long startNs(final List<DeviceState> states) {
        final long from = world.sim().clock().nanoTime();
        world.launch(world.media().subList(1, world.media().size()));
        states.forEach(state ->
                world.directory().add(new Out(world.device(world.media().get(0)), state)));
        world.sim().await(world.pages().whenServing());
        return world.sim().clock().nanoTime() - from;
    }

    private static final class Out extends WrappedDevice {
        private final DeviceState state;

        Out(final SimDevice inner, final DeviceState state) {
            super(inner);
            this.state = state;
        }

        @Override
        public DeviceState state() {
            return state;
        }

        @Override
        public void submit(final IoRequest request) {
            request.complete(IoStatus.OFFLINE);
        }
    }
}
