package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.isobar.api.statistics.StatisticsService;
import org.isobar.api.statistics.VolumeStatistics;
import org.isobar.api.volume.VolumeService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What all sessions have done with one volume. */
@Component(service = RestResource.class)
@Path("volumes/{name}/statistics")
@Produces(MediaType.APPLICATION_JSON)
public final class VolumeStatisticsResource implements RestResource {
    private final VolumeService volumes;
    private final StatisticsService statistics;

    @Activate
    public VolumeStatisticsResource(
            @Reference final VolumeService volumes, @Reference final StatisticsService statistics) {
        this.volumes = volumes;
        this.statistics = statistics;
    }

    @GET
    public VolumeStatistics show(@PathParam("name") final String name) {
        if (volumes.find(name).isEmpty()) {
            throw Names.unknown("volume", name);
        }
        return statistics.volume(name);
    }
}
