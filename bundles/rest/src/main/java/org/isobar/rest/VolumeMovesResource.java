package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import org.isobar.api.volume.VolumeMove;
import org.isobar.api.volume.VolumeMoves;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Volumes on their way to other pools. */
@Component(service = RestResource.class)
@Path("volume-moves")
@Produces(MediaType.APPLICATION_JSON)
@Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
public final class VolumeMovesResource implements RestResource {
    private final VolumeMoves moves;

    @Activate
    public VolumeMovesResource(@Reference final VolumeMoves moves) {
        this.moves = moves;
    }

    @GET
    public List<VolumeMove> list() {
        return moves.moves();
    }

    @POST
    public Response start(final Fields body) {
        final String volume = body.text("volume", Names.VOLUME, Names.VOLUME_BOUNDS);
        final String pool = body.text("pool", Names.POOL, Names.POOL_BOUNDS);
        body.end();
        final VolumeMove move = Await.result(moves.start(volume, pool));
        return Response.created(URI.create("volume-moves/" + volume))
                .entity(move)
                .build();
    }

    @GET
    @Path("{volume}")
    public VolumeMove show(@PathParam("volume") final String volume) {
        return moves.moves().stream()
                .filter(move -> move.volume().equals(volume))
                .findFirst()
                .orElseThrow(() -> Names.unknown("volume on its way", volume));
    }

    @PATCH
    @Path("{volume}")
    public VolumeMove change(@PathParam("volume") final String volume, final Fields body) {
        final boolean was = show(volume).state() == VolumeMove.State.PAUSED;
        final boolean paused = body.flag("paused", was);
        body.end();
        return paused == was ? show(volume) : Await.result(moves.pause(volume, paused));
    }

    @DELETE
    @Path("{volume}")
    public Response cancel(@PathParam("volume") final String volume) {
        Await.result(moves.cancel(volume));
        return Response.noContent().build();
    }
}
