package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.isobar.api.volume.NamedService;
import org.isobar.api.volume.VolumeService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Services with a name, and the pools that promise them. */
@Component(service = RestResource.class)
@Path("services")
@Produces(MediaType.APPLICATION_JSON)
public final class ServicesResource implements RestResource {
    private final VolumeService volumes;

    @Activate
    public ServicesResource(@Reference final VolumeService volumes) {
        this.volumes = volumes;
    }

    @GET
    public List<NamedService> list() {
        return volumes.services();
    }
}
