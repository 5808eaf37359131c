package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.isobar.api.statistics.SlowCommandLog;
import org.isobar.api.statistics.StatisticsService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Commands that took too long. */
@Component(service = RestResource.class)
@Path("slow-commands")
@Produces(MediaType.APPLICATION_JSON)
public final class SlowCommandsResource implements RestResource {
    private final StatisticsService statistics;

    @Activate
    public SlowCommandsResource(@Reference final StatisticsService statistics) {
        this.statistics = statistics;
    }

    @GET
    public SlowCommandLog list() {
        return statistics.slowCommands();
    }
}
