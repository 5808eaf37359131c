package org.isobar.iscsi;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.PortalSpec;

/**
 * The portals in {@code org.isobar.iscsi.cfg}: the first one in {@code portal.address}, {@code portal.port} and
 * {@code portal.group.tag}, which is there until its address is empty, further ones in {@code portals}. Everything else in
 * the file stays as it is. Not for several writers at once.
 */
final class PortalsFile {
    private static final String FIRST = "portal.address";
    private static final String FURTHER = "portals";

    private final Path file;

    PortalsFile(final Path file) {
        this.file = file;
    }

    /** Keeps the portals of which {@code first} is the one configured by itself, or null when it is not there. */
    void save(final PortalSpec first, final List<PortalSpec> all) {
        try {
            final List<PortalSpec> further = new ArrayList<>(all);
            final boolean firstStays = first != null && further.remove(first);
            final List<String> lines = new ArrayList<>();
            if (Files.exists(file)) {
                lines.addAll(Files.readAllLines(file, StandardCharsets.UTF_8));
            }
            if (!firstStays && !"".equals(property(FIRST))) {
                put(lines, FIRST, "");
            }
            put(lines, FURTHER, PortalText.text(further));
            final Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.write(fresh, lines, StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (final IOException e) {
            throw new StorageException(StorageException.Code.IO, "portals cannot be kept: file=" + file, e);
        }
    }

    private String property(final String key) throws IOException {
        final Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(reader);
            }
        }
        return properties.getProperty(key);
    }

    private static void put(final List<String> lines, final String key, final String value) {
        lines.removeIf(line -> line.matches("\\s*" + key.replace(".", "\\.") + "\\s*[=:].*"));
        lines.add(key + " = " + value);
    }
}
