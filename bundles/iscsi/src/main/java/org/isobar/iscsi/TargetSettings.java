package org.isobar.iscsi;

import java.util.List;
import org.isobar.api.iscsi.PortalSpec;
import org.isobar.common.Check;

/**
 * Settings and limits of all portals of a member; the constructor refuses what makes no sense.
 *
 * @param portals where to listen
 * @param loginPlacement name of the placement policy, empty for none
 * @param maxConnections TCP connections at a time, logged in or not
 * @param maxConnectionsPerAddress TCP connections at a time from one address
 * @param maxLogins TCP connections at a time that have not logged in yet
 * @param maxSessions sessions at a time
 * @param maxTasks commands of a session at a time: the CmdSN window
 * @param maxTasksPerTarget commands of all sessions with one target at a time
 * @param maxTasksTotal commands of all sessions at a time
 * @param maxConnectionsPerSession upper bound of MaxConnections
 * @param maxReceiveSegmentBytes MaxRecvDataSegmentLength that we declare
 * @param maxBurstBytes upper bound of MaxBurstLength
 * @param firstBurstBytes upper bound of FirstBurstLength
 * @param maxOutstandingR2t upper bound of MaxOutstandingR2T
 * @param maxTaskBytes data that one command may send
 * @param dataLimitBytes data of the commands in hand of all sessions together
 * @param loginTimeoutMs time from connect to full-feature phase
 * @param pingIntervalMs silence after which the initiator is pinged, 0 for never
 * @param pingTimeoutMs silence after a ping that ends the connection
 * @param logoutWaitMs time an initiator gets to log out when asked to
 * @param shutdownWaitMs the same when the portals close for good, 0 for none
 */
record TargetSettings(
        List<PortalSpec> portals,
        String loginPlacement,
        int maxConnections,
        int maxConnectionsPerAddress,
        int maxLogins,
        int maxSessions,
        int maxTasks,
        int maxTasksPerTarget,
        int maxTasksTotal,
        int maxConnectionsPerSession,
        int maxReceiveSegmentBytes,
        int maxBurstBytes,
        int firstBurstBytes,
        int maxOutstandingR2t,
        int maxTaskBytes,
        long dataLimitBytes,
        int loginTimeoutMs,
        int pingIntervalMs,
        int pingTimeoutMs,
        int logoutWaitMs,
        int shutdownWaitMs) {
    /** Room for the R2Ts of one task. */
    static final int MAX_OUTSTANDING_R2T = 16;

    private static final int MIN_SEGMENT_BYTES = 512;
    private static final int MAX_SEGMENT_BYTES = (1 << 24) - 1;
    private static final int MAX_TASK_BYTES = 1 << 28;
    private static final int MAX_SHORT = 0xFFFF;
    private static final int MAX_CONNECTIONS = 1 << 20;
    private static final int MAX_TASKS = 1 << 20;
    private static final int MINUTE_MS = 60_000;
    private static final int DAY_MS = 86_400_000;

    TargetSettings {
        portals = PortalText.checked(portals);
        Check.range("max.connections", maxConnections, 1, MAX_CONNECTIONS);
        Check.range("max.connections.per.address", maxConnectionsPerAddress, 1, MAX_CONNECTIONS);
        Check.range("max.logins", maxLogins, 1, MAX_CONNECTIONS);
        Check.range("max.sessions", maxSessions, 1, MAX_SHORT);
        Check.range("max.tasks", maxTasks, 1, 4096);
        Check.range("max.tasks.per.target", maxTasksPerTarget, 1, MAX_TASKS);
        Check.range("max.tasks.total", maxTasksTotal, 1, MAX_TASKS);
        Check.range("max.connections.per.session", maxConnectionsPerSession, 1, 64);
        Check.range("max.receive.segment.bytes", maxReceiveSegmentBytes, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
        Check.range("max.burst.bytes", maxBurstBytes, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
        Check.range("first.burst.bytes", firstBurstBytes, MIN_SEGMENT_BYTES, maxBurstBytes);
        Check.range("max.outstanding.r2t", maxOutstandingR2t, 1, MAX_OUTSTANDING_R2T);
        Check.range("max.task.bytes", maxTaskBytes, maxBurstBytes, MAX_TASK_BYTES);
        Check.range("data.limit.bytes", dataLimitBytes, maxTaskBytes, Long.MAX_VALUE);
        Check.range("login.timeout.ms", loginTimeoutMs, 1, DAY_MS);
        Check.range("ping.interval.ms", pingIntervalMs, 0, DAY_MS);
        Check.range("ping.timeout.ms", pingTimeoutMs, 1, DAY_MS);
        Check.range("logout.wait.ms", logoutWaitMs, 0, DAY_MS);
        Check.range("shutdown.wait.ms", shutdownWaitMs, 0, MINUTE_MS);
    }
}
