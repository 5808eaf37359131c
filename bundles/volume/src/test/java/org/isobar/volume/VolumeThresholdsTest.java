package org.isobar.volume;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.volume.VolumeFullness;
import org.isobar.api.volume.VolumeThresholds;
import org.isobar.testkit.Blocks;
import org.junit.Before;
import org.junit.Test;

/** How full a volume says it is, and who hears of its space. */
public final class VolumeThresholdsTest {
    private static final int PAGE = VolumeFixture.PAGE_BYTES;
    private static final VolumeThresholds HALF = new VolumeThresholds(50, 100);

    private final VolumeFixture fixture = new VolumeFixture();

    @Before
    public void createVolume() {
        fixture.create("vol");
    }

    @Test
    public void risesAtTheThresholdAndFallsWellBelowIt() {
        final long size = 1000;
        final VolumeThresholds thresholds = new VolumeThresholds(50, 80);
        final VolumeFullness normal = VolumeFullness.NORMAL;
        assertEquals(normal, VolumeFullnessRules.next(normal, thresholds, 499, size));
        assertEquals(VolumeFullness.WARNING, VolumeFullnessRules.next(normal, thresholds, 500, size));
        assertEquals(VolumeFullness.CRITICAL, VolumeFullnessRules.next(normal, thresholds, 800, size));
        final VolumeFullness critical = VolumeFullness.CRITICAL;
        assertEquals(critical, VolumeFullnessRules.next(critical, thresholds, 780, size));
        assertEquals(VolumeFullness.WARNING, VolumeFullnessRules.next(critical, thresholds, 779, size));
        assertEquals(VolumeFullness.WARNING, VolumeFullnessRules.next(critical, thresholds, 480, size));
        assertEquals(normal, VolumeFullnessRules.next(critical, thresholds, 479, size));
        assertEquals(normal, VolumeFullnessRules.next(critical, VolumeThresholds.NONE, size, size));
        final VolumeThresholds lowest = new VolumeThresholds(1, 2);
        assertEquals(normal, VolumeFullnessRules.next(normal, lowest, 0, size));
        assertEquals(
                VolumeFullness.CRITICAL, VolumeFullnessRules.next(normal, new VolumeThresholds(99, 100), size, size));
    }

    @Test
    public void refusesThresholdsOutOfBounds() {
        for (final int[] bad : new int[][] {{0, 50}, {50, 0}, {50, 50}, {100, 101}, {-1, 50}, {50, 101}, {100, 100}}) {
            final StorageException refused =
                    assertThrows(StorageException.class, () -> new VolumeThresholds(bad[0], bad[1]));
            assertEquals(StorageException.Code.INVALID, refused.code());
            assertTrue(refused.getMessage(), refused.getMessage().contains("Percent: must be"));
        }
    }

    @Test
    public void isNormalUntilThresholdsAreSetAndKeepsThemOverARestart() {
        write(20);
        assertEquals(VolumeFullness.NORMAL, fixture.volume("vol").info().fullness());
        assertEquals(
                VolumeFullness.WARNING,
                fixture.sim.await(fixture.volumes.changeThresholds("vol", HALF)).fullness());
        assertEquals(HALF, fixture.events.spaces.get("vol").thresholds());
        fixture.restartAndServe();
        assertEquals(HALF, fixture.volume("vol").info().thresholds());
        assertEquals(VolumeFullness.WARNING, fixture.volume("vol").info().fullness());
        fixture.sim.await(fixture.volumes.changeThresholds("vol", VolumeThresholds.NONE));
        assertEquals(VolumeFullness.NORMAL, fixture.volume("vol").info().fullness());
    }

    @Test
    public void aGrownVolumeIsLessFull() {
        fixture.sim.await(fixture.volumes.changeThresholds("vol", HALF));
        write(32);
        assertEquals(VolumeFullness.CRITICAL, fixture.volume("vol").info().fullness());
        fixture.sim.await(fixture.volumes.grow("vol", 8 * VolumeFixture.MIB));
        assertEquals(VolumeFullness.NORMAL, fixture.volume("vol").info().fullness());
        assertEquals(8 * VolumeFixture.MIB, fixture.events.spaces.get("vol").sizeBytes());
    }

    @Test
    public void listenersHearWhenThePoolSaysSo() {
        write(3);
        assertTrue(fixture.events.spaces.isEmpty());
        fixture.pools.listeners.forEach(listener -> listener.spaceChanged(
                List.of(VolumeFixture.FixedPools.space(VolumeFixture.FixedPools.pool("A", "10", 7, 0)))));
        assertEquals(3 * PAGE, fixture.events.spaces.get("vol").usedBytes());
        assertEquals(
                7 * VolumeFixture.MIB, fixture.events.spaces.get("vol").pool().freeBytes());
        fixture.volumes.close();
        assertTrue(fixture.pools.listeners.isEmpty());
    }

    @Test
    public void thresholdsOfAVolumeThatIsNotThereAreRefused() {
        final StorageException refused = assertThrows(
                StorageException.class, () -> fixture.sim.await(fixture.volumes.changeThresholds("none", HALF)));
        assertEquals(StorageException.Code.NOT_FOUND, refused.code());
    }

    private void write(final int pages) {
        assertEquals(IoStatus.OK, Blocks.write(fixture.sim, fixture.volume("vol"), 0, new byte[pages * PAGE]));
    }
}
