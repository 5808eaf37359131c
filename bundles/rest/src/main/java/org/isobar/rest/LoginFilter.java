package org.isobar.rest;

import jakarta.annotation.Priority;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets in who knows the admin password (Basic, RFC 7617), and everybody to the API's description. */
@Provider
@PreMatching
@Priority(Priorities.AUTHENTICATION)
final class LoginFilter implements ContainerRequestFilter {
    /** Request property: address of the client, for the throttle and the log. */
    static final String REMOTE_ADDRESS = "org.isobar.rest.remote-address";

    private static final Logger LOG = LoggerFactory.getLogger(LoginFilter.class);
    private static final String SCHEME = "Basic ";
    private static final String CHALLENGE = "Basic realm=\"isobar\", charset=\"UTF-8\"";

    private final AdminAccount account;
    private final LoginThrottle throttle;

    LoginFilter(final AdminAccount account, final LoginThrottle throttle) {
        this.account = account;
        this.throttle = throttle;
    }

    @Override
    public void filter(final ContainerRequestContext request) {
        if (request.getMethod().equals(HttpMethod.GET)
                && request.getUriInfo().getPath(false).equals(OpenApiResource.PATH)) {
            return;
        }
        final String header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            request.abortWith(unauthorized("log in as " + AdminAccount.NAME));
            return;
        }
        final String address = String.valueOf(request.getProperty(REMOTE_ADDRESS));
        final long waitNs = throttle.waitNs(address);
        if (waitNs > 0) {
            final long waitSeconds = TimeUnit.NANOSECONDS.toSeconds(waitNs) + 1;
            final Response tooMany =
                    Problem.response(429, StorageException.Code.UNAVAILABLE, "too many failed log-ins: wait");
            request.abortWith(Response.fromResponse(tooMany)
                    .header(HttpHeaders.RETRY_AFTER, waitSeconds)
                    .build());
        } else if (admits(header)) {
            throttle.succeeded(address);
        } else {
            final int failures = throttle.failed(address);
            LOG.warn("rest.login.failed address={} failures={}", address, failures);
            request.abortWith(unauthorized("wrong user name or password"));
        }
    }

    private boolean admits(final String header) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        final byte[] decoded;
        try {
            decoded =
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
        } catch (final IllegalArgumentException notBase64) {
            return false;
        }
        final String credentials = new String(decoded, StandardCharsets.UTF_8);
        final int colon = credentials.indexOf(':');
        return colon >= 0 && account.admits(credentials.substring(0, colon), credentials.substring(colon + 1));
    }

    private static Response unauthorized(final String detail) {
        final Response problem = Problem.response(401, null, detail);
        return Response.fromResponse(problem)
                .header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE)
                .build();
    }
}
