package org.isobar.volume.recording;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.isobar.api.StorageException;
import org.isobar.api.recording.RecordingInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of recordings, {@code recording-N.accesses} each. Files are looked at when somebody asks, and remembered while
 * they do not change, so that one that is copied in from another member is there as well.
 */
public final class RecordingFiles {
    private static final Logger LOG = LoggerFactory.getLogger(RecordingFiles.class);
    private static final String BEFORE = "recording-";
    private static final String AFTER = ".accesses";
    private static final int DIGITS_MAX = 9;

    private final Path folder;
    private final Map<Integer, Known> known = new HashMap<>();

    public RecordingFiles(final Path folder) {
        this.folder = folder;
    }

    private record Known(long lengthBytes, long changedMs, RecordingInfo info) {}

    /** Makes the folder. */
    public void prepare() throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** The file of a recording. */
    public Path path(final int id) {
        return folder.resolve(BEFORE + id + AFTER);
    }

    /** All that have a file, by number. */
    public List<Integer> ids() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> id(file.getFileName().toString()))
                    .filter(OptionalInt::isPresent)
                    .map(OptionalInt::getAsInt)
                    .sorted()
                    .toList();
        } catch (final NoSuchFileException none) {
            return List.of();
        } catch (final UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private static OptionalInt id(final String name) {
        if (!name.startsWith(BEFORE) || !name.endsWith(AFTER)) {
            return OptionalInt.empty();
        }
        final String digits = name.substring(BEFORE.length(), name.length() - AFTER.length());
        return digits.matches("[1-9][0-9]{0," + (DIGITS_MAX - 1) + "}")
                ? OptionalInt.of(Integer.parseInt(digits))
                : OptionalInt.empty();
    }

    /** What is in a file; null when it is none of ours, or gone. */
    public synchronized RecordingInfo look(final int id) {
        final Path path = path(id);
        try {
            final long lengthBytes = Files.size(path);
            final long changedMs = Files.getLastModifiedTime(path).toMillis();
            final Known before = known.get(id);
            if (before != null && before.lengthBytes == lengthBytes && before.changedMs == changedMs) {
                return before.info;
            }
            final RecordingInfo info = read(id, path);
            known.put(id, new Known(lengthBytes, changedMs, info));
            return info;
        } catch (final NoSuchFileException gone) {
            return null;
        } catch (final IOException | StorageException unreadable) {
            LOG.warn("recording.unreadable file={}", path, unreadable);
            return null;
        }
    }

    private static RecordingInfo read(final int id, final Path path) throws IOException {
        try (AccessReader reader = new AccessReader(path)) {
            reader.all((timeUs, op, block, blocks) -> {});
            final AccessHeader header = reader.header();
            return new RecordingInfo(
                    id,
                    header.volume(),
                    header.sampleOneIn(),
                    reader.state(),
                    header.startedWallMs(),
                    TimeUnit.MICROSECONDS.toMillis(reader.lastedUs()),
                    header.seconds(),
                    header.limitBytes(),
                    reader.fileBytes(),
                    reader.accesses(),
                    reader.dropped(),
                    reader.unreadableBytes(),
                    path.toString());
        }
    }

    /** Deletes a file; false when it is not there. */
    public synchronized boolean delete(final int id) throws IOException {
        known.remove(id);
        return Files.deleteIfExists(path(id));
    }

    /** Infos of all files that are none of these, newest first. */
    public List<RecordingInfo> others(final List<Integer> without) throws IOException {
        final List<RecordingInfo> infos = new ArrayList<>();
        for (final int id : ids()) {
            final RecordingInfo info = without.contains(id) ? null : look(id);
            if (info != null) {
                infos.add(0, info);
            }
        }
        return infos;
    }
}
