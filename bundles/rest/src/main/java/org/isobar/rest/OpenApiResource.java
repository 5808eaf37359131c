package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The API's own description, open to everybody. */
@Component(service = RestResource.class)
@Path(OpenApiResource.PATH)
public final class OpenApiResource implements RestResource {
    static final String PATH = "openapi.json";

    private final byte[] document;

    @Activate
    public OpenApiResource() throws IOException {
        try (InputStream stream = OpenApiResource.class.getResourceAsStream(PATH)) {
            document = stream.readAllBytes();
        }
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public byte[] show() {
        return document;
    }
}
