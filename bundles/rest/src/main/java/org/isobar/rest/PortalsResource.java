package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.isobar.api.iscsi.PortalInfo;
import org.isobar.api.iscsi.TargetService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Portals that initiators connect to. */
@Component(service = RestResource.class)
@Path("portals")
@Produces(MediaType.APPLICATION_JSON)
public final class PortalsResource implements RestResource {
    private final TargetService targets;

    @Activate
    public PortalsResource(@Reference final TargetService targets) {
        this.targets = targets;
    }

    @GET
    public List<PortalInfo> list() {
        return targets.portals();
    }
}
