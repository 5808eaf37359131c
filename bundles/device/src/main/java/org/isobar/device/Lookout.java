package org.isobar.device;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.device.Superblock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the scanned paths. Owned by the control thread. */
final class Lookout implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

    /** How long a scan waits for devices that do not answer; less than a start waits for the first scan. */
    private static final long LIMIT_MS = 5_000;

    private final ScanPaths paths;
    private final BoundedLook looks;
    /** What files held when they were last looked at, so that an unchanged one is not read again. */
    private Map<Path, Sighting> seen = new HashMap<>();

    Lookout(final List<String> scanPaths) {
        this(scanPaths, new BoundedLook(Sighting::look, LIMIT_MS));
    }

    Lookout(final List<String> scanPaths, final BoundedLook looks) {
        paths = new ScanPaths(scanPaths);
        this.looks = looks;
    }

    /** Whether a scan would come across this real path. */
    boolean covers(final Path path) {
        return paths.covers(path);
    }

    /**
     * One sighting for each file or device that this process has not open.
     *
     * @param alsoAt further paths to look at
     * @param unreadable told of paths that cannot be read, and why
     */
    Collection<Sighting> look(final Collection<Path> alsoAt, final BiConsumer<Path, String> unreadable) {
        final Map<Path, FileIdentity> found = new LinkedHashMap<>();
        final Set<String> keys = new HashSet<>();
        looks.round();
        for (final Path path : paths.candidates(alsoAt)) {
            try {
                final FileIdentity identity = FileIdentity.of(path);
                if (OpenFile.isOpen(identity) || !keys.add(identity.key())) {
                    continue;
                }
                found.put(path, identity);
                if (!unchanged(path, identity)) {
                    looks.begin(path, identity);
                }
            } catch (final NoSuchFileException e) {
                LOG.debug("device.scan.gone path={}", path);
            } catch (final IOException e) {
                unreadable.accept(path, e.getMessage());
            }
        }
        final Map<Path, Sighting> nowSeen = new LinkedHashMap<>();
        found.forEach((path, identity) -> {
            try {
                nowSeen.put(path, unchanged(path, identity) ? seen.get(path) : looks.end(identity));
            } catch (final NoSuchFileException e) {
                LOG.debug("device.scan.gone path={}", path);
            } catch (final IOException e) {
                unreadable.accept(path, e.getMessage());
            }
        });
        seen = nowSeen;
        return List.copyOf(nowSeen.values());
    }

    private boolean unchanged(final Path path, final FileIdentity identity) {
        final Sighting before = seen.get(path);
        return before != null && before.sameAs(identity);
    }

    /**
     * Checks that a device may be opened.
     *
     * @throws StorageException UNAVAILABLE while an earlier look at it has not ended, NOT_FOUND when there is none
     */
    void checkAnswers(final Path path) {
        try {
            if (looks.underWay(FileIdentity.of(path))) {
                throw new StorageException(Code.UNAVAILABLE, "device does not answer: path=" + path);
            }
        } catch (final IOException e) {
            throw new StorageException(Code.NOT_FOUND, "no such device: path=" + path, e);
        }
    }

    @Override
    public void close() {
        looks.close();
    }

    /** A label of the member that most labelled devices name, of equals the one seen first; null without labels. */
    static Superblock ofMajority(final Collection<Sighting> sightings) {
        final Map<UUID, Integer> votes = new HashMap<>();
        for (final Sighting sighting : sightings) {
            if (sighting.labelled()) {
                votes.merge(sighting.label().superblock().member(), 1, Integer::sum);
            }
        }
        Superblock most = null;
        for (final Sighting sighting : sightings) {
            final Superblock label = sighting.label().superblock();
            if (sighting.labelled() && (most == null || votes.get(label.member()) > votes.get(most.member()))) {
                most = label;
            }
        }
        return most;
    }
}
