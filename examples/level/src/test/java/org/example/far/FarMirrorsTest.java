package org.example.far;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.isobar.testkit.level.RaidLevelContract;
import org.junit.Test;

/** Keeps the contract of a RAID level, and puts copies far apart. */
public final class FarMirrorsTest extends RaidLevelContract {
    @Override
    protected RaidLevel level() {
        return new FarMirrors();
    }

    @Test
    public void putsCopiesHalfASetApart() {
        final RaidGeometry geometry = level().geometry(8, 65_536);
        assertEquals(3, geometry.column(5, 3, 0));
        assertEquals(7, geometry.column(5, 3, 1));
    }

    @Test
    public void leavesTheOddDeviceOut() {
        assertEquals(6, level().columns(7));
        assertThrows(IllegalArgumentException.class, () -> level().geometry(7, 65_536));
    }
}
