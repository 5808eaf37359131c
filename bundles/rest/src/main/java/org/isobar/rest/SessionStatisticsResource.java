package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.isobar.api.statistics.SessionStatistics;
import org.isobar.api.statistics.StatisticsService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What one session has done. */
@Component(service = RestResource.class)
@Path("sessions/{tsih}/statistics")
@Produces(MediaType.APPLICATION_JSON)
public final class SessionStatisticsResource implements RestResource {
    private final StatisticsService statistics;

    @Activate
    public SessionStatisticsResource(@Reference final StatisticsService statistics) {
        this.statistics = statistics;
    }

    @GET
    public SessionStatistics show(@PathParam("tsih") final String tsih) {
        final long wanted = Names.number("session", tsih);
        if (wanted != (int) wanted) {
            throw Names.unknown("session", tsih);
        }
        return statistics.session((int) wanted);
    }
}
