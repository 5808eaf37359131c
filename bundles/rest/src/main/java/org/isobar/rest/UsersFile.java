package org.isobar.rest;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Karaf's {@code users.properties}: {@code name = credential,_g_:group} and {@code _g_\:group = group,role,…}. Other
 * accounts and comments stay as they are. Not for several writers at once.
 */
final class UsersFile {
    private static final String GROUP_NAME = "_g_:admingroup";
    private static final String GROUP = "_g_\\:admingroup = group,admin,manager,viewer,systembundles,ssh";

    private final Path file;

    UsersFile(final Path file) {
        this.file = file;
    }

    /** What is stored for the user, or null. */
    String credential(final String name) throws IOException {
        final String entry = properties().getProperty(name);
        return entry == null ? null : entry.split(",", 2)[0];
    }

    /** Adds or replaces a user, as a member of the administrators' group. */
    void put(final String name, final String credential) throws IOException {
        final List<String> lines = new ArrayList<>();
        if (Files.exists(file)) {
            for (final String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                if (!line.strip().matches(name + "\\s*[=:].*")) {
                    lines.add(line);
                }
            }
        }
        lines.add(name + " = " + credential + "," + GROUP_NAME);
        if (properties().getProperty(GROUP_NAME) == null) {
            lines.add(GROUP);
        }
        OwnersFile.write(file, String.join("\n", lines) + "\n");
    }

    /** Takes the file's permissions away from everyone but its owner. */
    void protect() throws IOException {
        OwnersFile.protect(file);
    }

    private Properties properties() throws IOException {
        final Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(reader);
            }
        }
        return properties;
    }
}
