package org.isobar.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.isobar.api.StorageException;

/** Reads a request body as {@link Fields}; no body is the same as an empty object. */
@Provider
final class FieldsReader implements MessageBodyReader<Fields> {
    @Override
    public boolean isReadable(
            final Class<?> type, final Type genericType, final Annotation[] annotations, final MediaType mediaType) {
        return type == Fields.class;
    }

    @Override
    public Fields readFrom(
            final Class<Fields> type,
            final Type genericType,
            final Annotation[] annotations,
            final MediaType mediaType,
            final MultivaluedMap<String, String> headers,
            final InputStream body)
            throws IOException {
        try {
            final byte[] bytes = body.readAllBytes();
            if (bytes.length == 0) {
                return new Fields(Json.MAPPER.createObjectNode());
            }
            final JsonNode tree = Json.MAPPER.readTree(bytes);
            if (tree instanceof ObjectNode object) {
                return new Fields(object);
            }
            throw new StorageException(StorageException.Code.INVALID, "body: must be one JSON object");
        } catch (final JsonProcessingException malformed) {
            final long line = malformed.getLocation() == null
                    ? 0
                    : malformed.getLocation().getLineNr();
            final long column = malformed.getLocation() == null
                    ? 0
                    : malformed.getLocation().getColumnNr();
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "body: malformed JSON: line=" + line + " column=" + column,
                    malformed);
        }
    }
}
