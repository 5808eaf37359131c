package org.isobar.iscsi;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.PortalInfo;
import org.isobar.api.iscsi.PortalSpec;
import org.isobar.api.iscsi.SessionInfo;
import org.isobar.api.iscsi.SessionSelection;
import org.isobar.api.iscsi.TargetInfo;
import org.isobar.api.iscsi.TargetService;
import org.isobar.api.scsi.ScsiTarget;
import org.isobar.api.scsi.TargetDirectory;
import org.isobar.common.lane.NettyLanes;
import org.isobar.common.time.Clock;
import org.isobar.iscsi.access.AccessRules;
import org.isobar.iscsi.access.LoginAccess;
import org.isobar.iscsi.stats.TargetStatistics;
import org.isobar.iscsi.trace.PduTraces;
import org.isobar.spi.iscsi.LoginPlacement;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The member's iSCSI portals: listen while the component is up. */
@Component(service = TargetService.class, configurationPid = "org.isobar.iscsi")
@Designate(ocd = PortalService.Config.class)
public final class PortalService implements TargetService {
    private static final Logger LOG = LoggerFactory.getLogger(PortalService.class);
    private static final int CLOSE_LIMIT_S = 10;
    /** Time in which initiators that did not log out hear that they are dropped. */
    private static final int DROP_MS = 250;

    /** Settings. */
    @ObjectClassDefinition(name = "iSCSI portal")
    public @interface Config {
        @AttributeDefinition(
                name = "Address",
                description =
                        "IP address of the first portal; 0.0.0.0 or :: for all of this host, then firewall it; empty"
                                + " for no first portal")
        String portal_address() default "127.0.0.1";

        @AttributeDefinition(name = "Port", description = "TCP port; 0 for any", min = "0", max = "65535")
        int portal_port() default 3260;

        @AttributeDefinition(
                name = "Portal group tag",
                description = "the first portal's group",
                min = "1",
                max = "65535")
        int portal_group_tag() default 1;

        @AttributeDefinition(
                name = "Further portals",
                description = "ADDRESS:PORT[,TAG][,advertise=HOST[:PORT]], several apart by blanks; advertise is what"
                        + " initiators are told instead of the address, e.g. behind address translation")
        String portals() default "";

        @AttributeDefinition(
                name = "Login placement",
                description = "policy that may redirect initiators at login, by name; empty for none")
        String login_placement() default "static";

        @AttributeDefinition(
                name = "Connections",
                description = "TCP connections at a time, logged in or not",
                min = "1",
                max = "1048576")
        int max_connections() default 1024;

        @AttributeDefinition(
                name = "Connections of an address",
                description = "TCP connections at a time from one IP address",
                min = "1",
                max = "1048576")
        int max_connections_per_address() default 512;

        @AttributeDefinition(
                name = "Logins",
                description = "TCP connections at a time that have not logged in yet",
                min = "1",
                max = "1048576")
        int max_logins() default 256;

        @AttributeDefinition(name = "Sessions", description = "sessions at a time", min = "1", max = "65535")
        int max_sessions() default 1024;

        @AttributeDefinition(
                name = "Tasks",
                description = "commands of one session at a time (the CmdSN window)",
                min = "1",
                max = "4096")
        int max_tasks() default 128;

        @AttributeDefinition(
                name = "Tasks of a target",
                description = "commands of all sessions with one target at a time; beyond that: TASK SET FULL or BUSY",
                min = "1",
                max = "1048576")
        int max_tasks_per_target() default 4096;

        @AttributeDefinition(
                name = "Tasks in total",
                description = "commands of all sessions at a time; beyond that: TASK SET FULL or BUSY",
                min = "1",
                max = "1048576")
        int max_tasks_total() default 16_384;

        @AttributeDefinition(
                name = "Connections of a session",
                description = "upper bound of MaxConnections",
                min = "1",
                max = "64")
        int max_connections_per_session() default 4;

        @AttributeDefinition(
                name = "Receive segment",
                description = "bytes; longest data segment taken (MaxRecvDataSegmentLength)",
                min = "512",
                max = "16777215")
        int max_receive_segment_bytes() default 262_144;

        @AttributeDefinition(
                name = "Burst",
                description = "bytes; upper bound of MaxBurstLength",
                min = "512",
                max = "16777215")
        int max_burst_bytes() default 1_048_576;

        @AttributeDefinition(
                name = "First burst",
                description = "bytes; upper bound of FirstBurstLength, at most the burst",
                min = "512",
                max = "16777215")
        int first_burst_bytes() default 262_144;

        @AttributeDefinition(
                name = "Outstanding R2Ts",
                description = "upper bound of MaxOutstandingR2T",
                min = "1",
                max = "16")
        int max_outstanding_r2t() default 4;

        @AttributeDefinition(
                name = "Data of a command",
                description = "bytes that one command may send; at least the burst",
                min = "512",
                max = "268435456")
        int max_task_bytes() default 16_777_216;

        @AttributeDefinition(
                name = "Data of all commands",
                description = "bytes that the commands in hand of all sessions move; beyond that: TASK SET FULL")
        long data_limit_bytes() default 268_435_456L;

        @AttributeDefinition(
                name = "Login time",
                description = "ms from connect to full-feature phase",
                min = "1",
                max = "86400000")
        int login_timeout_ms() default 15_000;

        @AttributeDefinition(
                name = "Ping after",
                description = "ms of silence after which an initiator is pinged; 0 for never",
                min = "0",
                max = "86400000")
        int ping_interval_ms() default 30_000;

        @AttributeDefinition(
                name = "Ping time",
                description = "ms without an answer to a ping after which the connection is closed",
                min = "1",
                max = "86400000")
        int ping_timeout_ms() default 30_000;

        @AttributeDefinition(
                name = "Logout wait",
                description = "ms that an initiator gets to log out when asked to, before it is cut off",
                min = "0",
                max = "86400000")
        int logout_wait_ms() default 5_000;

        @AttributeDefinition(
                name = "Shutdown wait",
                description =
                        "ms that initiators get to log out when the member stops, before they are cut off; 0 for none",
                min = "0",
                max = "60000")
        int shutdown_wait_ms() default 2_000;
    }

    private final LoginPlacements placements = new LoginPlacements();
    private final TargetContext context;
    private final PortalsFile file;
    private final Runnable endUngranted = this::endUngranted;
    /** The portal that is configured by itself, or null. */
    private volatile PortalSpec first;

    @Activate
    public PortalService(
            @Reference final NettyLanes lanes,
            @Reference final TargetDirectory directory,
            @Reference final Clock clock,
            @Reference final AccessRules access,
            @Reference final TargetStatistics statistics,
            @Reference final PduTraces traces,
            final BundleContext bundle,
            final Config config) {
        this(lanes, directory, clock, settings(config), access, statistics, traces, file(bundle));
        first = firstPortal(config);
    }

    PortalService(
            final NettyLanes lanes,
            final TargetDirectory directory,
            final Clock clock,
            final TargetSettings settings,
            final LoginAccess access,
            final TargetStatistics statistics,
            final PduTraces traces,
            final Path file) {
        this.file = new PortalsFile(file);
        final AtomicReference<TargetSettings> current = new AtomicReference<>(settings);
        context = new TargetContext(
                current,
                new Portals(lanes, directory::portalGroups),
                new ConnectionLimits(),
                placements,
                directory,
                new SessionRegistry(statistics),
                clock,
                new DataBudget(settings.dataLimitBytes()),
                new TaskLimits(current),
                access,
                statistics,
                traces);
        access.addListener(endUngranted);
        context.portals().open(context, settings.portals()).join();
    }

    /** A placement policy has come. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindPlacement(final LoginPlacement policy, final Map<String, Object> properties) {
        placements.add(String.valueOf(properties.get(LoginPlacement.POLICY_NAME)), policy);
    }

    void unbindPlacement(final LoginPlacement policy, final Map<String, Object> properties) {
        placements.remove(String.valueOf(properties.get(LoginPlacement.POLICY_NAME)), policy);
    }

    /** Takes changed settings: portals come and go, all else holds for connections from now on. */
    @Modified
    void modified(final Config config) {
        final TargetSettings settings;
        try {
            settings = settings(config);
        } catch (final IllegalArgumentException refused) {
            LOG.error("settings.refused the old ones stay, why=\"{}\"", refused.getMessage());
            return;
        }
        first = firstPortal(config);
        apply(settings);
    }

    synchronized void apply(final TargetSettings settings) {
        context.currentSettings().set(settings);
        context.budget().limit(settings.dataLimitBytes());
        final List<Portal> leaving = context.portals().all().stream()
                .filter(portal -> !settings.portals().contains(portal.spec()))
                .toList();
        final List<PortalSpec> coming = new ArrayList<>(settings.portals());
        coming.removeAll(context.portals().specs());
        context.portals().remove(leaving).join();
        context.portals().open(context, coming).join();
    }

    private void endUngranted() {
        context.sessions().all().forEach(session -> session.endUnlessGranted(context.access()));
    }

    /**
     * Takes no more connections, asks initiators to log out, ends those that did not within the time that they get, and
     * waits for the tasks in hand, within bounds.
     */
    @Deactivate
    public void close() {
        context.access().removeListener(endUngranted);
        final List<Portal> portals = List.copyOf(context.portals().all());
        CompletableFuture.allOf(portals.stream().map(Portal::stopListening).toArray(CompletableFuture<?>[]::new))
                .join();
        final CompletableFuture<?>[] ends =
                context.sessions().all().stream().map(IscsiSession::ended).toArray(CompletableFuture<?>[]::new);
        final int waitMs = context.settings().shutdownWaitMs();
        if (waitMs > 0) {
            awaitLogouts(portals, ends, waitMs);
        }
        // Those of portals that were removed not long ago are known by their sessions alone.
        context.sessions().all().forEach(session -> session.closeFromAnywhere("portal closed"));
        portals.forEach(
                portal -> portal.connections().forEach(connection -> connection.closeFromAnywhere("portal closed")));
        context.portals().all().clear();
        CompletableFuture.allOf(ends)
                .orTimeout(CLOSE_LIMIT_S, TimeUnit.SECONDS)
                .handle((nothing, failure) -> {
                    if (failure == null) {
                        LOG.info("portal.closed sessions={}", ends.length);
                    } else {
                        LOG.warn("portal.closed why=\"tasks still in hand after {} s\"", CLOSE_LIMIT_S);
                    }
                    return null;
                })
                .join();
    }

    private void awaitLogouts(final List<Portal> portals, final CompletableFuture<?>[] ends, final int waitMs) {
        LOG.info("portal.closing sessions={} wait.ms={}", ends.length, waitMs);
        context.sessions().all().forEach(session -> session.requestLogout(waitMs));
        // Those that have not logged in yet end at once.
        portals.forEach(portal -> portal.connections().forEach(connection -> connection.requestLogout(waitMs)));
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, waitMs + DROP_MS, TimeUnit.MILLISECONDS)
                .join();
    }

    @Override
    public List<PortalInfo> portals() {
        return context.portals().all().stream().map(Portal::info).toList();
    }

    @Override
    public CompletionStage<PortalInfo> addPortal(final PortalSpec spec) {
        final PortalSpec checked;
        try {
            checked = PortalText.checked(spec);
        } catch (final IllegalArgumentException refused) {
            return CompletableFuture.failedFuture(invalid(refused));
        }
        return context.portals().add(context, checked).thenApplyAsync(portal -> {
            keep();
            return portal.info();
        });
    }

    @Override
    public CompletionStage<Void> removePortal(final String portal) {
        final Portal leaving;
        try {
            final PortalSpec place = PortalText.checked(PortalSpec.at(portal, 1, null));
            leaving = context.portals().find(PortalAddress.literal("address", place.address()), place.port());
        } catch (final StorageException refused) {
            return CompletableFuture.failedFuture(refused);
        } catch (final IllegalArgumentException refused) {
            return CompletableFuture.failedFuture(invalid(refused));
        }
        if (leaving == null) {
            return CompletableFuture.failedFuture(
                    new StorageException(StorageException.Code.NOT_FOUND, "no such portal: portal=" + portal));
        }
        return context.portals().remove(List.of(leaving)).thenRunAsync(this::keep);
    }

    @Override
    public List<TargetInfo> targets() {
        final List<String> places = portals().stream()
                .flatMap(portal -> portal.reachable().stream())
                .toList();
        final List<TargetInfo> infos = new ArrayList<>();
        for (final ScsiTarget target : context.directory().targets()) {
            final List<String> urls = places.stream()
                    .map(place -> "iscsi://" + place + "/" + target.name() + "/0")
                    .toList();
            final int sessions = context.sessions().of(target.name()).size();
            infos.add(new TargetInfo(target.name(), target.volume(), urls, sessions));
        }
        return infos;
    }

    @Override
    public List<SessionInfo> sessions() {
        return context.sessions().all().stream()
                .filter(IscsiSession::fullFeature)
                .map(IscsiSession::info)
                .toList();
    }

    @Override
    public void drop(final int tsih) {
        for (final IscsiConnection connection : find(tsih).connections()) {
            connection.execute(() -> connection.dropSession("dropped"));
        }
    }

    @Override
    public int drain(final SessionSelection which) {
        if (which.tsih() != null) {
            find(which.tsih()).requestLogout();
            return 1;
        }
        int asked = 0;
        for (final IscsiSession session : context.sessions().all()) {
            if (session.fullFeature() && selects(which, session)) {
                session.requestLogout();
                asked++;
            }
        }
        return asked;
    }

    private boolean selects(final SessionSelection which, final IscsiSession session) {
        if (which.target() != null) {
            return which.target().equalsIgnoreCase(session.agreed().targetName);
        }
        final PortalSpec place = PortalText.checked(PortalSpec.at(which.portal(), 1, null));
        final InetAddress address = PortalAddress.literal("portal", place.address());
        return session.connections().stream()
                .anyMatch(connection -> connection.portal().isAt(address, place.port()));
    }

    private IscsiSession find(final int tsih) {
        return context.sessions()
                .find(tsih)
                .filter(IscsiSession::fullFeature)
                .orElseThrow(
                        () -> new StorageException(StorageException.Code.NOT_FOUND, "no such session: tsih=" + tsih));
    }

    /** Bytes that the commands in hand of all sessions move. */
    long dataBytesInUse() {
        return context.budget().usedBytes();
    }

    /** Commands in hand of all sessions. */
    int tasksInHand() {
        return context.taskLimits().total();
    }

    /** Targets that commands are counted for: those with sessions. */
    int targetsInUse() {
        return context.taskLimits().targetCount();
    }

    private static StorageException invalid(final IllegalArgumentException refused) {
        return new StorageException(StorageException.Code.INVALID, refused.getMessage(), refused);
    }

    private synchronized void keep() {
        file.save(first, context.portals().specs());
    }

    private static Path file(final BundleContext bundle) {
        return Path.of(bundle.getProperty("karaf.etc")).resolve("org.isobar.iscsi.cfg");
    }

    private static PortalSpec firstPortal(final Config config) {
        return config.portal_address().isBlank()
                ? null
                : PortalText.checked(
                        new PortalSpec(config.portal_address(), config.portal_port(), config.portal_group_tag(), null));
    }

    private static TargetSettings settings(final Config config) {
        final List<PortalSpec> portals = new ArrayList<>();
        final PortalSpec alone = firstPortal(config);
        if (alone != null) {
            portals.add(alone);
        }
        portals.addAll(PortalText.parse(config.portals()));
        return new TargetSettings(
                portals,
                config.login_placement().strip(),
                config.max_connections(),
                config.max_connections_per_address(),
                config.max_logins(),
                config.max_sessions(),
                config.max_tasks(),
                config.max_tasks_per_target(),
                config.max_tasks_total(),
                config.max_connections_per_session(),
                config.max_receive_segment_bytes(),
                config.max_burst_bytes(),
                config.first_burst_bytes(),
                config.max_outstanding_r2t(),
                config.max_task_bytes(),
                config.data_limit_bytes(),
                config.login_timeout_ms(),
                config.ping_interval_ms(),
                config.ping_timeout_ms(),
                config.logout_wait_ms(),
                config.shutdown_wait_ms());
    }
}
