import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/**
 * Holds what the manifests of the built bundles import and export against docs/layers.txt and ends with status 1 when an
 * arrow is not drawn there. Arguments: the layers file, the folder of the bundles.
 */
public final class LayerCheck {
    private final Map<String, List<String>> groups = new HashMap<>();
    private final Map<String, List<String>> imports = new HashMap<>();
    private final Map<String, List<String>> exports = new HashMap<>();

    public static void main(final String[] arguments) throws IOException {
        final LayerCheck check = new LayerCheck();
        check.readLayers(Path.of(arguments[0]));
        final List<String> faults = new ArrayList<>();
        int bundles = 0;
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of(arguments[1]), Files::isDirectory)) {
            for (final Path folder : folders) {
                final Path manifest = folder.resolve("target/classes/META-INF/MANIFEST.MF");
                if (Files.exists(manifest)) {
                    bundles++;
                    check.faults(folder.getFileName().toString(), manifest).forEach(faults::add);
                }
            }
        }
        if (bundles == 0) {
            faults.add("no manifest under " + arguments[1] + "; did bnd run?");
        }
        if (!faults.isEmpty()) {
            faults.forEach(fault -> System.err.println("layers: " + fault));
            System.err.println("layers: draw the arrow in docs/layers.txt, or better: do without it");
            System.exit(1);
        }
    }

    private void readLayers(final Path file) throws IOException {
        int number = 0;
        for (final String raw : Files.readAllLines(file)) {
            number++;
            final String line = raw.replaceFirst("#.*", "").trim();
            if (line.isEmpty()) {
                continue;
            }
            final String[] words = line.split("\\s+");
            final Map<String, List<String>> table =
                    switch (words.length > 1 ? words[1] : "") {
                        case "=" -> groups;
                        case "imports" -> imports;
                        case "exports" -> exports;
                        default -> throw new IOException(file + ":" + number + ": NAME =|imports|exports PATTERN...");
                    };
            table.computeIfAbsent(words[0], name -> new ArrayList<>())
                    .addAll(List.of(words).subList(2, words.length));
        }
    }

    private List<String> faults(final String bundle, final Path manifestFile) throws IOException {
        final Attributes headers;
        try (InputStream in = Files.newInputStream(manifestFile)) {
            headers = new Manifest(in).getMainAttributes();
        }
        final List<String> faults = new ArrayList<>();
        if (!imports.containsKey(bundle)) {
            faults.add(bundle + " is not listed in docs/layers.txt");
            return faults;
        }
        for (final String name : packages(headers.getValue("Export-Package"))) {
            if (!allowed(exports.get(bundle), name)) {
                faults.add(bundle + " exports " + name);
            }
        }
        for (final String header : List.of("Import-Package", "DynamicImport-Package")) {
            for (final String name : packages(headers.getValue(header))) {
                if (!name.startsWith("java.") && !allowed(imports.get(bundle), name) && !allowed(exports.get(bundle), name)) {
                    faults.add(bundle + (header.startsWith("D") ? " dynamically imports " : " imports ") + name);
                }
            }
        }
        if (headers.getValue("Require-Bundle") != null) {
            faults.add(bundle + " uses Require-Bundle");
        }
        return faults;
    }

    private boolean allowed(final List<String> patterns, final String name) {
        if (patterns == null) {
            return false;
        }
        for (final String pattern : patterns) {
            if (groups.containsKey(pattern)) {
                if (allowed(groups.get(pattern), name)) {
                    return true;
                }
            } else if (pattern.endsWith(".*")) {
                final String root = pattern.substring(0, pattern.length() - 2);
                if (name.equals(root) || name.startsWith(root + ".")) {
                    return true;
                }
            } else if (pattern.equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Splits a header at the commas outside of quotes and keeps the names before the first attribute or directive. */
    private static List<String> packages(final String header) {
        final List<String> names = new ArrayList<>();
        if (header == null) {
            return names;
        }
        for (final String clause : header.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")) {
            for (final String part : clause.split(";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")) {
                if (!part.contains("=")) {
                    names.add(part.trim());
                }
            }
        }
        return names;
    }
}
