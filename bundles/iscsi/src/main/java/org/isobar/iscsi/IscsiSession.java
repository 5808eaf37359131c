package org.isobar.iscsi;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.access.AccessControl;
import org.isobar.api.iscsi.SessionInfo;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.iscsi.stats.SessionTraffic;

/** One session with its one connection (RFC 7143 §4.4.3). Any thread may look; its connection's lane changes it. */
final class IscsiSession {
    /**
     * Who talks to whom: a second session with the same key reinstates the first (RFC 7143 §6.3.5).
     *
     * @param targetName empty for discovery
     */
    record Key(String initiatorName, long isid, String targetName, int portalGroupTag) {}

    private final IscsiConnection connection;
    private final SessionParameters agreed;
    private final Key key;
    private final long loggedInWallMs;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile int tsih;
    private volatile boolean fullFeature;
    /** Null before full-feature phase and for discovery. */
    private ScsiNexus nexus;
    /** Null before full-feature phase. */
    private SessionTraffic traffic;

    IscsiSession(
            final IscsiConnection connection,
            final SessionParameters agreed,
            final long isid,
            final int portalGroupTag,
            final long loggedInWallMs) {
        this.connection = connection;
        this.agreed = agreed;
        this.loggedInWallMs = loggedInWallMs;
        key = new Key(
                agreed.initiatorName.toLowerCase(Locale.ROOT),
                isid,
                agreed.targetName.toLowerCase(Locale.ROOT),
                portalGroupTag);
    }

    IscsiConnection connection() {
        return connection;
    }

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

    /** Login is over; {@code opened} and {@code volume} are null for discovery. */
    void begin(final ScsiNexus opened, final String volume) {
        nexus = opened;
        traffic = connection
                .context()
                .statistics()
                .begin(agreed.initiatorName, agreed.targetName, volume, loggedInWallMs, tsih);
        if (opened != null) {
            opened.abortsThrough(connection::abortTasks);
        }
        fullFeature = true;
    }

    /** Cuts the session off when its initiator has no grant any more, or a narrower one. Any thread may call. */
    void endUnlessGranted(final AccessControl access) {
        if (!fullFeature || agreed.discovery) {
            return;
        }
        if (access.grant(agreed.volume, agreed.initiator).compareTo(agreed.grant) < 0) {
            connection.closeFromAnywhere("grant withdrawn");
        }
    }

    boolean fullFeature() {
        return fullFeature;
    }

    /** The connection is gone and no task is left: lets go of everything. */
    void end() {
        if (fullFeature) {
            connection.context().statistics().ended(traffic);
        }
        fullFeature = false;
        if (nexus != null) {
            nexus.close();
        }
        connection.context().sessions().remove(this);
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
                connection.remoteAddress(),
                loggedInWallMs,
                traffic.commands(),
                traffic.sentBytes(),
                traffic.receivedBytes(),
                traffic.inFlight(),
                agreed.digests());
    }
}
