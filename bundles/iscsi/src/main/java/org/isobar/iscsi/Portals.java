package org.isobar.iscsi;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.PortalSpec;
import org.isobar.common.lane.NettyLanes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All portals of the member, in the order of the configuration. A configured portal whose address cannot be had (a
 * network that is not up yet) is tried again and again. Any thread may look; changes come one at a time.
 */
final class Portals {
    private static final Logger LOG = LoggerFactory.getLogger(Portals.class);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(2);

    private final NettyLanes lanes;
    private final Consumer<List<Integer>> groups;
    private final List<Portal> all = new CopyOnWriteArrayList<>();

    /**
     * None yet.
     *
     * @param groups is told the tags of all portal groups whenever they change
     */
    Portals(final NettyLanes lanes, final Consumer<List<Integer>> groups) {
        this.lanes = lanes;
        this.groups = groups;
    }

    List<Portal> all() {
        return all;
    }

    /** What is configured. */
    List<PortalSpec> specs() {
        return all.stream().map(Portal::spec).toList();
    }

    /** The portal at this place, or null. */
    Portal find(final InetAddress address, final int port) {
        return all.stream()
                .filter(portal -> portal.isAt(address, port))
                .findFirst()
                .orElse(null);
    }

    /** Starts to listen where it is wanted; completes once that was tried at each place. */
    CompletableFuture<Void> open(final TargetContext context, final List<PortalSpec> wanted) {
        final List<CompletableFuture<Void>> tries = new ArrayList<>();
        for (final PortalSpec spec : wanted) {
            final Portal portal = new Portal(context, lanes, spec);
            all.add(portal);
            tries.add(attempt(context, portal, false));
        }
        tellGroups();
        return CompletableFuture.allOf(tries.toArray(CompletableFuture<?>[]::new));
    }

    /** Adds one portal; it is not kept when it cannot listen. */
    CompletableFuture<Portal> add(final TargetContext context, final PortalSpec spec) {
        final Portal portal = new Portal(context, lanes, spec);
        if (spec.port() != 0 && find(PortalAddress.literal("address", spec.address()), spec.port()) != null) {
            return CompletableFuture.failedFuture(new StorageException(
                    StorageException.Code.EXISTS, "portal exists: portal=" + PortalText.where(spec)));
        }
        return portal.listen().thenApply(listening -> {
            all.add(portal);
            tellGroups();
            log(portal);
            return portal;
        });
    }

    /** Takes portals out; each stops listening, then its initiators are asked to log out. */
    CompletableFuture<Void> remove(final List<Portal> leaving) {
        all.removeAll(leaving);
        tellGroups();
        return CompletableFuture.allOf(leaving.stream()
                .map(portal -> portal.stopListening().thenRun(() -> {
                    LOG.info(
                            "portal.removed portal={} connections={}",
                            PortalText.where(portal.spec()),
                            portal.connections().size());
                    portal.connections().forEach(IscsiConnection::requestLogout);
                }))
                .toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Void> attempt(final TargetContext context, final Portal portal, final boolean again) {
        return portal.listen().handle((nothing, failure) -> {
            if (failure == null) {
                log(portal);
                return null;
            }
            if (!again) {
                LOG.error("portal.down retry=2s why=\"{}\"", failure.getMessage());
            }
            lanes.control().schedule(() -> retry(context, portal), RETRY_NS);
            return null;
        });
    }

    private void retry(final TargetContext context, final Portal portal) {
        if (all.contains(portal)) {
            final CompletableFuture<Void> unused = attempt(context, portal, true);
        }
    }

    private void tellGroups() {
        groups.accept(all.stream()
                .map(portal -> portal.spec().portalGroupTag())
                .distinct()
                .toList());
    }

    private static void log(final Portal portal) {
        LOG.info(
                "portal.listening portal={} tag={}",
                PortalAddress.text(portal.localAddress()),
                portal.spec().portalGroupTag());
    }
}
