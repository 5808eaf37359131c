package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.regex.Pattern;
import org.isobar.api.volume.AllocationSpec;
import org.isobar.api.volume.VolumeMoves;
import org.isobar.api.volume.VolumePlacement;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Where the pages of a volume lie. */
@Component(service = RestResource.class)
@Path("volumes/{name}/placement")
@Produces(MediaType.APPLICATION_JSON)
@Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
public final class VolumePlacementResource implements RestResource {
    private static final Pattern ALLOCATION = Pattern.compile("(volume|extent|page)(:[A-Za-z0-9._-]{1,64})?");
    private static final String ALLOCATION_BOUNDS = "volume, extent or page, with :POLICY behind it or not";
    private static final long EXTENT_BYTES_MAX = 1L << 40;
    private static final String EXTENT_BOUNDS = "a power of two, 65536 to 1099511627776, not less than a page";

    private final VolumeMoves moves;

    @Activate
    public VolumePlacementResource(@Reference final VolumeMoves moves) {
        this.moves = moves;
    }

    @GET
    public VolumePlacement show(@PathParam("name") final String name) {
        return moves.placement(name);
    }

    @PATCH
    public VolumePlacement change(@PathParam("name") final String name, final Fields body) {
        final boolean was = moves.placement(name).pinned();
        final boolean pinned = body.flag("pinned", was);
        final AllocationSpec allocation = allocation(body, null);
        body.end();
        if (allocation != null) {
            Await.result(moves.allocate(name, allocation));
        }
        return pinned == was ? moves.placement(name) : Await.result(moves.pin(name, pinned));
    }

    /** The allocation that a body asks for; {@code absent} when it names none, null when that is null. */
    static AllocationSpec allocation(final Fields body, final String absent) {
        final String given = body.optionalText("allocation", ALLOCATION, ALLOCATION_BOUNDS);
        final long extentBytes = body.optionalNumber("extentBytes", 1, EXTENT_BYTES_MAX, EXTENT_BOUNDS);
        final List<String> pools = body.optionalTexts("pools", List.of());
        if (given == null && absent == null) {
            if (extentBytes != 0 || !pools.isEmpty()) {
                throw Fields.refused("allocation", "given when pools or extentBytes are", "absent");
            }
            return null;
        }
        return AllocationSpec.parse(given == null ? absent : given, extentBytes, pools);
    }
}
