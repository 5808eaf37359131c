package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.volume.VolumeThresholds;
import org.junit.Test;

/** THIN PROVISIONING SOFT THRESHOLD REACHED: when, to whom, and what initiators may set of it. */
public final class ThresholdTest {
    private static final String READY = "00 00 00 00 00 00";
    private static final String SENSE_PAGE = "1a 08 1c 02 ff 00";
    private static final int HEADER = 4;
    private static final int SITUA_AT = HEADER + 4;
    /** Descriptors in the answer to {@link #SENSE_PAGE}. */
    private static final int VOLUME_WARNING = HEADER + 16;

    private static final int VOLUME_CRITICAL = HEADER + 24;
    private static final int POOL_WARNING = HEADER + 32;
    private static final int POOL_CRITICAL = HEADER + 40;
    private static final long SET = 512 << 10;

    private final ScsiFixture scsi = new ScsiFixture();
    private final ScsiNexus other = scsi.openReady("iqn.other", 2, 1);

    @Test
    public void allNexusesHearOncePerCrossingOfAPoolThreshold() {
        pool(749);
        assertQuiet();
        pool(750);
        assertReached(scsi.nexus, POOL_WARNING);
        assertReached(other, POOL_WARNING);
        pool(760);
        pool(740);
        pool(750);
        assertQuiet();
        pool(900);
        assertReached(scsi.nexus, POOL_CRITICAL);
        assertReached(other, POOL_CRITICAL);
        pool(729);
        pool(1000);
        // Both were crossed again; one by one.
        assertReached(other, POOL_WARNING);
        assertReached(other, POOL_CRITICAL);
        assertReached(scsi.nexus, POOL_WARNING);
        assertReached(scsi.nexus, POOL_CRITICAL);
        assertQuiet();
    }

    @Test
    public void aVolumeHasNoThresholdsUntilAnOperatorSetsThem() {
        used(ScsiFixture.SIZE_BYTES);
        assertQuiet();
        used(0);
        scsi.volume.thresholds(new VolumeThresholds(50, 90));
        look();
        assertModeChanged(scsi.nexus);
        assertModeChanged(other);
        assertQuiet();
        assertEquals("8102000000000010", descriptor(VOLUME_WARNING));
        assertEquals("810200000000001d", descriptor(VOLUME_CRITICAL));
        used(16 * SET - 1);
        assertQuiet();
        used(16 * SET);
        assertReached(scsi.nexus, VOLUME_WARNING);
        assertReached(other, VOLUME_WARNING);
        used(15 * SET + SET / 2);
        used(16 * SET);
        assertQuiet();
        used(15 * SET);
        used(16 * SET);
        assertReached(scsi.nexus, VOLUME_WARNING);
        assertReached(other, VOLUME_WARNING);
        used(29 * SET);
        assertReached(scsi.nexus, VOLUME_CRITICAL);
        assertReached(other, VOLUME_CRITICAL);
    }

    @Test
    public void whatIsFullAlreadyAtTheStartIsNotTold() {
        scsi.volume.pool(950, PoolThresholds.DEFAULT);
        final ScsiNexus restarted = scsi.restart();
        look();
        scsi.run(restarted, scsi.task(READY)).assertGood();
        pool(10);
        pool(950);
        assertReached(restarted, POOL_WARNING);
    }

    @Test
    public void anOperatorsNewThresholdIsTold() {
        pool(600);
        assertQuiet();
        scsi.volume.pool(600, new PoolThresholds(50, 90));
        look();
        for (final ScsiNexus nexus : new ScsiNexus[] {scsi.nexus, other}) {
            assertModeChanged(nexus);
            assertReached(nexus, POOL_WARNING);
        }
        assertEquals("8803000000000032", descriptor(POOL_WARNING));
    }

    @Test
    public void anInitiatorMovesAndSwitchesThresholds() {
        final byte[] page = sense();
        page[POOL_WARNING] = 0x08;
        page[POOL_CRITICAL + 7] = 20;
        page[VOLUME_WARNING] = (byte) 0x81;
        page[VOLUME_WARNING + 7] = 4;
        select(page, 0).assertGood();
        assertModeChanged(other);
        assertArrayEquals(page, sense());
        pool(799);
        assertQuiet();
        pool(800);
        assertReached(scsi.nexus, POOL_CRITICAL);
        assertReached(other, POOL_CRITICAL);
        used(4 * SET);
        assertReached(scsi.nexus, VOLUME_WARNING);
        assertReached(other, VOLUME_WARNING);
        // Operators move what was left to them only.
        scsi.volume.pool(800, new PoolThresholds(10, 20));
        look();
        assertQuiet();
        assertArrayEquals(page, sense());
        // Beyond it already: told at once.
        page[VOLUME_CRITICAL] = (byte) 0x81;
        page[VOLUME_CRITICAL + 7] = 4;
        select(page, 0).assertGood();
        assertReached(scsi.nexus, VOLUME_CRITICAL);
        assertModeChanged(other);
        assertReached(other, VOLUME_CRITICAL);
    }

    @Test
    public void aResetBringsBackWhatWasSavedElseWhatOperatorsHave() {
        final byte[] shipped = sense();
        final byte[] page = sense();
        page[POOL_WARNING + 7] = 40;
        select(page, 0).assertGood();
        assertArrayEquals(shipped, scsi.in("1a 08 dc 02 ff 00").assertGood().received);
        scsi.nexus.resetLogicalUnit(0);
        scsi.run(READY).assertSense(0x6, 0x29, 0x03);
        assertArrayEquals(shipped, sense());
        select(page, 1).assertGood();
        assertArrayEquals(page, scsi.in("1a 08 dc 02 ff 00").assertGood().received);
        assertArrayEquals(shipped, scsi.in("1a 08 9c 02 ff 00").assertGood().received);
        final byte[] later = page.clone();
        later[POOL_WARNING + 7] = 41;
        select(later, 0).assertGood();
        scsi.nexus.resetLogicalUnit(0);
        scsi.run(READY).assertSense(0x6, 0x29, 0x03);
        assertArrayEquals(page, sense());
    }

    @Test
    public void whatIsSavedOutlivesAStop() {
        final byte[] page = sense();
        page[SITUA_AT] = 1;
        page[POOL_WARNING + 7] = 40;
        page[VOLUME_CRITICAL] = (byte) 0x81;
        page[VOLUME_CRITICAL + 7] = 9;
        select(page, 1).assertGood();
        final ScsiNexus again = scsi.restart();
        assertArrayEquals(
                page, scsi.run(again, scsi.task(SENSE_PAGE).expectIn(255)).assertGood().received);
        scsi.volumes.listener.volumeRemoved(scsi.volume);
        assertTrue(scsi.catalog.all(Thresholds.TOPIC).isEmpty());
    }

    @Test
    public void whatCannotBeSavedDoesNotTakeEffect() {
        final byte[] before = sense();
        final byte[] page = sense();
        page[POOL_WARNING + 7] = 40;
        scsi.catalog.fail(true);
        select(page, 1).assertSense(0x4, 0x44, 0);
        assertArrayEquals(before, sense());
        scsi.catalog.fail(false);
        scsi.run(other, scsi.task(READY)).assertGood();
    }

    @Test
    public void unreadableModesGiveWayToThoseOfOperators() {
        final byte[] before = sense();
        scsi.catalog.put(Thresholds.TOPIC, MemoryVolume.UUID_OF_ALL.toString(), new byte[7]);
        final ScsiNexus again = scsi.restart();
        assertArrayEquals(
                before, scsi.run(again, scsi.task(SENSE_PAGE).expectIn(255)).assertGood().received);
    }

    @Test
    public void countsOutOfBoundsAreRefused() {
        for (final int[] bad : new int[][] {
            {VOLUME_WARNING, 0x81, 0}, {VOLUME_WARNING, 0x81, 33}, {POOL_WARNING, 0x88, 0}, {POOL_CRITICAL, 0x88, 100}
        }) {
            final byte[] page = sense();
            page[bad[0]] = (byte) bad[1];
            page[bad[0] + 7] = (byte) bad[2];
            assertEquals(bad[0], select(page, 0).assertSense(0x5, 0x26, 0).field());
        }
        final byte[] increasing = sense();
        increasing[POOL_WARNING] = (byte) 0x81;
        assertEquals(
                POOL_WARNING, select(increasing, 0).assertSense(0x5, 0x26, 0).field());
        final byte[] resource = sense();
        resource[VOLUME_WARNING + 1] = 1;
        assertEquals(
                VOLUME_WARNING + 1,
                select(resource, 0).assertSense(0x5, 0x26, 0).field());
    }

    @Test
    public void withoutReportingNobodyHears() {
        final byte[] recovery = scsi.in("1a 08 01 00 ff 00").assertGood().received;
        recovery[HEADER + 7] = 0;
        select(recovery, 0).assertGood();
        assertModeChanged(other);
        pool(950);
        assertQuiet();
        recovery[HEADER + 7] = (byte) 0x80;
        select(recovery, 0).assertGood();
        assertReached(scsi.nexus, POOL_WARNING);
        assertReached(scsi.nexus, POOL_CRITICAL);
    }

    @Test
    public void withSituaOnlyTheFirstToComeHears() {
        final byte[] page = sense();
        page[SITUA_AT] = 1;
        select(page, 0).assertGood();
        assertModeChanged(other);
        pool(800);
        // A command that cannot tell takes nothing away.
        scsi.run(scsi.nexus, scsi.task("12 00 00 00 ff 00").expectIn(255)).assertGood();
        assertReached(other, POOL_WARNING);
        assertQuiet();
    }

    @Test
    public void requestSenseTellsToo() {
        pool(800);
        final byte[] sense = scsi.in("03 00 00 00 ff 00").assertGood().received;
        assertEquals("f0000600000020", HexFormat.of().formatHex(sense, 0, 7));
        assertEquals("3807", HexFormat.of().formatHex(sense, 12, 14));
        scsi.run(READY).assertGood();
    }

    @Test
    public void logPagesTellUsedAndAvailable() {
        used(3 * SET - 1);
        scsi.volume.pool(250, PoolThresholds.DEFAULT);
        assertLog("4d 00 40 00 00 00 00 00 ff 00", "00000002" + "000c");
        assertLog("4d 00 40 ff 00 00 00 00 ff 00", "40ff0006" + "000000ff0c00");
        final String available = "000123080000000002000000";
        final String used = "000223080000000301000000";
        final String percent = "00032308004b000002000000";
        assertLog("4d 00 4c 00 00 00 00 00 ff 00", "8c000024" + available + used + percent);
        assertLog("4d 00 4c 00 00 00 02 00 ff 00", "8c000018" + used + percent);
        assertLog("4d 00 0c 00 00 00 03 00 ff 00", "8c00000c" + percent);
        assertLog("4d 00 4c 00 00 00 00 00 04 00", "8c000024");
        assertEquals(
                5, scsi.in("4d 00 4c 00 00 00 04 00 ff 00").assertInvalidCdb().field());
        assertEquals(
                2, scsi.in("4d 00 4d 00 00 00 00 00 ff 00").assertInvalidCdb().field());
        assertEquals(
                3, scsi.in("4d 00 4c 01 00 00 00 00 ff 00").assertInvalidCdb().field());
        assertEquals(
                1, scsi.in("4d 01 4c 00 00 00 00 00 ff 00").assertInvalidCdb().field());
    }

    @Test
    public void aSetIsAPageUnlessThatIsVeryShort() {
        assertEquals(10, SoftThreshold.exponent(128));
        assertEquals(13, SoftThreshold.exponent(8192));
        assertEquals(21, SoftThreshold.exponent(1 << 21));
    }

    private void pool(final long used) {
        scsi.volume.pool(used, PoolThresholds.DEFAULT);
        look();
    }

    private void used(final long bytes) {
        scsi.volume.used(bytes);
        look();
    }

    private void look() {
        scsi.volumes.listener.spaceChanged(scsi.volume, scsi.volume.space());
    }

    private byte[] sense() {
        return scsi.in(SENSE_PAGE).assertGood().received;
    }

    private String descriptor(final int at) {
        return HexFormat.of().formatHex(Arrays.copyOfRange(sense(), at, at + 8));
    }

    /** Sends back what MODE SENSE gave, changed. */
    private ScsiFixture.Task select(final byte[] sensed, final int save) {
        final byte[] list = sensed.clone();
        list[0] = 0;
        list[2] = 0;
        return scsi.out(String.format("15 1%d 00 00 %02x 00", save, list.length), list);
    }

    private void assertLog(final String cdb, final String expected) {
        assertEquals(expected, HexFormat.of().formatHex(scsi.in(cdb).assertGood().received));
    }

    private void assertQuiet() {
        scsi.run(scsi.nexus, scsi.task(READY)).assertGood();
        scsi.run(other, scsi.task(READY)).assertGood();
    }

    private void assertModeChanged(final ScsiNexus nexus) {
        scsi.run(nexus, scsi.task(READY)).assertSense(0x6, 0x2A, 0x01);
    }

    private void assertReached(final ScsiNexus nexus, final int descriptor) {
        final ScsiFixture.Task told = scsi.run(nexus, scsi.task(READY)).assertSense(0x6, 0x38, 0x07);
        assertEquals(descriptor - HEADER, told.information());
    }
}
