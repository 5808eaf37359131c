package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.TargetInfo;
import org.isobar.api.iscsi.TargetService;
import org.isobar.api.iscsi.VolumeExport;
import org.isobar.api.volume.AllocationSpec;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeService;
import org.isobar.api.volume.VolumeSpec;
import org.isobar.api.volume.VolumeThresholds;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Volumes. */
@Component(service = RestResource.class)
@Path("volumes")
@Produces(MediaType.APPLICATION_JSON)
@Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
public final class VolumesResource implements RestResource {
    private static final long SIZE_BYTES_MIN = 1L << 20;
    private static final long SIZE_BYTES_MAX = 1L << 50;
    private static final int BLOCK_BYTES = 512;
    private static final String SIZE_BOUNDS =
            "a multiple of 512 from " + SIZE_BYTES_MIN + " (1 MiB) to " + SIZE_BYTES_MAX + " (1 PiB)";
    private static final int PERCENT_MAX = 100;
    private static final String PERCENT_BOUNDS = "a whole number, 1 to 100, or 0 for none; critical above warning";
    private static final int PAGE_BYTES_MAX = 1 << 30;
    private static final String PAGE_BOUNDS = "a power of two, 4096 to 1073741824, or 0 for the default";

    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9._>=, -]{1,256}");
    private static final String SERVICE_BOUNDS = "a name, or conditions like read-iops>=5000,failures>=1";

    private final VolumeService volumes;
    private final TargetService targets;

    @Activate
    public VolumesResource(@Reference final VolumeService volumes, @Reference final TargetService targets) {
        this.volumes = volumes;
        this.targets = targets;
    }

    @GET
    public List<VolumeExport> list() {
        final List<TargetInfo> exported = targets.targets();
        return volumes.volumes().stream()
                .map(volume -> VolumeExport.of(volume.info(), exported))
                .toList();
    }

    @POST
    public Response create(final Fields body) {
        final String name = body.text("name", Names.VOLUME, Names.VOLUME_BOUNDS);
        final long sizeBytes = size(body, 0);
        final String pool = body.optionalText("pool", Names.POOL, Names.POOL_BOUNDS);
        final String policy = body.optionalText("policy", Names.POLICY, Names.POLICY_BOUNDS);
        final int pageBytes = page(body);
        final boolean verifyReads = body.flag("verifyReads", true);
        final AllocationSpec allocation = VolumePlacementResource.allocation(body, "volume");
        final String service = body.optionalText("service", SERVICE, SERVICE_BOUNDS);
        body.end();
        final VolumeInfo created = Await.result(volumes.create(
                new VolumeSpec(name, sizeBytes, pool, policy, pageBytes, verifyReads, allocation, service)));
        return Response.created(URI.create("volumes/" + created.name()))
                .entity(VolumeExport.of(created, targets.targets()))
                .build();
    }

    @GET
    @Path("{name}")
    public VolumeExport show(@PathParam("name") final String name) {
        return VolumeExport.of(existing(name), targets.targets());
    }

    @PATCH
    @Path("{name}")
    public VolumeExport change(@PathParam("name") final String name, final Fields body) {
        VolumeInfo volume = existing(name);
        final long sizeBytes = size(body, volume.sizeBytes());
        final boolean verifyReads = body.flag("verifyReads", volume.verifyReads());
        final VolumeThresholds old = volume.thresholds();
        final int warning = percent(body, "warningPercent", old.warningPercent());
        final int critical = percent(body, "criticalPercent", old.criticalPercent());
        body.end();
        final VolumeThresholds thresholds = new VolumeThresholds(warning, critical);
        if (sizeBytes != volume.sizeBytes()) {
            volume = Await.result(volumes.grow(name, sizeBytes));
        }
        if (verifyReads != volume.verifyReads()) {
            volume = Await.result(volumes.setVerifyReads(name, verifyReads));
        }
        if (!thresholds.equals(old)) {
            volume = Await.result(volumes.changeThresholds(name, thresholds));
        }
        return VolumeExport.of(volume, targets.targets());
    }

    @DELETE
    @Path("{name}")
    public Response delete(@PathParam("name") final String name, @QueryParam("force") final String force) {
        final boolean forced = Names.flag("force", force);
        try {
            Await.result(volumes.delete(name, forced));
        } catch (final StorageException refused) {
            if (refused.code() != StorageException.Code.CONFLICT) {
                throw refused;
            }
            return Problem.response(409, refused.code(), refused.getMessage(), volumes.users(name));
        }
        return Response.noContent().build();
    }

    private VolumeInfo existing(final String name) {
        return volumes.find(name)
                .orElseThrow(() -> Names.unknown("volume", name))
                .info();
    }

    /** The length wanted; one that is absent is missing when {@code absent} is 0. */
    private static long size(final Fields body, final long absent) {
        final long given = absent == 0
                ? body.number("sizeBytes", SIZE_BYTES_MIN, SIZE_BYTES_MAX, SIZE_BOUNDS)
                : body.optionalNumber("sizeBytes", SIZE_BYTES_MIN, SIZE_BYTES_MAX, SIZE_BOUNDS);
        final long sizeBytes = given == 0 ? absent : given;
        if (sizeBytes % BLOCK_BYTES != 0) {
            throw Fields.refused("sizeBytes", SIZE_BOUNDS, Long.toString(sizeBytes));
        }
        return sizeBytes;
    }

    private static int percent(final Fields body, final String name, final int absent) {
        return (int) body.optionalNumber(name, 0, PERCENT_MAX, PERCENT_BOUNDS, absent);
    }

    private static int page(final Fields body) {
        final long pageBytes = body.optionalNumber("pageBytes", 0, PAGE_BYTES_MAX, PAGE_BOUNDS);
        if (pageBytes != 0 && (pageBytes < 4096 || Long.bitCount(pageBytes) != 1)) {
            throw Fields.refused("pageBytes", PAGE_BOUNDS, Long.toString(pageBytes));
        }
        return (int) pageBytes;
    }
}
