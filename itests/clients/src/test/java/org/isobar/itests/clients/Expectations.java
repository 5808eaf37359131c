package org.isobar.itests.clients;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.isobar.itests.clients.ConformanceSuite.Outcome;
import org.isobar.itests.clients.ConformanceSuite.Verdict;

/** The tests that need not pass, and why: lines of {@code Suite.Test | skipped or failed | reason}. */
final class Expectations {
    private static final String RESOURCE = "/conformance-expectations.txt";

    private final Map<String, Outcome> exceptions;

    private Expectations(final Map<String, Outcome> exceptions) {
        this.exceptions = exceptions;
    }

    static Expectations read() {
        final Map<String, Outcome> exceptions = new TreeMap<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(Expectations.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    final String[] parts = line.split("\\|", -1);
                    if (parts.length != 3 || parts[2].isBlank()) {
                        throw new AssertionError(RESOURCE + ": not 'test | outcome | reason': " + line);
                    }
                    exceptions.put(parts[0].strip(), outcome(parts[1].strip(), line));
                }
            }
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return new Expectations(exceptions);
    }

    /** Tests named here. */
    Set<String> named() {
        return Collections.unmodifiableSet(exceptions.keySet());
    }

    /** What is wrong with how a test ended, or null. */
    String difference(final String test, final Verdict verdict) {
        final Outcome expected = exceptions.getOrDefault(test, Outcome.PASSED);
        return verdict.outcome() == expected
                ? null
                : test + " " + verdict.outcome() + ", expected " + expected + ": " + verdict.why();
    }

    private static Outcome outcome(final String word, final String line) {
        return switch (word) {
            case "skipped" -> Outcome.SKIPPED;
            case "failed" -> Outcome.FAILED;
            default -> throw new AssertionError(RESOURCE + ": neither skipped nor failed: " + line);
        };
    }
}
