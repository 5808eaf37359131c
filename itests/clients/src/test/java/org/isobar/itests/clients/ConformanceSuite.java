package org.isobar.itests.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** libiscsi's conformance suite, each test in a process of its own: state does not leak from one test to the next. */
final class ConformanceSuite {
    private static final String TOOL = "iscsi-test-cu";
    /** Every test once; the other families of the tool's list repeat them. */
    private static final Pattern LISTED = Pattern.compile("ALL\\.(\\w+\\.[\\w-]+)");

    private static final Pattern ASSERTS = Pattern.compile("asserts +(\\d+) +\\d+ +(\\d+) +(\\d+)");
    private static final Pattern SKIPPED = Pattern.compile("\\[SKIPPED]\\s*(.*)");
    private static final long LIMIT_S = 150;

    private final Path logs;

    /** Runs tests and keeps what they print in a folder. */
    ConformanceSuite(final Path logs) {
        this.logs = logs;
    }

    /** Names of all tests, as {@code Suite.Test}. */
    static List<String> tests() {
        return Tools.run(TOOL, "--list")
                .lines()
                .map(LISTED::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .distinct()
                .toList();
    }

    /**
     * Runs one test.
     *
     * @param url the logical unit
     * @param otherUrl the same one by another path
     */
    Verdict run(final String test, final String url, final String otherUrl) {
        final Path log = logs.resolve(test + ".log");
        try {
            Files.createDirectories(logs);
            final Process process = new ProcessBuilder(
                            TOOL, "--dataloss", "--allow-sanitize", "--normal", "--test=ALL." + test, url, otherUrl)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return new Verdict(Outcome.TIMED_OUT, "not done after " + LIMIT_S + " s; see " + log);
            }
            return judge(Files.readString(log, StandardCharsets.UTF_8), log);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static Verdict judge(final String printed, final Path log) {
        final Matcher asserts = ASSERTS.matcher(printed);
        if (!asserts.find()) {
            return new Verdict(Outcome.FAILED, "ended without a summary; see " + log);
        }
        if (!asserts.group(3).equals("0")) {
            return new Verdict(Outcome.FAILED, asserts.group(3) + " assertions failed; see " + log);
        }
        final Matcher skipped = SKIPPED.matcher(printed);
        if (skipped.find()) {
            return new Verdict(Outcome.SKIPPED, skipped.group(1));
        }
        // Some tests leave without a word when the unit does not have what they look at.
        return asserts.group(1).equals("0")
                ? new Verdict(Outcome.SKIPPED, "nothing was asserted; see " + log)
                : new Verdict(Outcome.PASSED, "");
    }

    /** How a test ended. */
    enum Outcome {
        PASSED,
        SKIPPED,
        FAILED,
        TIMED_OUT
    }

    /** How a test ended, and what the tool said to it. */
    record Verdict(Outcome outcome, String why) {}
}
