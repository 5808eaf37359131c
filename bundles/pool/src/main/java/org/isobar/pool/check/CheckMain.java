package org.isobar.pool.check;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Verifies the devices of a stopped member, reading only. Prints one line for each finding and a summary.
 *
 * <p>{@code CheckMain [--json] [--strict] DEVICE...}; exit status 0 clean, 1 findings, 2 wrong usage or a device that
 * cannot be read.
 */
public final class CheckMain {
    private static final int CLEAN = 0;
    private static final int FINDINGS = 1;
    private static final int UNUSABLE = 2;

    private final PrintStream errors;
    private final CheckReport report;
    private final boolean strict;

    private CheckMain(final PrintStream out, final PrintStream errors, final boolean json, final boolean strict) {
        this.errors = errors;
        this.strict = strict;
        report = new CheckReport(out, json);
    }

    /** Runs the check and exits with its status. */
    public static void main(final String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    /** Runs the check and returns its exit status. */
    static int run(final List<String> args, final PrintStream out, final PrintStream errors) {
        boolean json = false;
        boolean strict = false;
        final List<Path> paths = new ArrayList<>();
        for (final String arg : args) {
            switch (arg) {
                case "--json" -> json = true;
                case "--strict" -> strict = true;
                default -> {
                    if (arg.startsWith("-")) {
                        errors.println("unknown option: " + arg);
                        return usage(errors);
                    }
                    paths.add(Path.of(arg));
                }
            }
        }
        if (paths.isEmpty()) {
            return usage(errors);
        }
        return new CheckMain(out, errors, json, strict).run(paths);
    }

    private static int usage(final PrintStream errors) {
        errors.println("usage: check [--json] [--strict] DEVICE...");
        errors.println("  --json    one JSON document instead of lines");
        errors.println("  --strict  also names what an unclean stop may have left: stripes, ends of write logs");
        return UNUSABLE;
    }

    private int run(final List<Path> paths) {
        final List<OpenFile> files = new ArrayList<>();
        try {
            for (final Path path : paths) {
                files.add(open(path));
            }
            new OfflineCheck(report, strict).run(files);
        } catch (final IOException unreadable) {
            errors.println("cannot check: " + unreadable.getMessage());
            return UNUSABLE;
        } finally {
            files.forEach(this::close);
        }
        report.end();
        return report.clean() ? CLEAN : FINDINGS;
    }

    private static OpenFile open(final Path path) throws IOException {
        try {
            return OpenFile.open(path);
        } catch (final IOException | OverlappingFileLockException unusable) {
            throw new IOException("device=" + path + " " + unusable, unusable);
        }
    }

    private void close(final OpenFile file) {
        try {
            file.close();
        } catch (final IOException failure) {
            errors.println("closing failed: device=" + file.name() + " " + failure.getMessage());
        }
    }
}
