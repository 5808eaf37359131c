package org.isobar.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.recording.RecordingInfo;
import org.isobar.api.recording.RecordingService;
import org.isobar.api.recording.RecordingSpec;
import org.isobar.api.volume.VolumeService;

/** Recordings of one access, with a file that holds the word {@code recorded}, for tests of the skins. */
final class FakeRecordings implements RecordingService {
    private final List<RecordingInfo> recordings = new ArrayList<>();
    private final VolumeService volumes;
    private int lastId;

    FakeRecordings(final VolumeService volumes) {
        this.volumes = volumes;
    }

    @Override
    public List<RecordingInfo> recordings() {
        return List.copyOf(recordings);
    }

    @Override
    public CompletionStage<RecordingInfo> start(final RecordingSpec spec) {
        if (volumes.find(spec.volume()).isEmpty()) {
            return refused(Code.NOT_FOUND, "no such volume: name=" + spec.volume());
        }
        if (recordings.stream().anyMatch(one -> one.state() == RecordingInfo.State.RUNNING)) {
            return refused(Code.CONFLICT, "volume is recorded already: name=" + spec.volume());
        }
        lastId++;
        recordings.add(0, info(lastId, spec, RecordingInfo.State.RUNNING, file()));
        return CompletableFuture.completedFuture(recordings.get(0));
    }

    private static RecordingInfo info(
            final int id, final RecordingSpec spec, final RecordingInfo.State state, final String file) {
        return new RecordingInfo(
                id,
                spec.volume(),
                spec.sampleOneIn(),
                state,
                1000,
                2000,
                spec.seconds(),
                spec.limitBytes(),
                8,
                1,
                0,
                0,
                file);
    }

    private static String file() {
        try {
            final Path file = Files.createTempFile("recording", ".accesses");
            file.toFile().deleteOnExit();
            return Files.writeString(file, "recorded").toString();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CompletionStage<RecordingInfo> stop(final int id) {
        final RecordingInfo was = find(id);
        if (was == null) {
            return refused(Code.NOT_FOUND, "no such recording: id=" + id);
        }
        final RecordingInfo stopped = info(
                id,
                new RecordingSpec(was.volume(), was.seconds(), was.sampleOneIn(), was.limitBytes()),
                RecordingInfo.State.STOPPED,
                was.file());
        recordings.replaceAll(one -> one.id() == id ? stopped : one);
        return CompletableFuture.completedFuture(stopped);
    }

    @Override
    public CompletionStage<Void> delete(final int id) {
        return recordings.removeIf(one -> one.id() == id)
                ? CompletableFuture.completedFuture(null)
                : refused(Code.NOT_FOUND, "no such recording: id=" + id);
    }

    @Override
    public void export(final int id, final OutputStream to) throws IOException {
        if (find(id) == null) {
            throw new StorageException(Code.NOT_FOUND, "no such recording: id=" + id);
        }
        to.write("time_us,op,page,block,blocks\n5,read,0,1,8\n".getBytes(StandardCharsets.US_ASCII));
    }

    private RecordingInfo find(final int id) {
        return recordings.stream().filter(one -> one.id() == id).findFirst().orElse(null);
    }

    private static <T> CompletionStage<T> refused(final Code code, final String why) {
        return CompletableFuture.failedFuture(new StorageException(code, why));
    }
}
