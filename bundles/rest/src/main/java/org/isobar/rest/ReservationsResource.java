package org.isobar.rest;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.isobar.api.scsi.ReservationInfo;
import org.isobar.api.scsi.ReservationService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Registrations and reservation of a volume. */
@Component(service = RestResource.class)
@Path("volumes/{name}/reservations")
@Produces(MediaType.APPLICATION_JSON)
public final class ReservationsResource implements RestResource {
    private final ReservationService reservations;

    @Activate
    public ReservationsResource(@Reference final ReservationService reservations) {
        this.reservations = reservations;
    }

    @GET
    public ReservationInfo show(@PathParam("name") final String name) {
        return reservations.reservations(name);
    }

    @DELETE
    public Response clear(@PathParam("name") final String name) {
        Await.result(reservations.clear(name));
        return Response.noContent().build();
    }
}
