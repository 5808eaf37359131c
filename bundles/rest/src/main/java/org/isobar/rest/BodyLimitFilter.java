package org.isobar.rest;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.isobar.api.StorageException;

/** Takes in request bodies of up to {@value #BYTES_MAX} bytes and refuses longer ones, announced or not. */
@Provider
@PreMatching
final class BodyLimitFilter implements ContainerRequestFilter {
    static final int BYTES_MAX = 64 * 1024;

    @Override
    public void filter(final ContainerRequestContext request) throws IOException {
        if (request.getLength() > BYTES_MAX) {
            throw tooLong();
        }
        if (request.hasEntity()) {
            final byte[] body = request.getEntityStream().readNBytes(BYTES_MAX + 1);
            if (body.length > BYTES_MAX) {
                throw tooLong();
            }
            request.setEntityStream(new ByteArrayInputStream(body));
        }
    }

    private static WebApplicationException tooLong() {
        final Response problem = Problem.response(
                413, StorageException.Code.INVALID, "body: must be at most " + BYTES_MAX + " bytes long");
        return new WebApplicationException(problem);
    }
}
