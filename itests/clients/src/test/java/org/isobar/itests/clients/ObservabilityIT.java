package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** What a member tells about its traffic is what qemu's initiator did to it. */
public class ObservabilityIT {
    private static final String NAME = "iqn.2026-11.org.isobar.test:watched";
    private static final int WRITES = 5;
    private static final int WRITE_BYTES = 64 << 10;
    private static final int READS = 3;
    private static final int READ_BYTES = 128 << 10;

    private static Appliance appliance;

    @BeforeClass
    public static void bootMember() {
        appliance = Appliance.demo("observability", "--device-size", "512M", "--volume-size", "64M");
    }

    @AfterClass
    public static void stopMember() {
        if (appliance != null) {
            appliance.close();
        }
    }

    @Test
    public void tellsWhatWasDone() throws IOException {
        final Appliance.Answer trace = appliance.request("POST", "/traces", "{\"initiator\":\"" + NAME + "\"}");
        assertEquals(trace.toString(), 201, trace.status());
        writeAndRead();
        appliance.await("/sessions", "the session to end", sessions -> sessions.isEmpty());
        volumeStatisticsAgree();
        metricsAgree();
        traceHoldsThePdus();
        refusedLoginsAgree();
        assertEquals("", appliance.errors());
    }

    private static void writeAndRead() {
        final URI url = URI.create(appliance.url("vol-a"));
        final String target = url.getPath().substring(1).replaceAll("/.*", "");
        final List<String> command = new ArrayList<>(List.of("qemu-io", "--image-opts"));
        for (int i = 0; i < WRITES; i++) {
            command.addAll(List.of("-c", "write -P 165 " + i + "M " + WRITE_BYTES));
        }
        for (int i = 0; i < READS; i++) {
            command.addAll(List.of("-c", "read " + i + "M " + READ_BYTES));
        }
        command.add("driver=raw,file.driver=iscsi,file.transport=tcp,file.portal=" + url.getAuthority()
                + ",file.target=" + target + ",file.lun=0,file.header-digest=none,file.initiator-name=" + NAME);
        final String printed = Tools.run(command.toArray(String[]::new));
        assertEquals(printed, WRITES, occurrences(printed, "wrote " + WRITE_BYTES + "/"));
        assertEquals(printed, READS, occurrences(printed, "read " + READ_BYTES + "/"));
    }

    private static int occurrences(final String text, final String wanted) {
        return text.split(wanted, -1).length - 1;
    }

    private static void volumeStatisticsAgree() {
        final JsonNode statistics = appliance.get("/volumes/vol-a/statistics");
        final JsonNode traffic = statistics.get("traffic");
        final String shown = statistics.toString();
        assertKind(traffic.get("write"), WRITES, WRITE_BYTES);
        assertKind(traffic.get("read"), READS, READ_BYTES);
        assertTrue(shown, traffic.get("other").get("commands").asLong() > 0);
        assertEquals(shown, 0, traffic.get("inFlight").asLong());
        assertEquals(shown, 0, traffic.get("aborted").asLong());
        assertEquals(shown, 0, statistics.get("sessions").asInt());
        final JsonNode untouched = appliance.get("/volumes/vol-b/statistics").get("traffic");
        assertEquals(0, untouched.get("write").get("commands").asLong());
    }

    private static void assertKind(final JsonNode kind, final int commands, final int bytesEach) {
        assertEquals(kind.toString(), commands, kind.get("commands").asLong());
        assertEquals(
                kind.toString(), (long) commands * bytesEach, kind.get("bytes").asLong());
        final JsonNode latency = kind.get("latency");
        assertTrue(kind.toString(), latency.get("maxUs").asLong() > 0);
        assertTrue(
                kind.toString(),
                latency.get("p50Us").asLong() <= latency.get("p99Us").asLong());
    }

    private static void metricsAgree() {
        final String volume = "isobar_volume_";
        final String metrics = appliance.metrics();
        for (final String[] kind : new String[][] {
            {"kind=\"write\"", Integer.toString(WRITES), Integer.toString(WRITES * WRITE_BYTES)},
            {"kind=\"read\"", Integer.toString(READS), Integer.toString(READS * READ_BYTES)}
        }) {
            final double commands = Double.parseDouble(kind[1]);
            final String[] labels = {"volume=\"vol-a\"", kind[0]};
            assertEquals(commands, value(metrics, volume + "commands_total", labels), 0);
            assertEquals(Double.parseDouble(kind[2]), value(metrics, volume + "transferred_bytes_total", labels), 0);
            assertEquals(commands, value(metrics, volume + "command_duration_seconds_count", labels), 0);
            assertTrue(value(metrics, volume + "command_duration_seconds_sum", labels) > 0);
        }
        assertEquals(0, value(metrics, volume + "commands_in_flight", "volume=\"vol-a\""), 0);
        assertEquals(0, value(metrics, "isobar_sessions"), 0);
        assertEquals(1, value(metrics, "isobar_logins_total"), 0);
    }

    private static void refusedLoginsAgree() {
        final String absent = appliance.url("vol-a").replace("vol-a", "absent");
        assertNotEquals(0, Tools.attempt("iscsi-inq", absent).exit());
        final JsonNode logins = appliance.get("/access/logins");
        assertTrue(logins.toString(), logins.get("targetsRefused").asLong() > 0);
        assertEquals(
                logins.get("targetsRefused").asDouble(),
                value(appliance.metrics(), "isobar_login_failures_total", "status=\"0203\""),
                0);
    }

    private static void traceHoldsThePdus() throws IOException {
        final Appliance.Answer stopped = appliance.request("POST", "/traces/1/stop", null);
        assertEquals(stopped.toString(), 200, stopped.status());
        final Path file = Path.of("target", "observability.pcap");
        appliance.download("/traces/1/file", file);
        final RecordedPdus pdus = RecordedPdus.read(file);
        assertEquals(WRITES, pdus.commands(0x8A, 0x2A));
        assertEquals(READS, pdus.commands(0x88, 0x28));
        assertEquals((long) WRITES * WRITE_BYTES, pdus.dataBytes(0x01) + pdus.dataBytes(0x05));
        assertTrue(pdus.count(0x03) > 0);
        assertEquals(pdus.count(0x03), pdus.count(0x23));
        assertEquals(1, pdus.count(0x06));
        final JsonNode info = appliance.get("/traces/1");
        assertEquals(info.toString(), pdus.count(), info.get("pdus").asLong());
        assertEquals(info.toString(), 0, info.get("droppedBytes").asLong());
        assertEquals(
                info.toString(), file.toFile().length(), info.get("fileBytes").asLong());
    }

    /** The one value of a metric that has all these labels. */
    private static double value(final String metrics, final String name, final String... labels) {
        final List<String> found = metrics.lines()
                .filter(line ->
                        line.matches(name + "[{ ].*") && Arrays.stream(labels).allMatch(line::contains))
                .toList();
        assertEquals(name + Arrays.toString(labels) + found, 1, found.size());
        return Double.parseDouble(found.get(0).replaceAll(".* ", ""));
    }
}
