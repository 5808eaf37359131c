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
import java.net.URI;
import java.util.List;
import org.isobar.api.iscsi.PortalInfo;
import org.isobar.api.iscsi.PortalSpec;
import org.isobar.api.iscsi.TargetService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Portals that initiators connect to. */
@Component(service = RestResource.class)
@Path("portals")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class PortalsResource implements RestResource {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_TAG = 65_535;

    private final TargetService targets;

    @Activate
    public PortalsResource(@Reference final TargetService targets) {
        this.targets = targets;
    }

    @GET
    public List<PortalInfo> list() {
        return targets.portals();
    }

    @POST
    public Response add(final Fields body) {
        final String address = body.text("address", Names.ADDRESS, Names.ADDRESS_BOUNDS);
        final int port = (int) body.number("port", 1, MAX_PORT, "1 to 65535");
        final long tag = body.optionalNumber("portalGroupTag", 1, MAX_TAG, "1 to 65535");
        final String advertise = body.optionalText("advertise", Names.HOST, Names.HOST_BOUNDS);
        body.end();
        final PortalInfo added =
                Await.result(targets.addPortal(new PortalSpec(address, port, (int) Math.max(tag, 1), advertise)));
        return Response.created(URI.create("portals/" + Names.encoded(added.address() + ":" + added.port())))
                .entity(added)
                .build();
    }

    @DELETE
    @Path("{portal}")
    public Response remove(@PathParam("portal") final String portal) {
        Await.result(targets.removePortal(portal));
        return Response.noContent().build();
    }
}
