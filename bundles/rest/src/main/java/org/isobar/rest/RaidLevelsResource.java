package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.isobar.api.pool.LevelUse;
import org.isobar.api.pool.PoolService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** RAID levels, which bundles provide. */
@Component(service = RestResource.class)
@Path("raid-levels")
@Produces(MediaType.APPLICATION_JSON)
public final class RaidLevelsResource implements RestResource {
    private final PoolService pools;

    @Activate
    public RaidLevelsResource(@Reference final PoolService pools) {
        this.pools = pools;
    }

    @GET
    public List<LevelUse> list() {
        return pools.levels();
    }

    @GET
    @Path("{name}")
    public LevelUse show(@PathParam("name") final String name) {
        return pools.levels().stream()
                .filter(use -> use.level().name().equals(name))
                .findFirst()
                .orElseThrow(() -> Names.unknown("RAID level", name));
    }
}
