package org.isobar.itests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The load generator of the benchmarks, over libiscsi, on a volume whose pages are busy by Zipf's law. */
final class LoadGenerator {
    private static final Path SOURCE = Path.of("..", "benchmarks", "src", "main", "c", "loadgen.c");
    private static final Pattern RESULT = Pattern.compile("iops=(\\d+) .* errors=0 ");

    private final Path program;
    private final long rangeBytes;
    private final int pageBytes;
    private int seed;

    /** Compiles it into a folder. */
    LoadGenerator(final Path folder, final long rangeBytes, final int pageBytes) {
        program = folder.resolve("loadgen");
        this.rangeBytes = rangeBytes;
        this.pageBytes = pageBytes;
        Tools.run("gcc", "-O2", "-Wall", "-pthread", "-o", program.toString(), SOURCE.toString(), "-liscsi");
    }

    /** Writes every page once, the busiest of a deal first. */
    void fill(final String url, final int deal) {
        run(deal, url, "write", "ranks", Integer.toString(pageBytes), "2", "1", "3600");
    }

    /** Reads 4 KiB at places of pages that are busy by rank, for some seconds; answers how many a second. */
    int zipf(final String url, final int deal, final int seconds) {
        return run(deal, url, "read", "zipf", "4096", "8", "2", Integer.toString(seconds));
    }

    /** The same at any places. */
    int uniform(final String url, final int seconds) {
        return run(0, url, "read", "random", "4096", "8", "2", Integer.toString(seconds));
    }

    /** Reads the range from end to end, again and again. */
    int scan(final String url, final int seconds) {
        return run(0, url, "read", "sequential", "65536", "8", "2", Integer.toString(seconds));
    }

    /** Pages of a deal, the busiest first, as the program deals them. */
    List<Integer> pagesByRank(final int deal) {
        final int count = (int) (rangeBytes / pageBytes);
        final List<Integer> pages =
                new ArrayList<>(IntStream.range(0, count).boxed().toList());
        long state = 0x9E37_79B9_7F4A_7C15L * (deal + 1);
        for (int i = count - 1; i > 0; i--) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            Collections.swap(pages, i, (int) Long.remainderUnsigned(state, i + 1));
        }
        return pages;
    }

    private int run(final int deal, final String... job) {
        final String[] command = new String[job.length + 2];
        command[0] = program.toString();
        System.arraycopy(job, 0, command, 1, job.length);
        command[command.length - 1] = Long.toString(rangeBytes);
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        seed++;
        builder.environment()
                .putAll(Map.of(
                        "LOADGEN_PAGE", Integer.toString(pageBytes),
                        "LOADGEN_DEAL", Integer.toString(deal),
                        "LOADGEN_SEED", Integer.toString(seed)));
        try {
            final Process process = builder.start();
            final String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertEquals(printed, 0, process.waitFor());
            final Matcher result = RESULT.matcher(printed);
            if (!result.find()) {
                throw new AssertionError("the load generator printed " + printed);
            }
            return Integer.parseInt(result.group(1));
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
