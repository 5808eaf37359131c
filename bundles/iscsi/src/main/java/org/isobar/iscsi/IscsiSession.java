package org.isobar.iscsi;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.isobar.api.access.AccessControl;
import org.isobar.api.iscsi.SessionInfo;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.scsi.ScsiTask;
import org.isobar.api.scsi.TaskAborter;
import org.isobar.common.lane.Lane;
import org.isobar.iscsi.stats.SessionTraffic;

/**
 * One session and its connections (RFC 7143 §4.4.3). All of it belongs to the lane of the connection that began it;
 * connections that join move to that lane, so nothing here is locked. Any thread may look.
 */
final class IscsiSession {
    /**
     * Who talks to whom: a second session with the same key reinstates the first (RFC 7143 §6.3.5).
     *
     * @param targetName empty for discovery
     */
    record Key(String initiatorName, long isid, String targetName, int portalGroupTag) {
        /** The key that a login stands for; names are compared in lower case. */
        static Key of(final SessionParameters agreed, final long isid, final int portalGroupTag) {
            return new Key(
                    agreed.initiatorName.toLowerCase(Locale.ROOT),
                    isid,
                    agreed.targetName.toLowerCase(Locale.ROOT),
                    portalGroupTag);
        }
    }

    private final TargetContext context;
    private final IscsiConnection leading;
    private final Lane lane;
    private final SessionParameters agreed;
    private final Key key;
    private final long loggedInWallMs;
    private final List<IscsiConnection> connections = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile int tsih;
    private volatile boolean fullFeature;
    /** Null before full-feature phase and for discovery. */
    private ScsiNexus nexus;
    /** Null before full-feature phase. */
    private SessionTraffic traffic;
    /** Null before full-feature phase and for discovery. */
    private TaskSet tasks;
    /** Null before full-feature phase and for discovery. */
    private TaskManagement taskManagement;

    IscsiSession(
            final IscsiConnection connection,
            final SessionParameters agreed,
            final long isid,
            final int portalGroupTag,
            final long loggedInWallMs) {
        this.context = connection.context();
        this.leading = connection;
        this.lane = connection.lane();
        this.agreed = agreed;
        this.loggedInWallMs = loggedInWallMs;
        key = Key.of(agreed, isid, portalGroupTag);
        connections.add(connection);
    }

    /** Where everything of this session runs. */
    Lane lane() {
        return lane;
    }

    /** The connection that began it; perhaps gone by now. */
    IscsiConnection leading() {
        return leading;
    }

    /** What was agreed on for the session as a whole; each connection has its own for what concerns it alone. */
    SessionParameters agreed() {
        return agreed;
    }

    SessionTraffic traffic() {
        return traffic;
    }

    Key key() {
        return key;
    }

    int tsih() {
        return tsih;
    }

    void tsih(final int value) {
        tsih = value;
    }

    ScsiNexus nexus() {
        return nexus;
    }

    /** Null for discovery. */
    TaskSet tasks() {
        return tasks;
    }

    /** Null for discovery. */
    TaskManagement taskManagement() {
        return taskManagement;
    }

    List<IscsiConnection> connections() {
        return connections;
    }

    /** The connection with this id, or null. */
    IscsiConnection connection(final int connectionId) {
        return connections.stream()
                .filter(each -> each.connectionId() == connectionId)
                .findFirst()
                .orElse(null);
    }

    /** Login is over; {@code opened} and {@code volume} are null for discovery. */
    void begin(final ScsiNexus opened, final String volume) {
        nexus = opened;
        traffic = context.statistics().begin(agreed.initiatorName, agreed.targetName, volume, loggedInWallMs, tsih);
        if (opened != null) {
            tasks = new TaskSet(this);
            taskManagement = new TaskManagement(this, tasks);
            opened.abortsThrough(this::abortTasks);
        }
        fullFeature = true;
    }

    /** Cuts the session off when its initiator has no grant any more, or a narrower one. Any thread may call. */
    void endUnlessGranted(final AccessControl access) {
        if (fullFeature && !agreed.discovery && !connections.stream().allMatch(each -> granted(each, access))) {
            closeFromAnywhere("grant withdrawn");
        }
    }

    private boolean granted(final IscsiConnection connection, final AccessControl access) {
        final SessionParameters who = connection.agreed();
        return who == null || access.grant(agreed.volume, who.initiator).compareTo(agreed.grant) >= 0;
    }

    boolean fullFeature() {
        return fullFeature;
    }

    /** A connection joins, on the session's lane. */
    void add(final IscsiConnection connection) {
        connections.add(connection);
    }

    /** A connection is gone: its tasks end with it, and with the last one the session does (RFC 7143 §7.1.4.4). */
    void left(final IscsiConnection connection) {
        connections.remove(connection);
        if (!connections.isEmpty()) {
            tasks.abort(task -> task.connection == connection, () -> {});
            if (!connection.loggingOut()) {
                connections.get(0).connectionDropped(connection.connectionId());
            }
        } else if (tasks == null) {
            end();
        } else {
            leading.window().clear();
            tasks.abort(task -> true, this::end);
        }
    }

    /** Asks the initiator to log out, and cuts it off when it does not in time. Any thread may call. */
    void requestLogout() {
        requestLogout(context.settings().logoutWaitMs());
    }

    /** As {@link #requestLogout()}, with a time of its own. Any thread may call. */
    void requestLogout(final int waitMs) {
        connections.forEach(connection -> connection.requestLogout(waitMs));
    }

    /** Ends all connections at once. Any thread may call. */
    void closeFromAnywhere(final String why) {
        connections.forEach(connection -> connection.closeFromAnywhere(why));
    }

    /** Runs {@code quiet} on this lane once the logical unit has none of these tasks in hand. Any thread may call. */
    void whenQuiet(final Predicate<IscsiTask> affected, final Runnable quiet) {
        lane.execute(() -> {
            if (tasks == null) {
                quiet.run();
            } else {
                tasks.await(affected, quiet);
            }
        });
    }

    /** As {@link TaskAborter#abortTasks}. Any thread may call. */
    private void abortTasks(final ScsiTask but, final Runnable drained) {
        // Those whose turn has not come find the reservation as it is then.
        lane.execute(() -> tasks.abort(task -> task != but && task.stage != IscsiTask.Stage.ARRIVING, drained));
    }

    /** The connections are gone and no task is left: lets go of everything. */
    void end() {
        if (fullFeature) {
            context.statistics().ended(traffic);
        }
        fullFeature = false;
        if (nexus != null) {
            nexus.close();
            tasks.close();
        }
        context.sessions().remove(this);
        ended.complete(null);
    }

    /** Completes once the session's last task has ended and its nexus is closed. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Runs {@code action} once the session has ended, on whichever thread that happens. */
    void afterEnd(final Runnable action) {
        final CompletableFuture<Void> unused = ended.thenRun(action);
    }

    SessionInfo info() {
        return new SessionInfo(
                tsih,
                agreed.initiatorName,
                agreed.targetName,
                connections.stream().map(IscsiConnection::remoteAddress).collect(Collectors.joining(",")),
                loggedInWallMs,
                traffic.commands(),
                traffic.sentBytes(),
                traffic.receivedBytes(),
                traffic.inFlight(),
                agreed.digests());
    }
}
