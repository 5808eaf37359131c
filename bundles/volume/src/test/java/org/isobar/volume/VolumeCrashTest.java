package org.isobar.volume;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.isobar.api.block.IoStatus;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeState;
import org.isobar.testkit.Blocks;
import org.junit.Test;

/** Kills and failures in the middle of changes. */
public final class VolumeCrashTest {
    private static final long MIB = VolumeFixture.MIB;
    private static final int SEEDS = 300;

    @Test
    public void aKillAtAnyMomentLeavesEveryVolumeWholeOrGone() {
        for (int i = 0; i < SEEDS; i++) {
            final long seed = Long.getLong("seed", System.nanoTime()) + i;
            try {
                killAndCheck(seed);
            } catch (final AssertionError | RuntimeException failure) {
                throw new AssertionError("-Dseed=" + seed, failure);
            }
        }
    }

    private static void killAndCheck(final long seed) {
        final VolumeFixture fixture = new VolumeFixture(seed);
        final TreeMap<String, Long> acknowledged = new TreeMap<>();
        final Set<String> deleting = new HashSet<>();
        final Set<Long> numbers = new HashSet<>();
        final Set<Long> usedAgain = new HashSet<>();
        for (int life = 0; life < 3; life++) {
            for (int change = 0; change < 6; change++) {
                final String name = "vol" + fixture.sim.random().nextInt(4);
                final boolean there = fixture.volumes.find(name).isPresent();
                if (!there) {
                    fixture.volumes.create(VolumeFixture.spec(name, MIB)).thenAccept(info -> {
                        if (!numbers.add(info.number())) {
                            usedAgain.add(info.number());
                        }
                        acknowledged.put(name, info.sizeBytes());
                    });
                } else if (fixture.sim.random().nextBoolean()) {
                    fixture.volumes
                            .grow(name, fixture.volume(name).sizeBytes() + MIB)
                            .thenAccept(info -> acknowledged.put(name, info.sizeBytes()));
                } else {
                    deleting.add(name);
                    acknowledged.remove(name);
                    fixture.volumes.delete(name, false);
                }
                fixture.sim.runFor(fixture.sim.random().nextInt(4_000_000));
            }
            fixture.restartAndServe();
            acknowledged.forEach((name, sizeBytes) -> {
                if (!deleting.contains(name)) {
                    assertTrue(name, fixture.volume(name).sizeBytes() >= sizeBytes);
                }
            });
            assertConsistent(fixture);
            assertEquals(Set.of(), usedAgain);
            acknowledged.clear();
            deleting.clear();
            fixture.volumes.volumes().forEach(volume -> {
                numbers.add(volume.info().number());
                acknowledged.put(volume.info().name(), volume.sizeBytes());
            });
        }
    }

    /** Volumes and page spaces match one to one, and all serve. */
    private static void assertConsistent(final VolumeFixture fixture) {
        assertEquals(fixture.store.spaces().size(), fixture.volumes.volumes().size());
        for (final Volume volume : fixture.volumes.volumes()) {
            assertEquals(VolumeState.ONLINE, volume.info().state());
            assertTrue(fixture.store.spaces().get(volume.info().number()).sizeBytes() >= volume.sizeBytes());
            assertEquals(IoStatus.OK, Blocks.write(fixture.sim, volume, volume.sizeBytes() - 512, new byte[512]));
        }
        assertEquals(
                fixture.volumes.volumes().size(), fixture.store.all("volumes").size());
    }

    @Test
    public void aFailureAtAnyStepOfCreationLeavesNothing() {
        for (int nth = 1; nth <= 3; nth++) {
            final VolumeFixture fixture = new VolumeFixture(nth);
            fixture.store.failFrom(nth);
            assertTrue(fails(fixture, () -> fixture.create("vol")));
            assertTrue(fixture.volumes.find("vol").isEmpty());
            fixture.restartAndServe();
            assertTrue(fixture.volumes.volumes().isEmpty());
            assertTrue(fixture.store.spaces().isEmpty());
            fixture.create("vol");
        }
    }

    @Test
    public void aDeletionThatFailedCanBeRepeatedAndResumesAtTheNextStart() {
        for (int nth = 2; nth <= 3; nth++) {
            for (final boolean restart : new boolean[] {false, true}) {
                final VolumeFixture fixture = new VolumeFixture(nth);
                fixture.create("vol");
                final Volume volume = fixture.volume("vol");
                fixture.store.failFrom(nth);
                assertTrue(fails(fixture, () -> fixture.sim.await(fixture.volumes.delete("vol", false))));
                assertEquals(VolumeState.DELETING, volume.info().state());
                assertEquals(IoStatus.OFFLINE, Blocks.readStatus(fixture.sim, volume, 0, 512));
                assertTrue(fails(fixture, () -> fixture.sim.await(fixture.volumes.grow("vol", 4 * MIB))));
                if (restart) {
                    fixture.restartAndServe();
                    assertTrue(fixture.events.heard.isEmpty());
                } else {
                    fixture.store.failFrom(Integer.MAX_VALUE);
                    fixture.sim.await(fixture.volumes.delete("vol", false));
                }
                assertTrue(fixture.volumes.volumes().isEmpty());
                assertTrue(fixture.store.spaces().isEmpty());
            }
        }
    }

    @Test
    public void aVolumeWhosePagesAreMissingIsShownOfflineAndCanBeDeleted() {
        final VolumeFixture fixture = new VolumeFixture();
        fixture.create("vol");
        fixture.store.spaces().clear();
        fixture.restartAndServe();
        final Volume volume = fixture.volume("vol");
        assertEquals(VolumeState.OFFLINE, volume.info().state());
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(fixture.sim, volume, 0, 512));
        fixture.sim.await(fixture.volumes.delete("vol", false));
        assertTrue(fixture.volumes.volumes().isEmpty());
    }

    @Test
    public void anUnreadableDocumentKeepsItsPagesAndItsNumber() {
        final VolumeFixture fixture = new VolumeFixture();
        fixture.create("vol");
        final byte[] document = fixture.store.all("volumes").get("1");
        document[0] = 9;
        fixture.sim.await(fixture.store.put("volumes", "1", document));
        fixture.restartAndServe();
        assertTrue(fixture.volumes.volumes().isEmpty());
        assertFalse(fixture.store.spaces().isEmpty());
        assertEquals(2, fixture.create("vol").number());
    }

    private static boolean fails(final VolumeFixture fixture, final Runnable change) {
        try {
            change.run();
            return false;
        } catch (final org.isobar.api.StorageException expected) {
            fixture.sim.run();
            return true;
        }
    }
}
