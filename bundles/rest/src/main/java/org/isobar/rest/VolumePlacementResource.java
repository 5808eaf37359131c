package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.isobar.api.volume.VolumeMoves;
import org.isobar.api.volume.VolumePlacement;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Where the pages of a volume lie. */
@Component(service = RestResource.class)
@Path("volumes/{name}/placement")
@Produces(MediaType.APPLICATION_JSON)
@Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
public final class VolumePlacementResource implements RestResource {
    private final VolumeMoves moves;

    @Activate
    public VolumePlacementResource(@Reference final VolumeMoves moves) {
        this.moves = moves;
    }

    @GET
    public VolumePlacement show(@PathParam("name") final String name) {
        return moves.placement(name);
    }

    @PATCH
    public VolumePlacement change(@PathParam("name") final String name, final Fields body) {
        final boolean was = moves.placement(name).pinned();
        final boolean pinned = body.flag("pinned", was);
        body.end();
        return pinned == was ? moves.placement(name) : Await.result(moves.pin(name, pinned));
    }
}
