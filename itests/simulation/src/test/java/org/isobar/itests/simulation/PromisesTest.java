package org.isobar.itests.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;

/** What the documents promise names the tests that show it, and these tests exist. */
public class PromisesTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))`");
    private static final Pattern PROMISE = Pattern.compile("- \\*\\*.*|\\| [a-z].*");

    @Test
    public void everyTestThatIsNamedExists() throws IOException {
        final Set<String> there = tests();
        for (final String name : List.of("durability.md", "simulation.md")) {
            final Set<String> missing = new TreeSet<>(named(read(name)));
            assertTrue(name + " names no test", !missing.isEmpty());
            missing.removeAll(there);
            assertEquals(name, Set.of(), missing);
        }
    }

    @Test
    public void everyPromiseNamesATest() throws IOException {
        final String text = read("durability.md");
        final String promises = text.substring(0, text.indexOf("Tried on real processes"));
        final List<String> unshown = new ArrayList<>();
        int count = 0;
        for (final String part : promises.split("\n(?=- \\*\\*|\\| |\n)")) {
            if (PROMISE.matcher(part.strip().lines().findFirst().orElse("")).matches() && !part.contains("| event |")) {
                count++;
                if (named(part).isEmpty()) {
                    unshown.add(part);
                }
            }
        }
        assertTrue("promises found: " + count, count > 10);
        assertEquals(List.of(), unshown);
    }

    private static String read(final String name) throws IOException {
        return Files.readString(ROOT.resolve("docs").resolve(name), StandardCharsets.UTF_8);
    }

    private static Set<String> named(final String text) {
        final Set<String> names = new TreeSet<>();
        final Matcher matcher = TEST.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static Set<String> tests() throws IOException {
        final Set<String> names = new TreeSet<>();
        for (final String folder : List.of("bundles", "itests")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                names.addAll(files.filter(file -> file.toString().contains("src/test/java/"))
                        .map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .map(name -> name.substring(0, name.length() - ".java".length()))
                        .collect(Collectors.toSet()));
            }
        }
        return names;
    }
}
