package org.isobar.itests.clients;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sessions that write volumes, keep their own record of what was acknowledged, and judge what they find. */
final class Writers implements AutoCloseable {
    static final int SLOT_BYTES = 4096;
    private static final int DEPTH = 8;

    private final Appliance appliance;
    private final Path program;
    private final Random random;
    private final List<AckWriter> sessions = new ArrayList<>();

    Writers(final Appliance appliance, final Path folder, final Random random) throws IOException {
        this.appliance = appliance;
        this.random = random;
        program = Tools.compile("ackwriter", folder);
    }

    /** Starts some that share a volume, each with {@code slots} blocks of {@value #SLOT_BYTES} bytes of its own. */
    void start(final String volume, final int count, final int slots) throws IOException {
        for (int session = 0; session < count; session++) {
            sessions.add(AckWriter.start(
                    program, appliance.url(volume), slots, DEPTH, random.nextInt(1 << 30), session, count));
        }
    }

    /** Waits until each has read everything back since it last logged in, and writes. */
    void awaitWriting() throws IOException {
        for (final AckWriter writer : sessions) {
            writer.await("WRITING");
        }
    }

    int count() {
        return sessions.size();
    }

    /** Lets all stop and read everything back; fails when anything is not as it was acknowledged. */
    AckWriter.Tally stop() throws IOException {
        for (final AckWriter writer : sessions) {
            writer.stop();
        }
        AckWriter.Tally all = AckWriter.Tally.NONE;
        for (final AckWriter writer : sessions) {
            all = all.plus(writer.done());
        }
        return all;
    }

    /** How long the writes of a volume took since the member started: numbers by upper bound in seconds. */
    SortedMap<Double, Long> durations(final String volume) {
        final Matcher bucket = Pattern.compile(
                        "isobar_volume_command_duration_seconds_bucket\\{kind=\"write\",volume=\"" + volume
                                + "\",le=\"([^\"]+)\"} (\\S+)")
                .matcher(appliance.metrics());
        final SortedMap<Double, Long> counts = new TreeMap<>();
        while (bucket.find()) {
            counts.put(
                    bucket.group(1).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bucket.group(1)),
                    Math.round(Double.parseDouble(bucket.group(2))));
        }
        return counts;
    }

    @Override
    public void close() {
        sessions.forEach(AckWriter::close);
    }
}
