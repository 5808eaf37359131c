package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.isobar.api.iscsi.TargetInfo;
import org.isobar.api.iscsi.TargetService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Targets, one for each volume. */
@Component(service = RestResource.class)
@Path("targets")
@Produces(MediaType.APPLICATION_JSON)
public final class TargetsResource implements RestResource {
    private final TargetService targets;

    @Activate
    public TargetsResource(@Reference final TargetService targets) {
        this.targets = targets;
    }

    @GET
    public List<TargetInfo> list() {
        return targets.targets();
    }
}
