package org.isobar.rest;

import java.lang.reflect.Type;
import java.util.List;
import org.glassfish.jersey.internal.inject.AbstractBinder;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.glassfish.jersey.server.model.Resource;

/** What Jersey serves: the resources, and around them log-in, body limit, JSON and problem reports. */
final class ApiApplication extends ResourceConfig {
    ApiApplication(final List<RestResource> resources, final AdminAccount account, final LoginThrottle throttle) {
        resources.forEach(resource -> registerResources(Resource.from(resource.getClass())));
        register(new ResourceBinder(resources));
        register(new LoginFilter(account, throttle));
        register(new BodyLimitFilter());
        register(new ResponseFilter());
        register(new FieldsReader());
        register(new JsonWriter());
        register(new ProblemMapper());
        property(ServerProperties.WADL_FEATURE_DISABLE, true);
        property(ServerProperties.RESPONSE_SET_STATUS_OVER_SEND_ERROR, true);
        property(ServerProperties.FEATURE_AUTO_DISCOVERY_DISABLE, true);
        property(ServerProperties.METAINF_SERVICES_LOOKUP_DISABLE, true);
    }

    /** Jersey models a resource by its class and finds our object here (as an object it would warn about each one). */
    private static final class ResourceBinder extends AbstractBinder {
        private final List<RestResource> resources;

        ResourceBinder(final List<RestResource> resources) {
            this.resources = resources;
        }

        @Override
        protected void configure() {
            resources.forEach(resource -> bind(resource).to((Type) resource.getClass()));
        }
    }
}
