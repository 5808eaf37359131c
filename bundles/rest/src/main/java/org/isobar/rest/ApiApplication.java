package org.isobar.rest;

import java.util.List;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;

/** What Jersey serves: the resources, and around them log-in, body limit, JSON and problem reports. */
final class ApiApplication extends ResourceConfig {
    ApiApplication(final List<RestResource> resources, final AdminAccount account, final LoginThrottle throttle) {
        resources.forEach(this::register);
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
}
