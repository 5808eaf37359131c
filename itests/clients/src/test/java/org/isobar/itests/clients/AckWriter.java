package org.isobar.itests.clients;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One running {@code ackwriter}: a session that writes, reads back, and judges what it finds. */
final class AckWriter implements AutoCloseable {
    private static final Pattern DONE = Pattern.compile(
            "DONE acknowledged=(\\d+) connects=(\\d+) fua=(\\d+) flushes=(\\d+) reads=(\\d+) verified=(\\d+)");

    private final String name;
    private final Process process;
    private final BufferedReader lines;

    private AckWriter(final String name, final Process process) {
        this.name = name;
        this.process = process;
        lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a session of several that share a volume; each has {@code slots} blocks of 4 KiB and {@code depth} commands. */
    static AckWriter start(
            final Path program,
            final String url,
            final int slots,
            final int depth,
            final int seed,
            final int session,
            final int sessions)
            throws IOException {
        final String[] command = {
            program.toString(),
            url,
            Integer.toString(slots),
            Integer.toString(depth),
            Integer.toString(seed),
            Integer.toString(session),
            Integer.toString(sessions)
        };
        return new AckWriter(
                url + " session " + session,
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Reads on until a line that begins so. */
    String await(final String beginning) throws IOException {
        final StringBuilder seen = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError(name + ": the writer ended before " + beginning + ":\n" + seen);
    }

    /** Tells it to stop writing and read everything back. */
    void stop() throws IOException {
        process.getOutputStream().write("stop\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Waits until it has read everything back, and answers what it did. */
    Tally done() throws IOException {
        final String line = await("DONE");
        final Matcher numbers = DONE.matcher(line);
        if (!numbers.matches()) {
            throw new AssertionError(name + ": " + line);
        }
        return new Tally(
                Long.parseLong(numbers.group(1)),
                Long.parseLong(numbers.group(2)),
                Long.parseLong(numbers.group(3)),
                Long.parseLong(numbers.group(4)),
                Long.parseLong(numbers.group(5)),
                Long.parseLong(numbers.group(6)));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /**
     * What writers did.
     *
     * @param acknowledged writes that were acknowledged
     * @param connects how often they logged in
     * @param fua of the writes, those with FUA
     * @param flushes SYNCHRONIZE CACHE commands that ended well
     * @param reads blocks read back between writes
     * @param verified blocks of 4 KiB that were looked at, all in all, and held what they must
     */
    record Tally(long acknowledged, long connects, long fua, long flushes, long reads, long verified) {
        static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0);

        Tally plus(final Tally other) {
            return new Tally(
                    acknowledged + other.acknowledged,
                    connects + other.connects,
                    fua + other.fua,
                    flushes + other.flushes,
                    reads + other.reads,
                    verified + other.verified);
        }

        @Override
        public String toString() {
            return "acknowledged=" + acknowledged + " fua=" + fua + " flushes=" + flushes + " reads=" + reads
                    + " blocksVerified=" + verified + " logins=" + connects;
        }
    }
}
