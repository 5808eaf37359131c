package org.isobar.itests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads from the RAID sets which two devices a pool can do without. */
final class SecondLoss {
    private static final int MIRROR = 2;

    private SecondLoss() {}

    /**
     * Two devices of which no redundancy group of the pool's sets holds both. With an even number of columns RAID 10
     * mirrors columns 2i and 2i+1; RAID 50 has its first half of the columns in one group, the second in the other.
     */
    static List<String> survivablePair(final JsonNode sets, final String pool) {
        final Set<String> devices = new TreeSet<>();
        final Set<Set<String>> forbidden = new java.util.HashSet<>();
        for (final JsonNode set : sets) {
            if (!set.get("pool").asText().equals(pool)) {
                continue;
            }
            final List<String> columns = new ArrayList<>();
            set.get("info")
                    .get("spec")
                    .get("columns")
                    .forEach(column -> columns.add(column.get("device").asText()));
            devices.addAll(columns);
            final boolean mirrored =
                    set.get("info").get("spec").get("level").asText().equals("10");
            final int group = mirrored ? MIRROR : columns.size() / 2;
            for (int a = 0; a < columns.size(); a++) {
                for (int b = a + 1; b < columns.size(); b++) {
                    if (a / group == b / group) {
                        forbidden.add(Set.of(columns.get(a), columns.get(b)));
                    }
                }
            }
        }
        for (final String a : devices) {
            for (final String b : devices) {
                if (!a.equals(b) && !forbidden.contains(Set.of(a, b))) {
                    return List.of(a, b);
                }
            }
        }
        throw new AssertionError("no pair of devices that pool " + pool + " can do without: " + sets);
    }

    /** Whether every column on these devices is seen as missing. */
    static boolean missing(final JsonNode sets, final List<String> devices) {
        for (final JsonNode set : sets) {
            for (final JsonNode column : set.get("info").get("columns")) {
                if (devices.contains(column.get("column").get("device").asText())
                        && column.get("present").asBoolean()) {
                    return false;
                }
            }
        }
        return true;
    }
}
