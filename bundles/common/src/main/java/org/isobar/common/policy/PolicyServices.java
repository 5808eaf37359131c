package org.isobar.common.policy;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plugs in every service that is registered under the interface of a kind of policy and has a name. */
@Component(service = PolicyServices.class, immediate = true)
public final class PolicyServices {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyServices.class);

    private final BundleContext context;
    private final Policies policies;
    private final Map<String, ServiceTracker<?, ?>> trackers = new ConcurrentHashMap<>();
    private final Consumer<PolicyKind<?>> listener = this::track;

    @Activate
    public PolicyServices(final BundleContext context, @Reference final Policies policies) {
        this.context = context;
        this.policies = policies;
        policies.onKind(listener);
    }

    /** Unplugs what it has plugged in. */
    @Deactivate
    void close() {
        policies.offKind(listener);
        trackers.values().forEach(ServiceTracker::close);
    }

    private <P> void track(final PolicyKind<P> kind) {
        final ServiceTracker<P, Runnable> tracker = new KindTracker<>(context, kind);
        if (trackers.putIfAbsent(kind.name(), tracker) == null) {
            tracker.open();
        }
    }

    /** The policies of one kind; what it keeps for each unplugs it. */
    private final class KindTracker<P> extends ServiceTracker<P, Runnable> {
        private final PolicyKind<P> kind;

        KindTracker(final BundleContext of, final PolicyKind<P> kind) {
            super(of, kind.type().getName(), null);
            this.kind = kind;
        }

        @Override
        public Runnable addingService(final ServiceReference<P> reference) {
            final String bundle = reference.getBundle().getSymbolicName();
            if (!(reference.getProperty(Policies.POLICY_NAME) instanceof String name)
                    || name.isEmpty()
                    || name.equals(Policies.BUILT_IN)) {
                LOG.warn(
                        "policy.unnamed kind={} bundle={} property={} value={}",
                        kind.name(),
                        bundle,
                        Policies.POLICY_NAME,
                        reference.getProperty(Policies.POLICY_NAME));
                return null;
            }
            final Object service = context.getService(reference);
            if (!kind.type().isInstance(service)) {
                LOG.warn("policy.unusable kind={} name={} bundle={} service={}", kind.name(), name, bundle, service);
                return null;
            }
            return policies.plug(
                    kind,
                    name,
                    kind.type().cast(service),
                    new PolicyOrigin(
                            bundle,
                            reference.getBundle().getVersion().toString(),
                            reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0));
        }

        @Override
        public void removedService(final ServiceReference<P> reference, final Runnable unplug) {
            unplug.run();
            context.ungetService(reference);
        }
    }
}
