package org.isobar.scsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** Targets come and go with their volumes. */
public final class TargetDirectoryTest {
    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void aTargetIsFoundByNameInAnyCase() {
        assertEquals(
                "vol",
                scsi.targets
                        .find(ScsiFixture.TARGET.toUpperCase(Locale.ROOT))
                        .orElseThrow()
                        .volume());
        assertTrue(scsi.targets.find("iqn.2026-11.org.isobar:other").isEmpty());
        assertEquals(List.of(scsi.target), scsi.targets.targets());
    }

    @Test
    public void aNexusHoldsTheVolumeUntilItIsClosed() {
        final ScsiNexus other = scsi.open();
        assertEquals(List.of(ScsiFixture.INITIATOR, ScsiFixture.INITIATOR), scsi.volume.users());
        other.close();
        other.close();
        scsi.nexus.close();
        assertEquals(List.of(), scsi.volume.users());
    }

    @Test
    public void aRemovedVolumeTakesItsTargetAndTellsOnce() {
        final AtomicInteger told = new AtomicInteger();
        scsi.target.onRemoved(told::incrementAndGet);
        scsi.volumes.listener.volumeRemoved(scsi.volume);
        scsi.volumes.listener.volumeRemoved(scsi.volume);
        assertEquals(1, told.get());
        scsi.target.onRemoved(told::incrementAndGet);
        assertEquals(2, told.get());
        assertTrue(scsi.targets.targets().isEmpty());
        assertFalse(scsi.nexus.hasLogicalUnit(0));
        scsi.run("00 00 00 00 00 00").assertSense(0x5, 0x25, 0);
        assertEquals(8, scsi.in("a0 00 00 00 00 00 00 00 00 10 00 00").assertGood().received.length);
    }

    @Test
    public void stoppingRemovesAllTargets() {
        final AtomicInteger told = new AtomicInteger();
        scsi.target.onRemoved(told::incrementAndGet);
        scsi.targets.close();
        assertEquals(1, told.get());
        assertEquals(List.of(scsi.targets), scsi.volumes.removed);
    }

    @Test
    public void badPrefixesAreRefused() {
        for (final String prefix : List.of(
                "", "iqn", "iqn.2026-13.org.isobar:", "IQN.2026-11.org:", "iqn.2026-11.o_g:", "eui.02004567A425678D")) {
            final IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> new VolumeTargets(
                            ScsiFixture.config(prefix, 1), scsi.volumes, scsi.catalog, scsi.sim.lanes()));
            assertTrue(refused.getMessage().contains("target.name.prefix"));
        }
    }
}
