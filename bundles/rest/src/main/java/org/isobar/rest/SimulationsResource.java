package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.isobar.api.balance.SimulatedPool;
import org.isobar.api.balance.SimulationReport;
import org.isobar.api.balance.SimulationService;
import org.isobar.api.balance.SimulationSpec;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Balancing policies, tried on recordings. */
@Component(service = RestResource.class)
@Path("simulations")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class SimulationsResource implements RestResource {
    private static final String NUMBER = "a whole number";

    private final SimulationService simulations;

    @Activate
    public SimulationsResource(@Reference final SimulationService simulations) {
        this.simulations = simulations;
    }

    @POST
    public Response start(final Fields body) {
        final SimulationSpec standard =
                simulations.defaults((int) body.number("recording", 1, Integer.MAX_VALUE, "the number of a recording"));
        final String policy = body.optionalText("policy", Names.POLICY, Names.POLICY_BOUNDS);
        final SimulationSpec spec = new SimulationSpec(
                standard.recording(),
                policy == null ? standard.policy() : policy,
                whole(body, "periodS", standard.periodS()),
                body.optionalNumber("bytesPerSecond", 0, Long.MAX_VALUE, NUMBER, standard.bytesPerSecond()),
                whole(body, "clients", standard.clients()),
                whole(body, "speedPercent", standard.speedPercent()),
                pools(body));
        body.end();
        return JobsResource.accepted(Await.result(simulations.start(spec)));
    }

    private static int whole(final Fields body, final String name, final int absent) {
        return (int) body.optionalNumber(name, 0, Integer.MAX_VALUE, NUMBER, absent);
    }

    private static List<SimulatedPool> pools(final Fields body) {
        final List<SimulatedPool> pools = new ArrayList<>();
        for (final Fields pool : body.optionalObjects("pools")) {
            pools.add(new SimulatedPool(
                    pool.text("name", Names.POOL, Names.POOL_BOUNDS),
                    pool.decimal("readsPerS", "a number"),
                    pool.decimal("writesPerS", "a number"),
                    pool.decimal("latencyUs", "a number"),
                    (int) pool.number("pages", 0, Integer.MAX_VALUE, NUMBER)));
            pool.end();
        }
        return pools;
    }

    @GET
    public List<SimulationReport> list() {
        return simulations.reports();
    }

    @GET
    @Path("{job}")
    public SimulationReport show(@PathParam("job") final String job) {
        final long wanted = Names.number("simulation", job);
        return simulations.reports().stream()
                .filter(report -> report.job() == wanted)
                .findFirst()
                .orElseThrow(() -> Names.unknown("simulation", job));
    }
}
