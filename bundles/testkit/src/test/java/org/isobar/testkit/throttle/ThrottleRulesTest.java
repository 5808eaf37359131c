package org.isobar.testkit.throttle;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isobar.testkit.throttle.ThrottleSpec.Zone;
import org.junit.Test;

public class ThrottleRulesTest {
    @Test
    public void readsAllSettingsAndLeavesTheContainersAlone() {
        final ThrottleRules rules = ThrottleRules.of(Map.ofEntries(
                Map.entry("service.pid", "org.isobar.throttle"),
                Map.entry("component.id", 12L),
                Map.entry("zoned.path", "/d/disk0[12].img"),
                Map.entry("zoned.read.latency.us", "1"),
                Map.entry("zoned.write.latency.us", "2"),
                Map.entry("zoned.durable.us", "3"),
                Map.entry("zoned.flush.us", "4"),
                Map.entry("zoned.zone.start.mib", "0, 512"),
                Map.entry("zoned.zone.mib.per.s", "200, 100"),
                Map.entry("zoned.in.flight", "5"),
                Map.entry("zoned.noise.percent", "6"),
                Map.entry("zoned.outlier.one.in", "7"),
                Map.entry("zoned.outlier.factor", "8"),
                Map.entry("zoned.seed", "9")));
        final List<Zone> zones = List.of(new Zone(0, 200), new Zone(512, 100));
        final ThrottleSpec expected = new ThrottleSpec(1, 2, 3, 4, zones, 5, 6, 7, 8, 9);
        assertEquals(Optional.of(expected), rules.of(Path.of("/d/disk02.img")));
        assertEquals(Optional.empty(), rules.of(Path.of("/d/disk03.img")));
    }

    @Test
    public void firstRuleByNameThatMatchesIsTheDevices() {
        final ThrottleRules rules = ThrottleRules.of(
                Map.of("b.path", "/d/*", "b.read.latency.us", "2", "a.path", "/d/x*", "a.read.latency.us", "1"));
        assertEquals(1, rules.of(Path.of("/d/x1")).orElseThrow().readLatencyUs());
        assertEquals(2, rules.of(Path.of("/d/y1")).orElseThrow().readLatencyUs());
    }

    @Test
    public void refusesWhatItCannotReadAndNamesIt() {
        refuses("a.speed: no such setting", "a.speed", "1");
        refuses("a.flush.us: must be whole numbers", "a.flush.us", "fast");
        refuses("a.flush.us: must be one number", "a.flush.us", "1,2");
        refuses("a.flush.us: must be", "a.flush.us", "-1");
        refuses("a.in.flight: must be", "a.in.flight", "0");
        refuses("a.zone.mib.per.s: must be as many as zone.start.mib", "a.zone.start.mib", "0");
        refuses("a.path: must be a glob", "a.path", "[");
        refusesZones("a.zone.start.mib", "0,0", "1,1");
        refusesZones("a.zone.start.mib", "1", "1");
        refusesZones("a.zone.mib.per.s", "0", "0");
    }

    private static void refuses(final String message, final String key, final String value) {
        final Map<String, String> settings =
                key.equals("a.path") ? Map.of(key, value) : Map.of("a.path", "/*", key, value);
        assertMessage(message, assertThrows(IllegalArgumentException.class, () -> ThrottleRules.of(settings)));
    }

    private static void refusesZones(final String message, final String starts, final String bandwidths) {
        final Map<String, String> settings =
                Map.of("a.path", "/*", "a.zone.start.mib", starts, "a.zone.mib.per.s", bandwidths);
        assertMessage(message, assertThrows(IllegalArgumentException.class, () -> ThrottleRules.of(settings)));
    }

    private static void assertMessage(final String start, final IllegalArgumentException refusal) {
        assertEquals(start, refusal.getMessage().substring(0, start.length()));
    }
}
