package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.isobar.itests.clients.ConformanceSuite.Verdict;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/**
 * Every test of libiscsi's conformance suite against a volume of each RAID level, data-loss, sanitize and multipath tests
 * included. All pass but those named in {@code conformance-expectations.txt}, and the member stays up.
 */
public class ConformanceIT {
    /** Tests of libiscsi 1.19; a newer tool has more. */
    private static final int LEAST_TESTS = 230;

    /** Sanitize.Reset looks after 4 s whether the operation still runs; it must, on 128 MiB. */
    private static final int SANITIZE_MIB_PER_SECOND = 16;

    /** Takes block 256 for zero, but zeroes those before it only. */
    private static final String NEEDS_ZEROS = "MultipathIO.CompareAndWrite";

    private static final List<String> VOLUMES = List.of("vol-a", "vol-b", "vol-c");

    private final Expectations expectations = Expectations.read();
    private Appliance appliance;
    private String secondPortal;

    @Before
    public void bootMember() throws IOException {
        appliance = Appliance.demo("conformance", "--device-size", "1G", "--volume-size", "128M");
        appliance.stop();
        Files.writeString(
                appliance.home().resolve("karaf/etc/org.isobar.scsi.cfg"),
                "sanitize.mib.per.second = " + SANITIZE_MIB_PER_SECOND + "\n");
        appliance.start();
        secondPortal = appliance.addPortal(2);
    }

    @After
    public void stopMember() {
        appliance.close();
    }

    @Test
    public void everyTestEndsAsExpectedOnEveryLevel() throws InterruptedException, ExecutionException {
        final List<String> tests = ConformanceSuite.tests();
        assertTrue("the tool knows only " + tests.size() + " tests", tests.size() >= LEAST_TESTS);
        assertTrue("expectations of unknown tests: " + expectations.named(), tests.containsAll(expectations.named()));
        final long process = appliance.status().get("pid").asLong();
        assertEquals("", String.join("\n", differences(tests)));
        final JsonNode status = appliance.status();
        assertEquals("serving", status.get("state").asText());
        assertEquals(
                "the member was not started again", process, status.get("pid").asLong());
        assertEquals("", appliance.errors());
    }

    /** Runs the suite on all volumes at the same time, one test after the other on each. */
    private List<String> differences(final List<String> tests) throws InterruptedException, ExecutionException {
        final ExecutorService runners = Executors.newFixedThreadPool(VOLUMES.size());
        try {
            final Map<String, Future<List<String>>> running = new TreeMap<>();
            VOLUMES.forEach(volume -> running.put(volume, runners.submit(() -> differences(volume, tests))));
            final List<String> all = new ArrayList<>();
            for (final Future<List<String>> each : running.values()) {
                all.addAll(each.get());
            }
            return all;
        } finally {
            runners.shutdownNow();
        }
    }

    private List<String> differences(final String volume, final List<String> tests) {
        final ConformanceSuite suite = new ConformanceSuite(Path.of("target", "conformance", volume));
        final String url = appliance.url(volume);
        final String otherUrl = appliance.url(volume, secondPortal);
        final List<String> differences = new ArrayList<>();
        for (final String test : tests) {
            if (test.equals(NEEDS_ZEROS)) {
                Tools.run("qemu-io", "-f", "raw", "-c", "write -z 0 1M", url);
            }
            final Verdict verdict = suite.run(test, url, otherUrl);
            final String difference = expectations.difference(test, verdict);
            if (difference != null) {
                differences.add(volume + ": " + difference);
            }
        }
        return Collections.unmodifiableList(differences);
    }
}
