package org.isobar.iscsi;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.iscsi.PortalSpec;

/** Settings of a test's portal: the defaults of production on a free port, to be changed field by field. */
final class TestSettings {
    String address = "127.0.0.1";
    int port;
    List<PortalSpec> furtherPortals = List.of();
    String loginPlacement = "";
    int maxConnections = 64;
    int maxConnectionsPerAddress = 64;
    int maxLogins = 64;
    int maxSessions = 64;
    int maxTasks = 128;
    int maxTasksPerTarget = 4096;
    int maxTasksTotal = 16_384;
    int maxConnectionsPerSession = 4;
    int maxReceiveSegmentBytes = 262_144;
    int maxBurstBytes = 1_048_576;
    int firstBurstBytes = 262_144;
    int maxOutstandingR2t = 4;
    int maxTaskBytes = 16_777_216;
    long dataLimitBytes = 268_435_456;
    int loginTimeoutMs = 15_000;
    int pingIntervalMs;
    int pingTimeoutMs = 30_000;
    int logoutWaitMs = 5_000;
    int shutdownWaitMs;

    TargetSettings build() {
        final List<PortalSpec> portals = new ArrayList<>(furtherPortals);
        portals.add(0, new PortalSpec(address, port, 1, null));
        return new TargetSettings(
                portals,
                loginPlacement,
                maxConnections,
                maxConnectionsPerAddress,
                maxLogins,
                maxSessions,
                maxTasks,
                maxTasksPerTarget,
                maxTasksTotal,
                maxConnectionsPerSession,
                maxReceiveSegmentBytes,
                maxBurstBytes,
                firstBurstBytes,
                maxOutstandingR2t,
                maxTaskBytes,
                dataLimitBytes,
                loginTimeoutMs,
                pingIntervalMs,
                pingTimeoutMs,
                logoutWaitMs,
                shutdownWaitMs);
    }
}
