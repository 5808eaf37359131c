package org.isobar.iscsi;

import java.io.OutputStream;
import java.nio.file.Path;
import org.isobar.common.lane.NettyLanes;
import org.isobar.common.time.SystemClock;
import org.isobar.iscsi.stats.TargetStatistics;
import org.isobar.iscsi.trace.PduTraces;

/** Serves a memory disk to real initiators, for trying out: arguments are port and size in MiB. Ends with its input. */
public final class MemoryMember {
    private MemoryMember() {}

    public static void main(final String[] arguments) throws Exception {
        final TestSettings settings = new TestSettings();
        settings.port = Integer.parseInt(arguments[0]);
        settings.pingIntervalMs = 5000;
        final MemoryTargets targets = new MemoryTargets();
        targets.add("iqn.2026-11.org.isobar:memory", Integer.parseInt(arguments[1]) * 2048);
        final NettyLanes lanes = new NettyLanes(2, "auto");
        final PortalService portal = new PortalService(
                lanes,
                targets,
                new SystemClock(),
                settings.build(),
                Authentication.NONE,
                TargetStatistics.of(new SystemClock(), 1000),
                PduTraces.in(new SystemClock(), Path.of("traces")),
                Path.of("iscsi.cfg"));
        System.out.println(portal.targets());
        System.in.transferTo(OutputStream.nullOutputStream());
        portal.close();
        lanes.close();
    }
}
