package org.isobar.common.policy;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/** Policies that come and go as services of a framework, of which this has as much as is needed. */
public class PolicyServicesTest {
    private final ManualLane lane = new ManualLane();
    private final Policies policies = new Policies(lane, lane, lane::offLane, 100);
    private final PolicyKind<Greeting> greetings = new PolicyKind<>("greeting", Greeting.class, name -> name);
    private final Map<ServiceReference<?>, Object> services = new LinkedHashMap<>();
    private final Map<String, ServiceListener> listeners = new HashMap<>();
    private final BundleContext context = proxy(BundleContext.class, (method, arguments) -> switch (method) {
        case "createFilter" -> FrameworkUtil.createFilter((String) arguments[0]);
        case "addServiceListener" -> {
            listeners.put(String.valueOf(arguments[1]), (ServiceListener) arguments[0]);
            yield null;
        }
        case "removeServiceListener" -> {
            listeners.values().remove(arguments[0]);
            yield null;
        }
        case "getServiceReferences" ->
            arguments[0].equals(Greeting.class.getName())
                    ? services.keySet().toArray(ServiceReference<?>[]::new)
                    : null;
        case "getService" -> services.get(arguments[0]);
        case "ungetService" -> true;
        default -> throw new UnsupportedOperationException(method);
    });

    /** What the policies of this test do. */
    private interface Greeting extends UnaryOperator<String> {}

    private interface Answers {
        Object answer(String method, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(final Class<T> type, final Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    case "compareTo" ->
                        Integer.compare(System.identityHashCode(self), System.identityHashCode(arguments[0]));
                    case "toString" -> type.getSimpleName();
                    default -> answers.answer(method.getName(), arguments);
                }));
    }

    private ServiceReference<?> register(
            final Object name, final Object service, final String version, final Integer ranking) {
        final Bundle bundle = proxy(Bundle.class, (method, arguments) -> switch (method) {
            case "getSymbolicName" -> "org.example.greetings";
            case "getVersion" -> new Version(version);
            default -> throw new UnsupportedOperationException(method);
        });
        final ServiceReference<?> reference = proxy(ServiceReference.class, (method, arguments) -> switch (method) {
            case "getBundle" -> bundle;
            case "getProperty" ->
                arguments[0].equals(Policies.POLICY_NAME)
                        ? name
                        : arguments[0].equals(Constants.SERVICE_RANKING) ? ranking : null;
            default -> throw new UnsupportedOperationException(method);
        });
        services.put(reference, service);
        tell(ServiceEvent.REGISTERED, reference);
        return reference;
    }

    private void unregister(final ServiceReference<?> reference) {
        tell(ServiceEvent.UNREGISTERING, reference);
        services.remove(reference);
    }

    private void tell(final int type, final ServiceReference<?> reference) {
        listeners.values().forEach(listener -> listener.serviceChanged(new ServiceEvent(type, reference)));
    }

    private List<String> shown() {
        return policies.policies().stream()
                .filter(one -> !one.name().equals(Policies.BUILT_IN))
                .map(one -> one.name() + " " + one.bundle() + " " + one.version())
                .toList();
    }

    private static final class Hello implements Greeting {
        @Override
        public String apply(final String name) {
            return "hello " + name;
        }
    }

    @Test
    public void plugsInWhatIsThereAndWhatComes() {
        register("early", new Hello(), "1.0.0", null);
        policies.declare(greetings);
        final PolicyServices plugging = new PolicyServices(context, policies);
        assertEquals(List.of("early org.example.greetings 1.0.0"), shown());
        final ServiceReference<?> late = register("late", new Hello(), "2.0.0", null);
        assertEquals(List.of("early org.example.greetings 1.0.0", "late org.example.greetings 2.0.0"), shown());
        unregister(late);
        assertEquals(List.of("early org.example.greetings 1.0.0"), shown());
        plugging.close();
        assertEquals(List.of(), shown());
        assertTrue(listeners.isEmpty());
    }

    @Test
    public void looksForKindsThatBecomeKnownLater() {
        final PolicyServices plugging = new PolicyServices(context, policies);
        register("early", new Hello(), "1.0.0", null);
        assertEquals(List.of(), shown());
        policies.declare(greetings);
        assertEquals(List.of("early org.example.greetings 1.0.0"), shown());
        plugging.close();
    }

    @Test
    public void goesByTheServiceRanking() {
        policies.declare(greetings);
        final PolicyServices plugging = new PolicyServices(context, policies);
        register("same", new Hello(), "1.0.0", 0);
        register("same", new Hello(), "2.0.0", 5);
        assertEquals("same org.example.greetings 2.0.0", shown().get(0));
        plugging.close();
    }

    @Test
    public void leavesOutServicesThatAreNoPolicies() {
        policies.declare(greetings);
        final PolicyServices plugging = new PolicyServices(context, policies);
        register(null, new Hello(), "1.0.0", null);
        register("", new Hello(), "1.0.0", null);
        register(7, new Hello(), "1.0.0", null);
        register(Policies.BUILT_IN, new Hello(), "1.0.0", null);
        register("other", "of another class", "1.0.0", null);
        register("gone", null, "1.0.0", null);
        assertEquals(List.of(), shown());
        plugging.close();
    }
}
