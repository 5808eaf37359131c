package org.isobar.pool.check;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.pool.check.CheckRig.Outcome;
import org.isobar.pool.log.LogImages;
import org.isobar.pool.store.ContradictingRecords;
import org.isobar.pool.store.ContradictingRecords.MemberRecordBytes;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Damages made by hand in metadata: records of every kind, marks that cannot be, sectors that cannot be read. */
public class CheckDamagesTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void namesARecordOfEveryKindThatContradictsTheState() throws IOException {
        assertNamed(ContradictingRecords.of(parity(), CheckRig.uuid(0)));
    }

    @Test
    public void namesARecordOfEveryKindThatIsNotWhole() throws IOException {
        assertNamed(ContradictingRecords.damaged(parity(), CheckRig.uuid(0)));
    }

    @Test
    public void namesColumnsThatAreStaleTogether() throws IOException {
        final CheckRig rig = rig();
        rig.state(CheckRig.emptyState()
                .set("A", CheckRig.PAGE_BYTES, 4, CheckRig.set(2, "mirror", stale(0, 1), stale(1, 1)))
                .bytes());
        rig.check()
                .assertFinds(
                        "set=2 column=1",
                        "stale together with column=0",
                        CheckRig.uuid(1).toString());
    }

    @Test
    public void notesOneStaleColumnOfAParitySet() throws IOException {
        final CheckRig rig = rig();
        rig.state(CheckRig.emptyState()
                .set(
                        "B",
                        CheckRig.PAGE_BYTES,
                        8,
                        CheckRig.set(1, "parity", CheckRig.column(0, 0), stale(1, 0), CheckRig.column(2, 0)))
                .bytes());
        final Outcome outcome = rig.check();
        outcome.assertClean();
        outcome.assertNotes("set=1 column=1", "stale");
    }

    @Test
    public void namesSectorsThatCannotBeRead() throws IOException {
        final String device = "device=" + CheckRig.uuid(1);
        final int half = LogImages.halfOffset(CheckRig.LAYOUT, 0);
        final int promise = (int) CheckRig.LAYOUT.systemOffset();
        assertUnreadable(0, device, "superblock=first", "cannot be read");
        assertUnreadable(CheckRig.DEVICE_BYTES - 512, device, "superblock=second", "cannot be read");
        assertUnreadable(promise + 4096, device, "metadata cannot be read");
        assertUnreadable(half, device, "metadata cannot be read");
        assertUnreadable(half + 4096 + 10, device, "metadata cannot be read");
        assertUnreadable((int) CheckRig.LAYOUT.intentOffset() + 5, "set=1 column=1", "write intent cannot be read");
        assertUnreadable((int) CheckRig.LAYOUT.chunkletSumsOffset(0), "set=1 column=1", "checksums cannot be read");
        assertUnreadable(CheckRig.data(0, 70_000), "set=1 column=1", "cannot be read: offset=");
    }

    @Test
    public void namesADeviceWithoutAnyReadableSuperblock() throws IOException {
        final CheckRig rig = rig();
        final List<String> findings = OfflineCheck.findings(
                List.of(new BadSource(rig, 0), new BadSource(rig, 1, 0, CheckRig.DEVICE_BYTES - 4096)), false);
        assertTrue(findings.toString(), findings.get(0).contains("no usable label"));
        assertTrue(findings.toString(), findings.get(0).contains("cannot be read"));
    }

    @Test
    public void namesWhatIsFoundInWriteLogs() throws IOException {
        final CheckRig rig = rig();
        final int mark = CheckRig.data(0, CheckLevels.Inspector.MARK_OFFSET);
        rig.devices[1][mark] = CheckLevels.Inspector.DAMAGE;
        rig.devices[2][mark] = CheckLevels.Inspector.DAMAGE;
        rig.check().assertFinds("set=1 group=0 column=1", "damage written=false");
        rig.devices[1][mark] = CheckLevels.Inspector.DOUBT;
        rig.devices[2][mark] = CheckLevels.Inspector.DOUBT;
        rig.markIntent(0, 0, 1, 1L << 2);
        final Outcome outcome = rig.check();
        outcome.assertClean();
        outcome.assertNotes("set=1 group=0 column=1", "doubt written=true");
        rig.check(List.of("--strict"), 0, 1, 2).assertFinds("set=1 group=0 column=1", "doubt");
        rig.devices[1][mark] = CheckLevels.Inspector.NOTE;
        rig.devices[2][mark] = CheckLevels.Inspector.NOTE;
        rig.check(List.of("--strict"), 0, 1, 2).assertNotes("set=1 group=0 column=1", "note");
        rig.check(List.of(), 0, 2).assertNotes("set=1 group=0 column=1", "no column");
    }

    private void assertNamed(final Map<MemberRecordBytes, String> records) throws IOException {
        for (final Map.Entry<MemberRecordBytes, String> record : records.entrySet()) {
            final CheckRig rig = rig();
            for (int device = 0; device < CheckRig.DEVICES; device++) {
                rig.append(device, 101, record.getKey().buffer());
            }
            final Outcome outcome = rig.check();
            try {
                outcome.assertFinds("record=1 after the checkpoint", record.getValue());
            } catch (final AssertionError notNamed) {
                throw new AssertionError(record.getKey() + " " + record.getValue() + ": " + outcome, notNamed);
            }
        }
    }

    private void assertUnreadable(final int at, final String... names) throws IOException {
        final CheckRig rig = rig();
        final List<String> findings = OfflineCheck.findings(
                List.of(new BadSource(rig, 0), new BadSource(rig, 1, at), new BadSource(rig, 2)), false);
        final List<String> naming = new ArrayList<>(findings);
        for (final String name : names) {
            naming.removeIf(finding -> !finding.contains(name));
        }
        assertTrue("at=" + at + " " + findings, !naming.isEmpty());
        if (at < (int) CheckRig.LAYOUT.intentOffset()) {
            assertEquals(findings.toString(), 1, findings.size());
        }
    }

    private CheckRig rig() {
        return new CheckRig(folder.getRoot().toPath());
    }

    private static RaidSetSpec parity() {
        return CheckRig.set(1, "parity", CheckRig.column(0, 0), CheckRig.column(1, 0), CheckRig.column(2, 0));
    }

    private static RaidColumn stale(final int device, final int chunklet) {
        return new RaidColumn(CheckRig.uuid(device), chunklet, ColumnState.STALE);
    }

    /** A device of the rig with sectors that cannot be read. */
    private static final class BadSource implements CheckSource {
        private static final int SECTOR_BYTES = 512;

        private final byte[] bytes;
        private final String name;
        private final int[] bad;

        BadSource(final CheckRig rig, final int device, final int... bad) {
            bytes = rig.devices[device];
            name = "source" + device;
            this.bad = bad;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public int read(final ByteBuffer into, final long offset) throws IOException {
            for (final int at : bad) {
                final int sector = at / SECTOR_BYTES * SECTOR_BYTES;
                if (offset < sector + SECTOR_BYTES && sector < offset + into.remaining()) {
                    throw new IOException("bad sector at " + sector);
                }
            }
            final int length = into.remaining();
            into.put(bytes, (int) offset, length);
            return length;
        }

        @Override
        public void close() {}
    }
}
