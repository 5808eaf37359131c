package org.isobar.pool.check;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.GeometryTable;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidShape;
import org.isobar.pool.check.CheckRig.Outcome;
import org.isobar.pool.log.LogImages;
import org.isobar.pool.log.Position;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class CheckMainTest {
    private static final int VERSION_OFFSET = 8;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private CheckRig rig;

    @Before
    public void prepare() {
        rig = new CheckRig(folder.getRoot().toPath());
    }

    private static int half(final int half) {
        return LogImages.halfOffset(CheckRig.LAYOUT, half);
    }

    @Test
    public void findsNothingOnCleanDevices() throws IOException {
        final Outcome outcome = rig.check();
        outcome.assertClean();
        assertTrue(
                outcome.text(), outcome.text().contains("clean: devices=3 metadata-copies=3 records=0 sets=2 pages=2"));
    }

    @Test
    public void tellsUsage() {
        assertEquals(2, CheckRig.run(List.of()).status());
        assertEquals(2, CheckRig.run(List.of("--wrong", "x")).status());
        assertTrue(CheckRig.run(List.of()).text().contains("usage: check"));
    }

    @Test
    public void refusesDeviceThatIsNotThere() {
        final Outcome outcome = CheckRig.run(List.of("/nowhere/device"));
        assertEquals(2, outcome.status());
        assertTrue(outcome.text(), outcome.text().contains("/nowhere/device"));
    }

    @Test
    public void refusesDeviceThatAMemberHasOpen() throws IOException {
        final List<String> paths = rig.write(0, 1, 2);
        try (FileChannel channel = FileChannel.open(rig.file(1), StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertTrue(lock.isValid());
            assertEquals(2, CheckRig.run(paths).status());
        }
    }

    @Test
    public void writesJson() throws IOException {
        rig.devices[2][CheckRig.data(0, 0)] ^= 1;
        final Outcome outcome = rig.check(List.of("--json"), 0, 1, 2);
        assertEquals(1, outcome.status());
        assertTrue(outcome.text(), outcome.text().startsWith("{\"clean\":false,\"counts\":{\"devices\":3,"));
        assertTrue(
                outcome.text(),
                outcome.text().contains("\"findings\":[{\"where\":\"set=1 stripe=0 group=0\",\"what\":\""));
        assertEquals(1, outcome.text().lines().count());
    }

    @Test
    public void namesDamagedSuperblock() throws IOException {
        rig.devices[1][30] ^= 1;
        rig.check().assertFinds("device=" + CheckRig.uuid(1), "superblock=first");
    }

    @Test
    public void namesDamagedSecondSuperblock() throws IOException {
        rig.devices[1][CheckRig.DEVICE_BYTES - 4096 + 30] ^= 1;
        rig.check().assertFinds("device=" + CheckRig.uuid(1), "superblock=second");
    }

    @Test
    public void namesDeviceWithoutLabel() throws IOException {
        Arrays.fill(rig.devices[2], (byte) 0);
        final Outcome outcome = rig.check();
        outcome.assertFinds(rig.file(2).toString(), "no usable label");
        outcome.assertNotes("set=1 column=2", "missing");
    }

    @Test
    public void namesDeviceOfAnotherMember() throws IOException {
        rig.label(2, new UUID(9, 9), 3);
        rig.check().assertFinds("device=" + CheckRig.uuid(2), "another member");
    }

    @Test
    public void namesDeviceThatIsThereTwice() throws IOException {
        rig.devices[2] = rig.devices[1].clone();
        rig.check().assertFinds("device=" + CheckRig.uuid(1), "there twice");
    }

    @Test
    public void namesDeviceThatWasCutShort() throws IOException {
        rig.devices[2] = Arrays.copyOf(rig.devices[2], CheckRig.DEVICE_BYTES / 2);
        final Outcome outcome = rig.check();
        assertEquals(1, outcome.status());
        assertTrue(outcome.text(), outcome.text().contains("is shorter than its label says"));
    }

    @Test
    public void namesDamagedCheckpoint() throws IOException {
        rig.devices[1][half(0) + 4096 + 3] ^= 1;
        rig.check().assertFinds("device=" + CheckRig.uuid(1) + " metadata half=0", "does not match its header");
    }

    @Test
    public void notesCheckpointThatWasCutShort() throws IOException {
        rig.state(1, 1, new Position(5, 200), CheckRig.emptyState().bytes());
        rig.devices[1][half(1) + 50] ^= 1;
        final Outcome outcome = rig.check();
        outcome.assertClean();
        outcome.assertNotes("device=" + CheckRig.uuid(1) + " metadata half=1", "not whole");
    }

    @Test
    public void notesBatchThatWasCutShort() throws IOException {
        final int at = rig.append(0, 101, 7, 1, 1, 1);
        rig.devices[0][at + 70] ^= 1;
        final Outcome outcome = rig.check();
        outcome.assertClean();
        outcome.assertNotes("device=" + CheckRig.uuid(0), "last batch is not whole");
    }

    @Test
    public void readsRecordsAfterTheCheckpointAndNotesCopiesBehind() throws IOException {
        rig.append(0, 101, 7, 1, 1, 1);
        final Outcome outcome = rig.check();
        outcome.assertClean();
        assertTrue(outcome.text(), outcome.text().contains("pages=3"));
        outcome.assertNotes("device=" + CheckRig.uuid(2), "behind");
    }

    @Test
    public void namesCopyThatDiffersAtTheSamePosition() throws IOException {
        rig.state(2, 0, new Position(4, 100), CheckRig.setsState().bytes());
        rig.check().assertFinds("device=" + CheckRig.uuid(2), "differs");
    }

    @Test
    public void namesCopyOfAnotherLog() throws IOException {
        LogImages.checkpoint(
                rig.devices[2],
                CheckRig.LAYOUT,
                0,
                new UUID(6, 6),
                new Position(9, 9),
                CheckRig.uuids(),
                CheckRig.emptyState().bytes());
        final Outcome outcome = rig.check();
        assertEquals(1, outcome.status());
        assertTrue(
                outcome.text(),
                outcome.text().contains("device=" + CheckRig.uuid(2) + ": holds metadata of another log"));
    }

    @Test
    public void namesUnknownMetadataVersion() throws IOException {
        rig.devices[0][half(0) + VERSION_OFFSET + 3] = 2;
        rig.check().assertFinds("device=" + CheckRig.uuid(0) + " metadata half=0", "version=2");
    }

    @Test
    public void saysWhenTooFewDevicesAreThere() throws IOException {
        rig.check(List.of(), 0).assertFinds("metadata", "there=1 of=3");
        rig.check(List.of(), 0, 1).assertClean();
    }

    @Test
    public void saysWhenNoCopyCanBeRead() throws IOException {
        for (int i = 0; i < CheckRig.DEVICES; i++) {
            Arrays.fill(rig.devices[i], half(0), half(0) + 4096, (byte) 0);
        }
        rig.check().assertFinds("metadata", "no copy");
    }

    @Test
    public void namesPageWhoseSlotHasAnOwner() throws IOException {
        rig.state(CheckRig.standardState().page(7, 3, 1, 0).bytes());
        rig.check().assertFinds("set=1 slot=0");
    }

    @Test
    public void namesRecordThatContradictsTheState() throws IOException {
        for (int i = 0; i < CheckRig.DEVICES; i++) {
            rig.append(i, 101, 7, 5, 2, 1);
        }
        rig.check().assertFinds("record=1 after the checkpoint", "set=2");
    }

    @Test
    public void acceptsAPageInASetOfAnotherPool() throws IOException {
        for (int i = 0; i < CheckRig.DEVICES; i++) {
            rig.append(i, 101, 7, 5, 2, 2);
        }
        rig.check().assertClean();
    }

    @Test
    public void namesSlotBeyondTheSet() throws IOException {
        rig.state(CheckRig.setsState().page(7, 3, 1, 99).bytes());
        rig.check().assertFinds("set=1", "slot=99");
    }

    @Test
    public void namesChunkletThatIsUsedTwice() throws IOException {
        rig.state(CheckRig.setsState()
                .set(
                        "A",
                        CheckRig.PAGE_BYTES,
                        4,
                        CheckRig.set(3, "mirror", CheckRig.column(0, 1), CheckRig.column(2, 1)))
                .bytes());
        rig.check().assertFinds("device=" + CheckRig.uuid(0), "chunklet=1");
    }

    @Test
    public void namesColumnBeyondItsDevice() throws IOException {
        rig.state(CheckRig.standardState()
                .set(
                        "A",
                        CheckRig.PAGE_BYTES,
                        4,
                        CheckRig.set(3, "mirror", CheckRig.column(0, 2), CheckRig.column(2, 77)))
                .bytes());
        rig.check().assertFinds("set=3 column=1", "beyond its device", "chunklet=77");
    }

    @Test
    public void namesColumnsThatShareADevice() throws IOException {
        rig.state(CheckRig.standardState()
                .set(
                        "A",
                        CheckRig.PAGE_BYTES,
                        4,
                        CheckRig.set(3, "mirror", CheckRig.column(2, 2), CheckRig.column(2, 3)))
                .bytes());
        rig.check().assertFinds("set=3 column=1", "same device as column=0");
    }

    @Test
    public void namesSetWithMoreSlotsThanFit() throws IOException {
        rig.state(CheckRig.standardState()
                .set(
                        "A",
                        CheckRig.PAGE_BYTES,
                        5,
                        CheckRig.set(3, "mirror", CheckRig.column(0, 2), CheckRig.column(2, 2)))
                .bytes());
        rig.check().assertFinds("set=3", "slots=5 fit=4");
    }

    @Test
    public void namesSetsThatTheirLevelLaysOutOtherwiseHere() throws IOException {
        final RaidShape shape = RaidShape.of(CheckRig.set(2, "mirror", CheckRig.column(0, 1), CheckRig.column(1, 1)));
        final long right = GeometryTable.of(new CheckLevels.Mirror().geometry(shape.columns(), shape.stripBytes()))
                .fingerprint();
        rig.state(CheckRig.standardState().layout(shape, right).bytes());
        rig.check().assertClean();
        rig.state(CheckRig.standardState().layout(shape, right + 1).bytes());
        rig.check().assertFinds("set=2", "is laid out otherwise than its level says here: level=mirror");
    }

    @Test
    public void namesSetOfUnknownLevelOrShape() throws IOException {
        rig.state(CheckRig.standardState()
                .set("A", CheckRig.PAGE_BYTES, 4, CheckRig.set(3, "60", CheckRig.column(0, 2), CheckRig.column(2, 2)))
                .bytes());
        rig.check().assertFinds("set=3", "level that is not known here: 60");
        rig.state(CheckRig.standardState()
                .set(
                        "A",
                        CheckRig.PAGE_BYTES,
                        4,
                        CheckRig.set(3, "parity", CheckRig.column(0, 2), CheckRig.column(2, 2)))
                .bytes());
        rig.check().assertFinds("set=3", "shape");
    }

    @Test
    public void namesBlockThatDoesNotMatchItsChecksum() throws IOException {
        rig.sum(0, 0, 1, 0);
        rig.sum(1, 0, 1, 1);
        rig.devices[0][CheckRig.data(0, 4096 + 9)] ^= 1;
        rig.devices[2][CheckRig.data(0, 4096 + 9)] ^= 1;
        rig.sum(2, 0, 1, 2);
        rig.check().assertFinds("set=1", "column=0", CheckRig.uuid(0).toString(), "checksum", "chunkletOffset=4096");
        rig.sum(0, 0, 1, 0);
        rig.check().assertClean();
    }

    @Test
    public void countsWhatIsTooMuchToName() throws IOException {
        rig.sum(0, 0, 1, 0);
        rig.sum(1, 0, 1, 1);
        for (int block = 0; block < CheckRig.CHUNKLET_BYTES; block += 4096) {
            rig.devices[0][CheckRig.data(0, block)] ^= 1;
            rig.devices[1][CheckRig.data(0, block)] ^= 1;
        }
        final Outcome outcome = rig.check();
        assertEquals(1, outcome.status());
        assertEquals(
                101,
                outcome.text()
                        .lines()
                        .filter(line -> line.startsWith("finding: "))
                        .count());
        assertTrue(
                outcome.text(), outcome.text().contains("finding: set=1: has more that is wrong: named=100 in all="));
    }

    @Test
    public void takesLostChecksumsForUnknown() throws IOException {
        rig.sum(0, 0, 1, 0);
        rig.devices[0][(int) CheckRig.LAYOUT.chunkletSumsOffset(0) + 40] ^= 1;
        rig.check().assertClean();
    }

    @Test
    public void namesPageInASetThatIsNotThere() throws IOException {
        rig.state(CheckRig.setsState().page(7, 3, 9, 0).bytes());
        rig.check().assertFinds("set=9");
    }

    @Test
    public void namesDamagedHeaderOfEitherHalfOnlyWhenItHidesState() throws IOException {
        rig.devices[1][half(0) + 20] ^= 1;
        final Outcome outcome = rig.check();
        outcome.assertNotes("device=" + CheckRig.uuid(1) + " metadata half=0", "not whole");
    }

    @Test
    public void namesStripeWhoseParityIsWrong() throws IOException {
        rig.devices[1][CheckRig.data(0, 2 * CheckRig.STRIP_BYTES + 9)] ^= 4;
        rig.check().assertFinds("set=1 stripe=2 group=0", "pool=B", "slot=0 MAPPED", CheckRig.uuid(1) + "/0");
    }

    @Test
    public void namesStripeWhoseMirrorsDiffer() throws IOException {
        rig.devices[1][CheckRig.data(1, 17 * CheckRig.STRIP_BYTES)] ^= 4;
        rig.check().assertFinds("set=2 stripe=17 group=0", "pool=A", "slot=1 MAPPED");
    }

    @Test
    public void joinsNeighbouringStripes() throws IOException {
        rig.devices[1][CheckRig.data(0, CheckRig.STRIP_BYTES)] ^= 4;
        rig.devices[1][CheckRig.data(0, 2 * CheckRig.STRIP_BYTES)] ^= 4;
        rig.check().assertFinds("set=1 stripe=1-2 group=0");
    }

    @Test
    public void skipsStripesThatWereBeingWrittenUnlessStrict() throws IOException {
        // 64 stripes and 64 regions: region 2 is stripe 2.
        rig.markIntent(0, 0, 1, 1L << 2);
        rig.devices[1][CheckRig.data(0, 2 * CheckRig.STRIP_BYTES + 9)] ^= 4;
        final Outcome outcome = rig.check();
        outcome.assertClean();
        outcome.assertNotes("set=1", "regions=1");
        rig.check(List.of("--strict"), 0, 1, 2).assertFinds("set=1 stripe=2 group=0");
    }

    @Test
    public void namesFreeSlotThatHoldsData() throws IOException {
        // Slot 5 of the parity set begins with stripe 40 and was never opened; its parity is right.
        rig.devices[0][CheckRig.data(0, 41 * CheckRig.STRIP_BYTES)] = 1;
        rig.devices[2][CheckRig.data(0, 41 * CheckRig.STRIP_BYTES)] = 1;
        rig.check().assertFinds("set=1 stripe=41 group=0", "free slot holds data", "slot=5 FREE");
    }

    @Test
    public void namesDamagedWriteIntent() throws IOException {
        rig.markIntent(0, 0, 1, 0);
        rig.devices[0][(int) CheckRig.LAYOUT.intentOffset() + 100] ^= 1;
        final Outcome outcome = rig.check();
        assertEquals(1, outcome.status());
        assertTrue(
                outcome.text(),
                outcome.text().contains("set=1 column=0 device=" + CheckRig.uuid(0) + ": write intent is damaged"));
    }

    @Test
    public void leavesStaleAndMissingColumnsOut() throws IOException {
        final RaidColumn stale = new RaidColumn(CheckRig.uuid(1), 1, ColumnState.STALE);
        rig.state(CheckRig.emptyState()
                .set("A", CheckRig.PAGE_BYTES, 4, CheckRig.set(2, "mirror", CheckRig.column(0, 1), stale))
                .bytes());
        rig.devices[1][CheckRig.data(1, 17 * CheckRig.STRIP_BYTES)] ^= 4;
        final Outcome outcome = rig.check(List.of(), 0, 1);
        outcome.assertClean();
        outcome.assertNotes("set=2 column=1", "stale");
        outcome.assertNotes("set=2", "groupsNotChecked=64");
    }
}
