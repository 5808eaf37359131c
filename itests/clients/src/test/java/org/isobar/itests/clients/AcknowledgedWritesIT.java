package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Writers that keep their own record of what was acknowledged run on a volume of every level while the member is killed
 * with SIGKILL at random moments. {@code -Disobar.kills=N} sets how often (10 by default, 50 or more in the long form),
 * {@code -Disobar.seed=N} repeats a run's moments.
 */
public class AcknowledgedWritesIT {
    private static final int KILLS = Integer.getInteger("isobar.kills", 10);
    private static final String SLOTS = "8192";
    private static final String DEPTH = "16";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<Writer> writers = new ArrayList<>();
    private Appliance appliance;

    @Before
    public void bootMember() {
        appliance = Appliance.demo("acknowledged-writes");
    }

    @After
    public void stopMember() {
        writers.forEach(Writer::close);
        appliance.close();
    }

    @Test
    public void areNeverLostByAKill() throws IOException {
        final long seed = Long.getLong("isobar.seed", System.nanoTime());
        final Random random = new Random(seed);
        System.out.println("AcknowledgedWritesIT: seed=" + seed + " kills=" + KILLS);
        final Path program = Tools.compile("ackwriter", folder.getRoot().toPath());
        for (final String volume : List.of("vol-a", "vol-b", "vol-c")) {
            writers.add(new Writer(program, volume, appliance.url(volume), random.nextInt(1 << 30)));
        }
        for (int kill = 0; kill < KILLS; kill++) {
            for (final Writer writer : writers) {
                writer.await("WRITING");
            }
            Appliance.pause(200 + random.nextInt(1500));
            appliance.kill();
            appliance.start();
        }
        long acknowledged = 0;
        for (final Writer writer : writers) {
            writer.await("WRITING");
            acknowledged += writer.finish();
        }
        System.out.println("AcknowledgedWritesIT: acknowledged=" + acknowledged + " lost=0");
        assertTrue("the writers hardly wrote: " + acknowledged, acknowledged > KILLS * 100L);
        appliance.awaitSets("HEALTHY");
        assertRedundancyConsistent();
    }

    private void assertRedundancyConsistent() {
        for (final JsonNode pool : appliance.get("/pools")) {
            final String name = pool.get("name").asText();
            final Appliance.Answer answer =
                    appliance.request("POST", "/pools/" + name + "/scrub", "{\"repair\":false}");
            assertEquals(answer.body(), 202, answer.status());
        }
        appliance.await("/jobs", "the scrubs to end", jobs -> {
            for (final JsonNode job : jobs) {
                if (job.get("kind").asText().equals("scrub")
                        && job.get("state").asText().equals("RUNNING")) {
                    return false;
                }
            }
            return true;
        });
        for (final JsonNode job : appliance.get("/jobs")) {
            if (job.get("kind").asText().equals("scrub")) {
                assertEquals(job.toString(), "DONE", job.get("state").asText());
            }
        }
        appliance.stop();
        appliance.check();
    }

    /** One running ackwriter. */
    private static final class Writer implements AutoCloseable {
        private final String volume;
        private final Process process;
        private final BufferedReader lines;

        Writer(final Path program, final String volume, final String url, final int seed) throws IOException {
            this.volume = volume;
            process = new ProcessBuilder(program.toString(), url, SLOTS, DEPTH, Integer.toString(seed))
                    .redirectErrorStream(true)
                    .start();
            lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
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
            throw new AssertionError(volume + ": the writer ended before " + beginning + ":\n" + seen);
        }

        /** Stops writing, has everything read back, and returns how many writes were acknowledged. */
        long finish() throws IOException {
            process.getOutputStream().write("stop\n".getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            final String done = await("DONE");
            return Long.parseLong(done.replaceAll(".*acknowledged=(\\d+).*", "$1"));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
