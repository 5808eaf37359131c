package org.isobar.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.isobar.api.StorageException;

/**
 * An error as clients see it (RFC 9457).
 *
 * @param type always {@code about:blank}: the status says what kind it is
 * @param title the status in words
 * @param status the HTTP status
 * @param detail what failed and what to do
 * @param code the kind as all skins name it, absent when the request was not let in
 * @param users who uses the object, where that is why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Problem(String type, String title, int status, String detail, StorageException.Code code, List<String> users) {
    static final String MEDIA_TYPE = "application/problem+json";

    /** A finished answer. */
    static Response response(final int status, final StorageException.Code code, final String detail) {
        return response(status, code, detail, null);
    }

    /** A finished answer that names users. */
    static Response response(
            final int status, final StorageException.Code code, final String detail, final List<String> users) {
        final Response.StatusType known = Response.Status.fromStatusCode(status);
        final String title = known == null ? "Insufficient Storage" : known.getReasonPhrase();
        return Response.status(status)
                .type(MEDIA_TYPE)
                .entity(new Problem("about:blank", title, status, detail, code, users))
                .build();
    }

    /** The HTTP status of a failure. */
    static int status(final StorageException.Code code) {
        return switch (code) {
            case INVALID -> 400;
            case NOT_FOUND -> 404;
            case EXISTS, CONFLICT, FOREIGN -> 409;
            case NO_SPACE -> 507;
            case UNAVAILABLE -> 503;
            case IO -> 500;
        };
    }

    /** The code of an HTTP status that a service had no part in. */
    static StorageException.Code code(final int status) {
        if (status == 404) {
            return StorageException.Code.NOT_FOUND;
        }
        return status < 500 ? StorageException.Code.INVALID : StorageException.Code.IO;
    }
}
