package org.isobar.volume;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.recording.RecordingInfo;
import org.isobar.api.recording.RecordingService;
import org.isobar.api.recording.RecordingSpec;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeListener;
import org.isobar.common.lane.Lanes;
import org.isobar.common.time.Clock;
import org.isobar.volume.recording.AccessHeader;
import org.isobar.volume.recording.AccessReader;
import org.isobar.volume.recording.AccessText;
import org.isobar.volume.recording.RecordingFiles;
import org.isobar.volume.recording.RecordingRun;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recordings of this member's volumes. What is known of one that has ended is in its file alone, so that a restart changes
 * nothing; one that was going on when the member died ends there.
 */
@Component(service = RecordingService.class)
public final class VolumeRecordings implements RecordingService, VolumeListener {
    /** Recordings that are kept. */
    static final int RECORDINGS_MAX = 16;

    private static final Logger LOG = LoggerFactory.getLogger(VolumeRecordings.class);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final StoredVolumes volumes;
    private final Lanes lanes;
    private final Clock clock;
    private final RecordingFiles files;
    private final Consumer<RecordingRun> background;
    /** Those that go on, by number. */
    private final Map<Integer, RecordingRun> runs = new ConcurrentHashMap<>();

    private int lastId;

    @Activate
    public VolumeRecordings(
            @Reference final StoredVolumes volumes,
            @Reference final Lanes lanes,
            @Reference final Clock clock,
            final BundleContext context) {
        this(
                volumes,
                lanes,
                clock,
                Path.of(context.getProperty("karaf.data"), "recordings"),
                VolumeRecordings::onThreadOfItsOwn);
    }

    /**
     * Without a container.
     *
     * @param background calls {@link RecordingRun#step} again and again until it returns false
     */
    VolumeRecordings(
            final StoredVolumes volumes,
            final Lanes lanes,
            final Clock clock,
            final Path folder,
            final Consumer<RecordingRun> background) {
        this.volumes = volumes;
        this.lanes = lanes;
        this.clock = clock;
        this.background = background;
        files = new RecordingFiles(folder);
        volumes.addListener(this);
    }

    private static void onThreadOfItsOwn(final RecordingRun run) {
        final Thread thread = new Thread(
                () -> {
                    while (run.step()) {
                        LockSupport.parkNanos(POLL_NS);
                    }
                },
                "isobar-recording-" + run.info().id());
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends all that go on. */
    @Deactivate
    void close() {
        volumes.removeListener(this);
        runs.values().forEach(RecordingRun::stop);
    }

    @Override
    public void volumeAdded(final Volume volume) {}

    @Override
    public void volumeGrown(final Volume volume) {}

    @Override
    public void volumeRemoved(final Volume volume) {
        runs.values().stream()
                .filter(run -> run.header().number() == volume.info().number())
                .forEach(RecordingRun::requestStop);
    }

    @Override
    public List<RecordingInfo> recordings() {
        final List<RecordingInfo> all = new ArrayList<>();
        final List<Integer> going = new ArrayList<>();
        runs.forEach((id, run) -> {
            going.add(id);
            all.add(run.info());
        });
        try {
            all.addAll(files.others(going));
        } catch (final IOException failed) {
            throw new StorageException(Code.IO, "recordings cannot be listed", failed);
        }
        all.sort(Comparator.comparingInt(RecordingInfo::id).reversed());
        return all;
    }

    @Override
    public CompletionStage<RecordingInfo> start(final RecordingSpec spec) {
        final RecordingRun run;
        final StoredVolume volume;
        try {
            volume = volumes.existing(spec.volume());
            run = create(volume, spec);
        } catch (final StorageException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        return volumes.onControl(() -> {
                    volume.tap(run.tap());
                    return CompletableFuture.completedFuture(run.info());
                })
                .whenComplete((info, failure) -> {
                    if (failure == null) {
                        LOG.info(
                                "recording.started id={} volume={} seconds={} sampleOneIn={} limitBytes={}",
                                info.id(),
                                info.volume(),
                                info.seconds(),
                                info.sampleOneIn(),
                                info.limitBytes());
                    } else {
                        run.requestStop();
                    }
                    background.accept(run);
                });
    }

    private synchronized RecordingRun create(final StoredVolume volume, final RecordingSpec spec) {
        final VolumeDefinition definition = volume.definition();
        if (definition.deleting() || volume.heat() == null) {
            throw new StorageException(Code.CONFLICT, "volume does not serve: name=" + spec.volume());
        }
        if (runs.values().stream().anyMatch(run -> run.header().number() == definition.number())) {
            throw new StorageException(Code.CONFLICT, "volume is recorded already: name=" + spec.volume());
        }
        try {
            files.prepare();
            final List<Integer> there = files.ids();
            if (there.size() >= RECORDINGS_MAX) {
                throw new StorageException(
                        Code.CONFLICT, "too many recordings, delete one first: limit=" + RECORDINGS_MAX);
            }
            final int id = Math.max(lastId, there.isEmpty() ? 0 : there.get(there.size() - 1)) + 1;
            final AccessHeader header = new AccessHeader(
                    definition.name(),
                    definition.number(),
                    definition.sizeBytes(),
                    definition.pageBytes(),
                    clock.wallMs(),
                    spec.sampleOneIn(),
                    spec.seconds(),
                    spec.limitBytes());
            final RecordingRun run =
                    new RecordingRun(id, files.path(id), header, clock, lanes.count(), () -> ended(id, volume));
            lastId = id;
            runs.put(id, run);
            return run;
        } catch (final IOException failed) {
            throw new StorageException(Code.IO, "recording cannot be written: volume=" + spec.volume(), failed);
        }
    }

    private void ended(final int id, final StoredVolume volume) {
        final RecordingRun run = runs.remove(id);
        lanes.control().execute(() -> volume.untap(run.tap()));
    }

    @Override
    public CompletionStage<RecordingInfo> stop(final int id) {
        final RecordingRun run = runs.get(id);
        try {
            if (run == null) {
                return CompletableFuture.completedFuture(existing(id));
            }
            run.stop();
            return CompletableFuture.completedFuture(run.info());
        } catch (final StorageException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private RecordingInfo existing(final int id) {
        final RecordingInfo info = files.look(id);
        if (info == null) {
            throw new StorageException(Code.NOT_FOUND, "no such recording: id=" + id);
        }
        return info;
    }

    @Override
    public CompletionStage<Void> delete(final int id) {
        final RecordingRun run = runs.get(id);
        if (run != null) {
            run.stop();
        }
        try {
            if (!files.delete(id)) {
                throw new StorageException(Code.NOT_FOUND, "no such recording: id=" + id);
            }
            LOG.info("recording.deleted id={}", id);
            return CompletableFuture.completedFuture(null);
        } catch (final IOException failed) {
            return CompletableFuture.failedFuture(
                    new StorageException(Code.IO, "recording cannot be deleted: id=" + id, failed));
        } catch (final StorageException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public void export(final int id, final OutputStream to) throws IOException {
        try (AccessReader reader = open(id)) {
            final int pageBlocks = reader.header().pageBytes() / AccessText.BLOCK_BYTES;
            final BufferedWriter lines = new BufferedWriter(new OutputStreamWriter(to, StandardCharsets.US_ASCII));
            final AccessText text = new AccessText(lines, pageBlocks);
            text.head();
            boolean more = true;
            while (more) {
                more = next(id, reader, text);
                text.flush();
            }
        }
    }

    private static boolean next(final int id, final AccessReader reader, final AccessText text) {
        try {
            return reader.next(text);
        } catch (final IOException failed) {
            throw unreadable(id, failed);
        }
    }

    private AccessReader open(final int id) {
        existing(id);
        try {
            return new AccessReader(files.path(id));
        } catch (final IOException failed) {
            throw unreadable(id, failed);
        }
    }

    private static StorageException unreadable(final int id, final IOException failed) {
        return new StorageException(Code.IO, "recording cannot be read: id=" + id, failed);
    }
}
