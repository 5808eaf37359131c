package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.pool.PlannedPool;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolScrubs;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.pool.ScrubSchedule;
import org.isobar.api.pool.WriteLogChoice;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Pools. */
@Component(service = RestResource.class)
@Path("pools")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class PoolsResource implements RestResource {
    private static final int PERCENT_MAX = 99;
    private static final String PERCENT_BOUNDS = "a whole number, 1 to 99; critical above warning";

    private static final String DAYS_BOUNDS = "a whole number, 0 to 365";
    private static final String FROM_BOUNDS = "a whole number, 0 to 23";
    private static final String UNTIL_BOUNDS = "a whole number, 1 to 24";

    private final PoolService pools;

    @Activate
    public PoolsResource(@Reference final PoolService pools) {
        this.pools = pools;
    }

    @GET
    public List<PoolInfo> list() {
        return pools.pools();
    }

    @POST
    public Response create(final Fields body) {
        final String name = body.text("name", Names.POOL, Names.POOL_BOUNDS);
        final String level = body.text("level", Names.LEVEL, Names.LEVEL_BOUNDS);
        final String performanceClass = body.optionalText("performanceClass", Names.CLASS, Names.CLASS_BOUNDS);
        final WriteLogChoice writeLog =
                body.has("writeLog") ? WriteLogChoice.of(body.flag("writeLog")) : WriteLogChoice.AS_NEEDED;
        body.end();
        final PoolInfo created = Await.result(
                pools.create(name, level, performanceClass == null ? ChunkletClasses.ANY : performanceClass, writeLog));
        return Response.created(URI.create("pools/" + created.name()))
                .entity(created)
                .build();
    }

    @GET
    @Path("layout")
    public List<PlannedPool> plannedLayout() {
        return Await.result(pools.plannedLayout());
    }

    @POST
    @Path("layout")
    public List<PoolInfo> createLayout() {
        return Await.result(pools.createLayout());
    }

    @GET
    @Path("{name}")
    public PoolInfo show(@PathParam("name") final String name) {
        return pools.pool(name).orElseThrow(() -> Names.unknown("pool", name));
    }

    @PATCH
    @Path("{name}")
    public PoolInfo change(@PathParam("name") final String name, final Fields body) {
        final PoolInfo pool = show(name);
        final PoolThresholds old = pool.thresholds();
        final int warning = percent(body, "warningPercent", old.warningPercent());
        final int critical = percent(body, "criticalPercent", old.criticalPercent());
        final boolean switched = body.has("writeLog");
        final boolean writeLog = body.flag("writeLog");
        final String performanceClass = body.optionalText("performanceClass", Names.CLASS, Names.CLASS_BOUNDS);
        body.end();
        final PoolThresholds thresholds = new PoolThresholds(warning, critical);
        if (performanceClass != null && !performanceClass.equals(pool.performanceClass())) {
            Await.result(pools.changeClass(name, performanceClass));
        }
        final PoolInfo changed =
                thresholds.equals(old) ? show(name) : Await.result(pools.changeThresholds(name, thresholds));
        // Also when it says so already: a pool that wants a log and has no room for one says that it has none.
        return switched ? Await.result(pools.setWriteLog(name, writeLog)) : changed;
    }

    @DELETE
    @Path("{name}")
    public Response delete(@PathParam("name") final String name) {
        Await.result(pools.delete(name));
        return Response.noContent().build();
    }

    @POST
    @Path("{name}/scrub")
    public Response scrub(@PathParam("name") final String name, final Fields body) {
        final boolean repair = body.flag("repair");
        body.end();
        return JobsResource.accepted(Await.result(pools.scrub(name, repair)));
    }

    @GET
    @Path("{name}/scrubs")
    public PoolScrubs scrubs(@PathParam("name") final String name) {
        return pools.scrubs(name);
    }

    @PUT
    @Path("{name}/scrub-schedule")
    public ScrubSchedule scheduleScrubs(@PathParam("name") final String name, final Fields body) {
        final int days = (int) body.number("intervalDays", 0, ScrubSchedule.INTERVAL_DAYS_MAX, DAYS_BOUNDS);
        final int from = (int) body.number("fromHour", 0, ScrubSchedule.HOURS - 1, FROM_BOUNDS);
        final int until = (int) body.number("untilHour", 1, ScrubSchedule.HOURS, UNTIL_BOUNDS);
        body.end();
        return Await.result(pools.scheduleScrubs(name, new ScrubSchedule(days, from, until)));
    }

    private static int percent(final Fields body, final String name, final int absent) {
        final int wanted = (int) body.optionalNumber(name, 1, PERCENT_MAX, PERCENT_BOUNDS);
        return wanted == 0 ? absent : wanted;
    }
}
