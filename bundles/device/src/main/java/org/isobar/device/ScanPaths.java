package org.isobar.device;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders, files and globs in which devices are looked for. A folder stands for what lies directly in it. */
final class ScanPaths {
    private static final Logger LOG = LoggerFactory.getLogger(ScanPaths.class);
    private static final String GLOB_CHARACTERS = "*?[{";

    private final List<String> patterns;

    /**
     * Checks the patterns.
     *
     * @throws IllegalArgumentException naming one that is not absolute
     */
    ScanPaths(final List<String> patterns) {
        for (final String pattern : patterns) {
            if (!pattern.startsWith("/")) {
                throw new IllegalArgumentException("scan.paths: must be absolute, is " + pattern);
            }
        }
        this.patterns = List.copyOf(patterns);
    }

    /** Real paths of all files and block devices there now, in order, each once; and of {@code others} likewise. */
    Collection<Path> candidates(final Collection<Path> others) {
        final Set<Path> found = new TreeSet<>();
        for (final String pattern : patterns) {
            expand(pattern).forEach(path -> addReal(found, path));
        }
        others.forEach(path -> addReal(found, path));
        return found;
    }

    /** Whether a scan would come across this real path. */
    boolean covers(final Path path) {
        return candidates(List.of()).contains(path);
    }

    private static void addReal(final Set<Path> found, final Path path) {
        try {
            final Path real = path.toRealPath();
            final FileIdentity identity = FileIdentity.of(real);
            if (identity.isFile() || identity.isBlockDevice()) {
                found.add(real);
            }
        } catch (final IOException e) {
            // Gone since it was listed, or a dangling link: nothing to find there.
            LOG.debug("device.scan.skipped path={} error=\"{}\"", path, e.getMessage());
        }
    }

    private static List<Path> expand(final String pattern) {
        final int glob = firstGlob(pattern);
        try {
            if (glob >= 0) {
                return matches(pattern, Path.of(pattern.substring(0, pattern.lastIndexOf('/', glob) + 1)));
            }
            final Path path = Path.of(pattern);
            if (Files.isDirectory(path)) {
                try (Stream<Path> children = Files.list(path)) {
                    return children.toList();
                }
            }
            return Files.exists(path) ? List.of(path) : List.of();
        } catch (final IOException e) {
            LOG.warn("device.scan.failed path={} error=\"{}\"", pattern, e.getMessage());
            return List.of();
        }
    }

    private static List<Path> matches(final String pattern, final Path base) throws IOException {
        final PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        List<Path> level = Files.isDirectory(base) ? List.of(base) : List.of();
        // One folder level for each part of the pattern, so that a glob never walks deeper than it says.
        final int depth = Path.of(pattern).getNameCount() - base.getNameCount();
        for (int i = 0; i < depth; i++) {
            final List<Path> below = new ArrayList<>();
            for (final Path folder : level) {
                if (Files.isDirectory(folder)) {
                    try (Stream<Path> children = Files.list(folder)) {
                        children.forEach(below::add);
                    }
                }
            }
            level = below;
        }
        return level.stream().filter(matcher::matches).toList();
    }

    private static int firstGlob(final String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            if (GLOB_CHARACTERS.indexOf(pattern.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }
}
