package org.isobar.pool.store;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.isobar.api.device.DeviceService;
import org.isobar.api.raid.RaidEngine;
import org.isobar.common.job.Jobs;
import org.isobar.common.lane.Lanes;
import org.isobar.common.policy.Policies;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the page store as a component. */
@Component(service = PoolComponent.class, configurationPid = "org.isobar.pool")
@Designate(ocd = PoolComponent.Config.class)
public final class PoolComponent {
    /** Settings; see {@link StoreSettings}. */
    @ObjectClassDefinition(name = "Isobar page store")
    public @interface Config {
        @AttributeDefinition(
                name = "Strip length",
                description = "bytes of a strip in new RAID sets; power of two",
                min = "4096",
                max = "1048576")
        int strip_bytes() default 65_536;

        @AttributeDefinition(
                name = "Start wait",
                description = "ms; how long a start waits for known devices that are not there yet",
                min = "0",
                max = "604800000")
        long start_wait_ms() default 5_000;

        @AttributeDefinition(
                name = "Rebuild delay",
                description = "ms; how long a lost device may stay away before its columns are rebuilt elsewhere",
                min = "0",
                max = "604800000")
        long rebuild_delay_ms() default 60_000;

        @AttributeDefinition(
                name = "Retry pause",
                description = "ms; pause before failed background work is tried again",
                min = "1",
                max = "604800000")
        long retry_ms() default 5_000;

        @AttributeDefinition(
                name = "Sets at a time",
                description = "sets that are resynced, caught up or rebuilt at a time, those in most danger first",
                min = "1",
                max = "64")
        int rebuild_parallel() default 8;

        @AttributeDefinition(
                name = "Layout policy",
                description = "name of the policy that says which pools a member has")
        String layout_policy() default "classic";
    }

    private static final Logger LOG = LoggerFactory.getLogger(PoolComponent.class);
    private static final long STOP_LIMIT_S = 30;

    private final MemberStore store;
    private final LayoutPolicies layout;

    @Activate
    public PoolComponent(
            final Config config,
            @Reference final Lanes lanes,
            @Reference final Clock clock,
            @Reference final Rng rng,
            @Reference final Jobs jobs,
            @Reference final Policies policies,
            @Reference final DeviceService devices,
            @Reference final RaidEngine engine) {
        final StoreSettings settings = new StoreSettings(
                config.strip_bytes(),
                config.start_wait_ms(),
                config.rebuild_delay_ms(),
                config.retry_ms(),
                config.rebuild_parallel());
        layout = new LayoutPolicies(policies, config.layout_policy());
        store = new MemberStore(lanes, clock, rng, jobs, policies, StoreDevices.of(devices), engine, settings);
        store.start();
    }

    /**
     * Ends the store in order: no write intent is left and the metadata is flushed, so that the next start has nothing to
     * repair. Waits for that, since the devices are closed when this returns; an end that takes too long is an unclean
     * stop, which a start repairs.
     */
    @Deactivate
    public void stop() {
        try {
            store.stop().toCompletableFuture().get(STOP_LIMIT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            LOG.warn("store.stop.interrupted");
        } catch (final ExecutionException failure) {
            LOG.warn("store.stop.failed", failure.getCause());
        } catch (final TimeoutException late) {
            LOG.warn("store.stop.slow limit={}s", STOP_LIMIT_S);
        }
    }

    MemberStore store() {
        return store;
    }

    LayoutPolicies layout() {
        return layout;
    }
}
