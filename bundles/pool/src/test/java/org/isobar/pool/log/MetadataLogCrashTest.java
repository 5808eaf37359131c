package org.isobar.pool.log;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.SimMedia;
import org.junit.Rule;
import org.junit.Test;

/**
 * Kills the process or takes the power at random moments, with devices failing and coming and going, and holds what is
 * found afterwards against what was promised: the state is a prefix of what was appended, with at least everything
 * reported OK (after a kill) or everything durable (after a power loss).
 */
public class MetadataLogCrashTest {
    private static final int SEEDS = Integer.getInteger("isobar.seeds", 300);
    private static final long FIRST_SEED = Long.getLong("isobar.seed", 1);
    private static final int LONG_ROUNDS = 6;
    private static final int SHORT_ROUNDS = 20;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void keepsWhatWasPromisedWhateverHappens() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            try {
                new Story(seed).run();
            } catch (final Throwable broken) {
                throw new AssertionError("seed=" + seed + ": " + broken.getMessage(), broken);
            }
        }
    }

    /** One world from beginning to end. */
    private static final class Story {
        private final LogWorld world;
        private final Random random;
        private final int deviceCount;
        private final List<Integer> appended = new ArrayList<>();
        private int ended;
        private int kept;
        private int durable;
        private int lastValue;

        Story(final long seed) {
            deviceCount = 1 + (int) (seed % 5);
            world = new LogWorld(seed, deviceCount);
            random = world.random();
        }

        void run() {
            openAndCheck();
            final boolean shortLives = random.nextBoolean();
            for (int round = 0; round < (shortLives ? SHORT_ROUNDS : LONG_ROUNDS); round++) {
                if (shortLives) {
                    liveShortly();
                } else {
                    live();
                }
                crash();
                while (random.nextInt(3) == 0) {
                    openHalfWay();
                    crash();
                }
                openAndCheck();
            }
        }

        private void crash() {
            if (random.nextBoolean()) {
                world.powerLoss();
                kept = durable;
            } else {
                world.kill();
            }
            world.restart();
            world.media.forEach(this::assertNothingLooksDamaged);
        }

        /** What a crash leaves behind is cut short at worst; damage is something else, and refused. */
        private void assertNothingLooksDamaged(final SimMedia media) {
            final SystemArea area = SystemArea.of(media.layout());
            for (int half = 0; half < SystemArea.HALVES; half++) {
                final HalfImage image = new HalfImage(area.halfBytes());
                while (image.wantBytes() > 0) {
                    final long at = area.halfOffset(half) + image.wantOffset();
                    image.accept(Unpooled.wrappedBuffer(media.peek(at, image.wantBytes())), image.wantBytes());
                }
                assertNotEquals(HalfImage.Status.DAMAGED, image.status());
            }
        }

        /** An open by some of the devices that does not get far, or completes unheard. */
        private void openHalfWay() {
            final List<SimDevice> some = new ArrayList<>(world.devices);
            Collections.shuffle(some, random);
            final List<SimDevice> present = List.copyOf(some.subList(0, 1 + random.nextInt(deviceCount)));
            if (appended.isEmpty()) {
                return;
            }
            if (random.nextInt(4) == 0) {
                present.get(0).failNth(1 + random.nextInt(20));
            }
            world.sim.onLane(0, () -> world.log.open(List.copyOf(present), world.machine));
            world.sim.runFor(random.nextInt(12_000_000));
        }

        /** Opens with more and more devices in random order until it is open; every time it opens it must be right. */
        private void openAndCheck() {
            final List<SimDevice> order = new ArrayList<>(world.devices);
            Collections.shuffle(order, random);
            int count = 1 + random.nextInt(deviceCount);
            if (appended.isEmpty()) {
                count = deviceCount;
            }
            while (true) {
                final List<SimDevice> present = order.subList(0, count);
                final Opened opened = world.await(() -> world.log.open(List.copyOf(present), world.machine));
                if (opened.state() == Opened.State.OPEN) {
                    break;
                }
                assertTrue("waits with all devices", count < deviceCount);
                count++;
            }
            final int found = world.machine.count();
            assertTrue("found " + found + " of " + kept + " kept", found >= kept);
            assertTrue("found " + found + " of " + appended.size(), found <= appended.size());
            assertEquals(ChainMachine.hashes(appended).get(found).longValue(), world.machine.hash());
            appended.subList(found, appended.size()).clear();
            kept = found;
            durable = found;
            ended = found;
        }

        private void live() {
            world.machine.ballast(random.nextInt(60_000));
            final int bursts = 1 + random.nextInt(12);
            for (int burst = 0; burst < bursts; burst++) {
                trouble();
                world.sim.onLane(0, this::burst);
                if (random.nextInt(4) > 0) {
                    world.sim.runFor(random.nextInt(3_000_000));
                } else {
                    world.sim.run();
                }
            }
            if (random.nextInt(3) == 0) {
                world.sim.run();
            }
        }

        /** So short that copies differ by a batch, which is what epochs are for. */
        private void liveShortly() {
            final int bursts = 1 + random.nextInt(2);
            for (int burst = 0; burst < bursts; burst++) {
                world.sim.onLane(0, this::burst);
                world.sim.runFor(random.nextInt(600_000));
            }
        }

        private void trouble() {
            final int index = random.nextInt(deviceCount);
            final SimDevice device = world.devices.get(index);
            switch (random.nextInt(12)) {
                case 0 -> device.lose();
                case 1 -> device.failNth(1 + random.nextInt(4));
                case 2 -> {
                    device.comeBack();
                    world.sim.onLane(0, () -> world.log.activate(device));
                }
                case 3 -> world.sim.onLane(0, () -> world.log.deactivate(device.uuid()));
                case 4 -> device.failWhen(request -> random.nextInt(3) == 0);
                default -> {}
            }
        }

        private void burst() {
            final int records = random.nextInt(10);
            for (int i = 0; i < records; i++) {
                final int value = ++lastValue;
                final boolean survivesPower = random.nextInt(4) == 0;
                final int bytes = random.nextInt(8) == 0 ? 4 + random.nextInt(60_000) : 4 + random.nextInt(200);
                final List<AppendResult> refused = new ArrayList<>();
                final Appended mine = new Appended(survivesPower);
                final Done done = result -> {
                    refused.add(result);
                    mine.done(result);
                };
                world.log.append(ChainMachine.record(value, bytes), survivesPower, done);
                if (refused.isEmpty()) {
                    appended.add(value);
                    mine.accepted();
                }
            }
            if (random.nextInt(6) == 0) {
                final int upTo = appended.size();
                world.log.flush(result -> {
                    if (result.ok()) {
                        assertTrue("flushed before it was written", ended >= upTo);
                        durable = Math.max(durable, upTo);
                    }
                });
            }
        }

        private final class Appended implements Done {
            private final boolean survivesPower;
            private boolean accepted;

            Appended(final boolean survivesPower) {
                this.survivesPower = survivesPower;
            }

            void accepted() {
                accepted = true;
            }

            @Override
            public void done(final AppendResult result) {
                if (!result.ok()) {
                    assertTrue("refused late: " + result, !accepted || result == AppendResult.FENCED);
                    return;
                }
                ended++;
                kept = ended;
                assertEquals("applied before it was told", ended, world.machine.count());
                if (survivesPower) {
                    durable = ended;
                }
            }
        }
    }
}
