package org.isobar.rest;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.isobar.api.iscsi.SessionInfo;
import org.isobar.api.iscsi.TargetService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Sessions of initiators. */
@Component(service = RestResource.class)
@Path("sessions")
@Produces(MediaType.APPLICATION_JSON)
public final class SessionsResource implements RestResource {
    private final TargetService targets;

    @Activate
    public SessionsResource(@Reference final TargetService targets) {
        this.targets = targets;
    }

    @GET
    public List<SessionInfo> list() {
        return targets.sessions();
    }

    @DELETE
    @Path("{tsih}")
    public Response drop(@PathParam("tsih") final String tsih) {
        final long wanted = Names.number("session", tsih);
        if (wanted != (int) wanted) {
            throw Names.unknown("session", tsih);
        }
        targets.drop((int) wanted);
        return Response.noContent().build();
    }
}
