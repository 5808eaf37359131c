package org.isobar.rest;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps answers out of caches and logs each request that could have changed something. */
@Provider
final class ResponseFilter implements ContainerResponseFilter {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseFilter.class);

    @Override
    public void filter(final ContainerRequestContext request, final ContainerResponseContext response) {
        response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
        response.getHeaders().putSingle("X-Content-Type-Options", "nosniff");
        final String method = request.getMethod();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD) && response.getStatus() != 401) {
            LOG.info(
                    "rest.request method={} path={} status={} address={}",
                    method,
                    request.getUriInfo().getRequestUri().getRawPath(),
                    response.getStatus(),
                    request.getProperty(LoginFilter.REMOTE_ADDRESS));
        }
    }
}
