package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public final class StatisticsTest {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(.*)\\})? (-?[0-9.E+-]+|NaN|[+-]Inf)");
    private static final Pattern LABELS =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)+");

    @Rule
    public final ApiServer api = new ApiServer();

    @Before
    public void logIn() {
        api.post("/devices", "{\"path\":\"/dev/one\"}");
        api.post("/pools/layout", null);
        api.post("/volumes", "{\"name\":\"vol-a\",\"sizeBytes\":1048576}");
        api.post("/volumes", "{\"name\":\"idle\",\"sizeBytes\":1048576}");
        api.member.logIn("vol-a", "iqn.host");
    }

    @Test
    public void showsWhatSessionsAndVolumesHaveDone() {
        final ApiServer.Answer session = api.get("/sessions/1/statistics");
        assertEquals(8, session.json().at("/traffic/read/commands").asInt());
        assertEquals("vol-a", session.text("volume"));
        assertEquals(404, api.get("/sessions/2/statistics").status());
        assertEquals(404, api.get("/sessions/x/statistics").status());
        final ApiServer.Answer volume = api.get("/volumes/vol-a/statistics");
        assertEquals(8192, volume.json().at("/traffic/write/bytes").asInt());
        assertEquals(103, volume.json().at("/traffic/write/latency/p99Us").asInt());
        assertEquals(
                0,
                api.get("/volumes/idle/statistics")
                        .json()
                        .at("/traffic/read/commands")
                        .asInt());
        assertEquals(404, api.get("/volumes/nothing/statistics").status());
    }

    @Test
    public void showsSlowCommands() {
        final ApiServer.Answer slow = api.get("/slow-commands");
        assertEquals(1000, slow.json().get("thresholdMs").asInt());
        assertEquals("WRITE(10)", slow.json().at("/last/0/command").asText());
    }

    @Test
    public void writesWhatPrometheusReads() {
        final ApiServer.Answer answer = api.get("/metrics");
        assertEquals(200, answer.status());
        assertEquals("text/plain;charset=utf-8;version=0.0.4", answer.header("Content-Type"));
        final Map<String, Double> samples = parse(answer.http().body());
        assertEquals(1, samples.get("isobar_member_serving"), 0);
        assertEquals(8, samples.get("isobar_volume_commands_total{kind=\"read\",volume=\"vol-a\"}"), 0);
        assertEquals(8192, samples.get("isobar_volume_transferred_bytes_total{kind=\"write\",volume=\"vol-a\"}"), 0);
        assertEquals(
                1, samples.get("isobar_volume_command_errors_total{status=\"check_condition\",volume=\"vol-a\"}"), 0);
        final String duration = "isobar_volume_command_duration_seconds";
        assertEquals(8, samples.get(duration + "_count{kind=\"read\",volume=\"vol-a\"}"), 0);
        assertEquals(0.0008, samples.get(duration + "_sum{kind=\"read\",volume=\"vol-a\"}"), 1e-9);
        assertEquals(0, samples.get(duration + "_bucket{kind=\"read\",volume=\"vol-a\",le=\"6.4E-5\"}"), 0);
        assertEquals(8, samples.get(duration + "_bucket{kind=\"read\",volume=\"vol-a\",le=\"1.28E-4\"}"), 0);
        assertEquals(8, samples.get(duration + "_bucket{kind=\"read\",volume=\"vol-a\",le=\"+Inf\"}"), 0);
        assertEquals(
                103e-6,
                samples.get("isobar_session_command_duration_seconds{initiator=\"iqn.host\",kind=\"read\",tsih=\"1\","
                        + "volume=\"vol-a\",quantile=\"0.99\"}"),
                1e-9);
        assertEquals(3, samples.get("isobar_login_failures_total{status=\"0201\"}"), 0);
        assertEquals(1, samples.get("isobar_slow_commands_total"), 0);
        assertTrue(samples.get("jvm_memory_used_bytes{area=\"heap\"}") > 0);
        assertTrue(samples.containsKey("isobar_pool_free_bytes{level=\"5\",pool=\"B\"}"));
        assertTrue(samples.containsKey("isobar_pool_fullness{level=\"5\",pool=\"B\"}"));
    }

    @Test
    public void dropsSessionsThatAreGone() {
        assertTrue(api.get("/metrics").http().body().contains("iqn.host"));
        api.delete("/sessions/1");
        assertFalse(api.get("/metrics").http().body().contains("iqn.host"));
    }

    @Test
    public void goesOnWithoutAPoolThatIsDeletedMeanwhile() {
        api.member.deleteOnceListed("B");
        final ApiServer.Answer answer = api.get("/metrics");
        assertEquals(answer.http().body(), 200, answer.status());
        final Map<String, Double> samples = parse(answer.http().body());
        assertFalse(samples.containsKey("isobar_pool_scrub_checked_bytes_total{level=\"5\",pool=\"B\"}"));
        assertTrue(samples.containsKey("isobar_pool_scrub_checked_bytes_total{level=\"10\",pool=\"A\"}"));
        assertEquals(1, samples.get("isobar_member_serving"), 0);
    }

    @Test
    public void letsNobodyInWithoutThePassword() {
        api.credentials(null);
        assertEquals(401, api.get("/metrics").status());
        assertEquals(401, api.get("/slow-commands").status());
    }

    /** Reads the text format strictly: each family is announced once, before its samples, and no sample comes twice. */
    private static Map<String, Double> parse(final String text) {
        final Map<String, Double> samples = new HashMap<>();
        final Set<String> families = new HashSet<>();
        String family = "";
        for (final String line : text.split("\n", -1)) {
            if (line.startsWith("# TYPE ")) {
                family = line.split(" ", -1)[2];
                assertTrue("twice: " + line, families.add(family));
                assertTrue(line, line.matches(".* (counter|gauge|histogram|summary)"));
            } else if (!line.isEmpty() && !line.startsWith("# HELP ")) {
                final Matcher sample = SAMPLE.matcher(line);
                assertTrue(line, sample.matches());
                assertTrue(line, sample.group(1).startsWith(family));
                assertTrue(
                        line,
                        sample.group(3) == null
                                || LABELS.matcher(sample.group(3)).matches());
                final String key = line.substring(0, line.lastIndexOf(' '));
                assertEquals("twice: " + line, null, samples.put(key, Double.valueOf(sample.group(4))));
            }
        }
        assertTrue("samples", samples.size() > 50);
        return samples;
    }
}
