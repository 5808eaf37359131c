package org.isobar.volume;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.recording.RecordingInfo;
import org.isobar.api.recording.RecordingInfo.State;
import org.isobar.api.recording.RecordingSpec;
import org.isobar.api.volume.Volume;
import org.isobar.testkit.Blocks;
import org.isobar.volume.recording.RecordingRun;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;
import org.junit.rules.TemporaryFolder;

public final class VolumeRecordingsTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final VolumeFixture member = new VolumeFixture();
    private final List<RecordingRun> background = new ArrayList<>();
    private VolumeRecordings recordings;

    @Before
    public void open() {
        recordings = new VolumeRecordings(
                member.volumes, member.sim.lanes(), member.sim.clock(), path().resolve("recordings"), background::add);
        member.create("vol-a");
    }

    private Path path() {
        return folder.getRoot().toPath();
    }

    private void pass(final int seconds) {
        for (int i = 0; i < seconds; i++) {
            member.sim.runFor(TimeUnit.SECONDS.toNanos(1));
            background.removeIf(run -> !run.step());
        }
        member.sim.run();
    }

    private RecordingInfo start(final RecordingSpec spec) {
        return member.sim.await(recordings.start(spec));
    }

    private static RecordingSpec spec() {
        return new RecordingSpec("vol-a", 0, 0, 0);
    }

    private void read(final long offsetBytes, final int lengthBytes) {
        Blocks.read(member.sim, member.volume("vol-a"), offsetBytes, lengthBytes);
    }

    private String exported(final int id) throws IOException {
        final ByteArrayOutputStream text = new ByteArrayOutputStream();
        recordings.export(id, text);
        return text.toString(StandardCharsets.US_ASCII).replaceAll("(?m)^[0-9]+,", "");
    }

    @Test
    public void recordsTheAccessesOfAVolumeFromStartToStop() throws IOException {
        final Volume volume = member.volume("vol-a");
        Blocks.write(member.sim, volume, 0, new byte[4096]);
        final RecordingInfo started = start(spec());
        assertEquals(State.RUNNING, started.state());
        assertEquals(3600, started.seconds());
        assertEquals(64L << 20, started.limitBytes());
        Blocks.write(member.sim, volume, VolumeFixture.PAGE_BYTES - 512, new byte[1024]);
        read(512, 4096);
        Blocks.zero(member.sim, volume, 2 * VolumeFixture.PAGE_BYTES, 65536);
        Blocks.flush(member.sim, volume);
        Blocks.discard(member.sim, volume, 0, 65536);
        pass(2);
        final RecordingInfo going = recordings.recordings().get(0);
        assertEquals(State.RUNNING, going.state());
        assertEquals(4, going.accesses());
        assertTrue(going.lastedMs() >= 2000);
        final RecordingInfo stopped = member.sim.await(recordings.stop(started.id()));
        member.sim.run();
        assertEquals(State.STOPPED, stopped.state());
        read(0, 512);
        assertEquals("""
            time_us,op,page,block,blocks
            write,0,127,1
            write,1,128,1
            read,0,1,8
            zero,2,256,128
            """, exported(started.id()));
        assertEquals(stopped, recordings.recordings().get(0));
        assertEquals(stopped, member.sim.await(recordings.stop(started.id())));
    }

    @Test
    public void endsWhenItsTimeIsOver() {
        start(new RecordingSpec("vol-a", 3, 0, 0));
        pass(2);
        assertEquals(State.RUNNING, recordings.recordings().get(0).state());
        pass(2);
        assertEquals(State.ENDED, recordings.recordings().get(0).state());
        assertTrue(background.isEmpty());
    }

    @Test
    public void isFullAtItsLimit() {
        start(new RecordingSpec("vol-a", 0, 0, 1 << 20));
        RecordingInfo info = recordings.recordings().get(0);
        for (int round = 0; round < 100 && info.state() == State.RUNNING; round++) {
            for (int i = 0; i < 500; i++) {
                Blocks.zero(member.sim, member.volume("vol-a"), 0, 2 * VolumeFixture.MIB);
            }
            pass(1);
            info = recordings.recordings().get(0);
        }
        assertEquals(State.FULL, info.state());
        assertTrue(info.toString(), info.fileBytes() <= 1 << 20 && info.accesses() > 100_000);
        start(spec());
    }

    @Test
    public void goesOnWhenTheVolumeChangesAndEndsWhenItIsDeleted() throws IOException {
        start(spec());
        member.sim.await(member.volumes.grow("vol-a", 4 * VolumeFixture.MIB));
        read(3 * VolumeFixture.MIB, 512);
        member.sim.await(member.volumes.delete("vol-a", true));
        pass(1);
        assertEquals(State.STOPPED, recordings.recordings().get(0).state());
        assertTrue(exported(1).contains("read,48,6144,1"));
    }

    @Test
    public void tellsOfOneThatTheMemberDiedIn() throws IOException {
        start(spec());
        read(0, 512);
        pass(2);
        final Path file = path().resolve("recordings/recording-1.accesses");
        final byte[] bytes = Files.readAllBytes(file);
        Files.write(path().resolve("recordings/recording-7.accesses"), Arrays.copyOf(bytes, bytes.length - 1));
        final RecordingInfo dead = recordings.recordings().get(0);
        assertEquals(7, dead.id());
        assertEquals(State.INTERRUPTED, dead.state());
        assertTrue(dead.toString(), dead.unreadableBytes() > 0);
        assertEquals(0, dead.accesses());
        member.create("vol-b");
        assertEquals(8, start(new RecordingSpec("vol-b", 0, 0, 0)).id());
    }

    @Test
    public void isThereAfterARestart() throws IOException {
        start(spec());
        read(0, 512);
        recordings.close();
        member.restartAndServe();
        recordings = new VolumeRecordings(
                member.volumes, member.sim.lanes(), member.sim.clock(), path().resolve("recordings"), background::add);
        final RecordingInfo info = recordings.recordings().get(0);
        assertEquals(State.STOPPED, info.state());
        assertEquals(1, info.accesses());
        assertEquals("time_us,op,page,block,blocks\nread,0,0,1\n", exported(1));
    }

    @Test
    public void refusesWhatCannotBeRecorded() {
        refused(Code.NOT_FOUND, "no such volume", new RecordingSpec("vol-x", 0, 0, 0));
        start(spec());
        refused(Code.CONFLICT, "recorded already", spec());
        assertThrows(StorageException.class, () -> new RecordingSpec("vol-a", -1, 0, 0));
        for (final RecordingSpecs wrong : RecordingSpecs.values()) {
            final StorageException thrown = assertThrows(StorageException.class, wrong::make);
            assertEquals(Code.INVALID, thrown.code());
            assertTrue(thrown.getMessage(), thrown.getMessage().startsWith(wrong.field + ": must be"));
        }
    }

    private enum RecordingSpecs {
        NOBODY("volume", "", 0, 0, 0),
        LONG("seconds", "vol-a", 604_801, 0, 0),
        SPARSE("sampleOneIn", "vol-a", 0, 1025, 0),
        SHORT("limitBytes", "vol-a", 0, 0, 1000),
        HUGE("limitBytes", "vol-a", 0, 0, (1L << 30) + 1);

        private final String field;
        private final String volume;
        private final int seconds;
        private final int sample;
        private final long limit;

        RecordingSpecs(final String field, final String volume, final int seconds, final int sample, final long limit) {
            this.field = field;
            this.volume = volume;
            this.seconds = seconds;
            this.sample = sample;
            this.limit = limit;
        }

        RecordingSpec make() {
            return new RecordingSpec(volume, seconds, sample, limit);
        }
    }

    private void refused(final Code code, final String why, final RecordingSpec spec) {
        final StorageException refused = assertThrows(StorageException.class, () -> start(spec));
        assertEquals(code, refused.code());
        assertTrue(refused.getMessage(), refused.getMessage().contains(why));
    }

    @Test
    public void refusesAVolumeThatIsBeingDeleted() {
        member.store.failFrom(2);
        assertThrows(StorageException.class, () -> member.sim.await(member.volumes.delete("vol-a", true)));
        refused(Code.CONFLICT, "does not serve", spec());
    }

    @Test
    public void saysWhenTheFileCannotBeWritten() {
        start(spec());
        read(0, 512);
        member.sim.runFor(TimeUnit.SECONDS.toNanos(2));
        // What a thread does that was interrupted closes the file.
        Thread.currentThread().interrupt();
        assertFalse(background.get(0).step());
        assertTrue(Thread.interrupted());
        assertEquals(State.FAILED, background.get(0).info().state());
        member.sim.run();
        read(0, 512);
        assertEquals(
                "the file ends in the middle",
                State.INTERRUPTED,
                recordings.recordings().get(0).state());
    }

    @Test
    public void keepsSoManyAndNoMore() {
        for (int i = 0; i < VolumeRecordings.RECORDINGS_MAX; i++) {
            final int id = start(spec()).id();
            assertEquals(i + 1, id);
            member.sim.await(recordings.stop(id));
        }
        refused(Code.CONFLICT, "too many recordings", spec());
        member.sim.await(recordings.delete(16));
        assertEquals("a number is not used again", 17, start(spec()).id());
    }

    @Test
    public void deletesOneThatGoesOn() {
        start(spec());
        member.sim.await(recordings.delete(1));
        member.sim.run();
        assertEquals(List.of(), recordings.recordings());
        read(0, 512);
        assertFalse(Files.exists(path().resolve("recordings/recording-1.accesses")));
    }

    @Test
    public void knowsNoOther() throws IOException {
        for (final int id : new int[] {0, -1, 5}) {
            notFound(() -> member.sim.await(recordings.stop(id)));
            notFound(() -> member.sim.await(recordings.delete(id)));
            notFound(() -> recordings.export(id, OutputStream.nullOutputStream()));
        }
        Files.createDirectories(path().resolve("recordings"));
        Files.writeString(path().resolve("recordings/recording-5.accesses"), "something else");
        Files.writeString(path().resolve("recordings/recording-05.accesses"), "something else");
        Files.writeString(path().resolve("recordings/notes"), "something else");
        notFound(() -> recordings.export(5, OutputStream.nullOutputStream()));
        assertEquals(List.of(), recordings.recordings());
    }

    private static void notFound(final ThrowingRunnable call) {
        assertEquals(Code.NOT_FOUND, assertThrows(StorageException.class, call).code());
    }

    @Test
    public void saysThatTheFolderCannotBeUsed() throws IOException {
        Files.writeString(path().resolve("recordings"), "a file");
        refused(Code.IO, "recording cannot be written", spec());
    }
}
