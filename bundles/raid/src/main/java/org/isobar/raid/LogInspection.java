package org.isobar.raid;

import org.isobar.api.raid.RaidSetSpec;
import org.isobar.spi.raid.LogInspector;
import org.isobar.spi.raid.RaidGeometry;

/** Looks at the write logs of a stopped member's sets, with the same views of their disk form as a replay. Any thread may call. */
public final class LogInspection implements LogInspector {
    /** For the checker. */
    public LogInspection() {
        // Nothing to set up.
    }

    @Override
    public void inspect(
            final RaidSetSpec spec,
            final RaidGeometry geometry,
            final boolean written,
            final Media media,
            final Findings findings) {
        if (spec.logBytes() == 0) {
            if (geometry.dataStripsPerGroup() > 1) {
                new MisplacedLog(spec, geometry, media, findings).lookAtSetWithout();
            }
            return;
        }
        final SetLayout layout;
        try {
            layout = new SetLayout(geometry, spec.chunkletBytes(), spec.logBytes());
        } catch (final IllegalArgumentException impossible) {
            findings.damage("", "has a write log of a length that cannot be: " + impossible.getMessage());
            return;
        }
        int known = 0;
        int asked = 0;
        for (int group = 0; group < layout.groups(); group++) {
            final CheckpointInspection checkpoints =
                    new CheckpointInspection(spec, layout, group, written, media, findings);
            checkpoints.read();
            asked += checkpoints.columns();
            if (checkpoints.newest() != null) {
                known++;
                new SlotInspection(spec, layout, group, written, media, findings)
                        .run(checkpoints.newest().tail());
            }
        }
        if (known == 0 && asked > 0) {
            new MisplacedLog(spec, geometry, media, findings).lookElsewhere();
        }
    }

    static String where(final int group) {
        return "group=" + group;
    }

    static String where(final int group, final int column) {
        return where(group) + " column=" + column;
    }
}
