package org.isobar.device;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.isobar.api.device.Superblock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the scanned paths. Owned by the control thread. */
final class Lookout {
    private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

    private final ScanPaths paths;
    /** What files held when they were last looked at, so that an unchanged one is not read again. */
    private Map<Path, Sighting> seen = new HashMap<>();

    Lookout(final List<String> scanPaths) {
        paths = new ScanPaths(scanPaths);
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
        final Map<String, Sighting> sightings = new LinkedHashMap<>();
        final Map<Path, Sighting> nowSeen = new HashMap<>();
        for (final Path path : paths.candidates(alsoAt)) {
            try {
                final FileIdentity identity = FileIdentity.of(path);
                if (OpenFile.isOpen(identity) || sightings.containsKey(identity.key())) {
                    continue;
                }
                final Sighting before = seen.get(path);
                final Sighting now = before != null && before.sameAs(identity) ? before : Sighting.look(path, identity);
                nowSeen.put(path, now);
                sightings.put(identity.key(), now);
            } catch (final NoSuchFileException e) {
                LOG.debug("device.scan.gone path={}", path);
            } catch (final IOException e) {
                unreadable.accept(path, e.getMessage());
            }
        }
        seen = nowSeen;
        return sightings.values();
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
