package org.isobar.pool.check;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.isobar.api.raid.GeometryTable;
import org.isobar.api.raid.RaidShape;
import org.isobar.pool.store.MemberState;
import org.isobar.pool.store.SetState;
import org.isobar.spi.raid.RaidLevel;

/** The check of a stopped member's devices, whatever they are: labels, metadata, map, write logs, redundancy and checksums. */
public final class OfflineCheck {
    private final CheckReport report;
    private final boolean strict;

    /**
     * Sets up a check.
     *
     * @param strict also compares stripes that an unclean stop may have left different
     */
    OfflineCheck(final CheckReport report, final boolean strict) {
        this.report = report;
        this.strict = strict;
    }

    /**
     * Checks devices and answers the findings, each in a line; none when all is well.
     *
     * @param strict also compares stripes that an unclean stop may have left different
     * @throws IOException when a device cannot be read
     */
    public static List<String> findings(final List<? extends CheckSource> devices, final boolean strict)
            throws IOException {
        final CheckReport report = new CheckReport();
        new OfflineCheck(report, strict).run(devices);
        return report.findings();
    }

    void run(final List<? extends CheckSource> sources) throws IOException {
        final List<CheckedDevice> devices = new LabelCheck(report)
                .check(sources.stream().map(CheckedDevice::new).toList());
        final MemberState state = new LogCheck(report).check(devices);
        if (state == null) {
            return;
        }
        final Map<Long, SetGeometry> geometries = geometries(state);
        new MapCheck(report, devices).check(state, geometries);
        for (final SetState set : state.sets()) {
            final SetGeometry geometry = geometries.get(set.id());
            if (geometry != null) {
                final SetOnMedia found = SetOnMedia.find(report, set, geometry, devices);
                WriteLogCheck.check(report, strict, found);
                ParityCheck.check(report, strict, found);
            }
        }
    }

    private Map<Long, SetGeometry> geometries(final MemberState state) {
        final Map<Long, SetGeometry> geometries = new HashMap<>();
        for (final SetState set : state.sets()) {
            final RaidLevel level = Levels.BY_NAME.get(set.spec().level());
            if (level == null) {
                report.finding(
                        "set=" + set.id(),
                        "has a level that is not known here: " + set.spec().level());
                continue;
            }
            try {
                final SetGeometry geometry = new SetGeometry(set, level);
                final OptionalLong known = state.layout(RaidShape.of(set.spec()));
                if (known.isPresent()
                        && known.getAsLong()
                                != GeometryTable.of(geometry.geometry()).fingerprint()) {
                    report.finding(
                            "set=" + set.id(),
                            "is laid out otherwise than its level says here: level="
                                    + set.spec().level());
                    continue;
                }
                geometries.put(set.id(), geometry);
            } catch (final IllegalArgumentException impossible) {
                report.finding(
                        "set=" + set.id(), "has a shape that its level does not have: " + impossible.getMessage());
            }
        }
        return geometries;
    }

    /** Looked for once, whatever is checked. */
    private static final class Levels {
        static final Map<String, RaidLevel> BY_NAME = ServiceLoader.load(RaidLevel.class).stream()
                .map(ServiceLoader.Provider::get)
                .collect(Collectors.toUnmodifiableMap(RaidLevel::name, level -> level));
    }
}
