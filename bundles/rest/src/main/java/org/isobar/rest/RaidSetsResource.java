package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.SetPlacement;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** RAID sets, which pools form by themselves. */
@Component(service = RestResource.class)
@Path("raid-sets")
@Produces(MediaType.APPLICATION_JSON)
public final class RaidSetsResource implements RestResource {
    private final PoolService pools;

    @Activate
    public RaidSetsResource(@Reference final PoolService pools) {
        this.pools = pools;
    }

    @GET
    public List<SetPlacement> list() {
        return pools.sets();
    }

    @GET
    @Path("{id}")
    public SetPlacement show(@PathParam("id") final String id) {
        final long wanted = Names.number("RAID set", id);
        return pools.sets().stream()
                .filter(set -> set.info().spec().id() == wanted)
                .findFirst()
                .orElseThrow(() -> Names.unknown("RAID set", id));
    }
}
