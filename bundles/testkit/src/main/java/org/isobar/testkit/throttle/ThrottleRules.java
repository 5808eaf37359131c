package org.isobar.testkit.throttle;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.PatternSyntaxException;
import org.isobar.testkit.throttle.ThrottleSpec.Zone;

/**
 * Which devices are how slow, read from settings {@code NAME.KEY = VALUE}; the first rule, by name, whose {@code path} matches a
 * device is its. Keys: {@code path}, a glob on the whole path, and those of {@link ThrottleSpec}; lists have commas.
 */
final class ThrottleRules {
    private static final Set<String> KEYS = Set.of(
            "path",
            "read.latency.us",
            "write.latency.us",
            "durable.us",
            "flush.us",
            "zone.start.mib",
            "zone.mib.per.s",
            "in.flight",
            "noise.percent",
            "outlier.one.in",
            "outlier.factor",
            "seed");

    private final List<Rule> rules;

    private record Rule(PathMatcher path, ThrottleSpec spec) {}

    private ThrottleRules(final List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Reads rules.
     *
     * @param settings those whose names do not begin with a rule's are the container's own: {@code service.pid},
     *     {@code component.id}, {@code felix.fileinstall.filename}
     * @throws IllegalArgumentException naming the setting
     */
    static ThrottleRules of(final Map<String, ?> settings) {
        final Map<String, Map<String, String>> byName = new TreeMap<>();
        settings.forEach((setting, value) -> {
            final int dot = setting.indexOf('.');
            final String name = dot < 0 ? setting : setting.substring(0, dot);
            if (settings.containsKey(name + ".path")) {
                final String key = setting.substring(dot + 1);
                if (!KEYS.contains(key)) {
                    throw new IllegalArgumentException(setting + ": no such setting");
                }
                byName.computeIfAbsent(name, any -> new TreeMap<>())
                        .put(key, value.toString().strip());
            }
        });
        final List<Rule> rules = new ArrayList<>();
        byName.forEach((name, values) -> rules.add(rule(name, values)));
        return new ThrottleRules(List.copyOf(rules));
    }

    /** How slow a device is. */
    Optional<ThrottleSpec> of(final Path device) {
        return rules.stream()
                .filter(rule -> rule.path().matches(device))
                .map(Rule::spec)
                .findFirst();
    }

    private static Rule rule(final String name, final Map<String, String> values) {
        try {
            return new Rule(path(values.get("path")), spec(values));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(name + "." + e.getMessage(), e);
        }
    }

    private static PathMatcher path(final String glob) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (final PatternSyntaxException e) {
            throw new IllegalArgumentException("path: must be a glob, is " + glob, e);
        }
    }

    private static ThrottleSpec spec(final Map<String, String> values) {
        return new ThrottleSpec(
                number("read.latency.us", values, 0),
                number("write.latency.us", values, 0),
                number("durable.us", values, 0),
                number("flush.us", values, 0),
                zones(values),
                number("in.flight", values, 1),
                number("noise.percent", values, 0),
                number("outlier.one.in", values, 0),
                number("outlier.factor", values, 1),
                number("seed", values, 1));
    }

    private static List<Zone> zones(final Map<String, String> values) {
        final List<Integer> starts = numbers("zone.start.mib", values);
        final List<Integer> bandwidths = numbers("zone.mib.per.s", values);
        if (starts.size() != bandwidths.size()) {
            throw new IllegalArgumentException("zone.mib.per.s: must be as many as zone.start.mib, " + starts.size()
                    + ", are " + bandwidths.size());
        }
        final List<Zone> zones = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            zones.add(new Zone(starts.get(i), bandwidths.get(i)));
        }
        return zones;
    }

    private static int number(final String key, final Map<String, String> values, final int otherwise) {
        final List<Integer> given = numbers(key, values);
        if (given.size() > 1) {
            throw new IllegalArgumentException(key + ": must be one number, is " + values.get(key));
        }
        return given.isEmpty() ? otherwise : given.get(0);
    }

    private static List<Integer> numbers(final String key, final Map<String, String> values) {
        final List<Integer> numbers = new ArrayList<>();
        final String given = values.getOrDefault(key, "");
        if (!given.isEmpty()) {
            for (final String one : given.split(",", -1)) {
                try {
                    numbers.add(Integer.parseInt(one.strip()));
                } catch (final NumberFormatException e) {
                    throw new IllegalArgumentException(
                            key + ": must be whole numbers below 2^31 with commas between, is " + given, e);
                }
            }
        }
        return numbers;
    }
}
