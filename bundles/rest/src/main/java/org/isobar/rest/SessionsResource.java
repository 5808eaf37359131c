package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.isobar.api.iscsi.SessionInfo;
import org.isobar.api.iscsi.SessionSelection;
import org.isobar.api.iscsi.TargetService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Sessions of initiators. */
@Component(service = RestResource.class)
@Path("sessions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class SessionsResource implements RestResource {
    private static final int MAX_TSIH = 65_535;

    private final TargetService targets;

    @Activate
    public SessionsResource(@Reference final TargetService targets) {
        this.targets = targets;
    }

    @GET
    public List<SessionInfo> list() {
        return targets.sessions();
    }

    @POST
    @Path("drain")
    public Map<String, Integer> drain(final Fields body) {
        final int tsih = (int) body.optionalNumber("tsih", 1, MAX_TSIH, "1 to 65535");
        final String target = body.optionalText("target", Names.ISCSI_NAME, Names.ISCSI_NAME_BOUNDS);
        final String portal = body.optionalText("portal", Names.ADDRESS, "ADDRESS:PORT");
        body.end();
        return Map.of("sessions", targets.drain(new SessionSelection(tsih == 0 ? null : tsih, target, portal)));
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
