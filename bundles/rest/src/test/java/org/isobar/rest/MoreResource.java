package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;

/** A resource that another bundle might bring. */
@Path("more")
public final class MoreResource implements RestResource {
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, Integer> show() {
        return Map.of("more", 1);
    }
}
