package org.isobar.rest;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.isobar.api.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever a request ends with into a {@link Problem}; what is our fault is logged and not shown. */
@Provider
final class ProblemMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);

    @Override
    public Response toResponse(final Throwable failure) {
        final StorageException refusal = refusal(failure);
        if (refusal != null) {
            return Problem.response(Problem.status(refusal.code()), refusal.code(), refusal.getMessage());
        }
        if (failure instanceof WebApplicationException web && web.getResponse().getStatus() < 500) {
            return answer(web.getResponse());
        }
        if (failure instanceof IllegalArgumentException atTheDoor) {
            return Problem.response(400, StorageException.Code.INVALID, atTheDoor.getMessage());
        }
        LOG.error("rest.failed error={}", failure.toString(), failure);
        return Problem.response(500, StorageException.Code.IO, "internal error: see the member's log");
    }

    /** A reader's exception may arrive inside one of Jersey's own. */
    private static StorageException refusal(final Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageException refusal) {
                return refusal;
            }
        }
        return null;
    }

    private static Response answer(final Response jersey) {
        final int status = jersey.getStatus();
        if (jersey.getEntity() instanceof Problem) {
            return jersey;
        }
        final String detail =
                switch (status) {
                    case 404 -> "no such path";
                    case 405 ->
                        "this path does not know the method; it knows " + jersey.getHeaderString(HttpHeaders.ALLOW);
                    case 406 -> "answers are application/json only";
                    case 415 -> "bodies must be application/json";
                    default -> "request refused: status=" + status;
                };
        final Response problem = Problem.response(status, Problem.code(status), detail);
        final Object allow = jersey.getHeaders().getFirst(HttpHeaders.ALLOW);
        return allow == null
                ? problem
                : Response.fromResponse(problem)
                        .header(HttpHeaders.ALLOW, allow)
                        .build();
    }
}
