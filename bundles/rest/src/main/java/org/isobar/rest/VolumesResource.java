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
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.TargetInfo;
import org.isobar.api.iscsi.TargetService;
import org.isobar.api.iscsi.VolumeExport;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeService;
import org.isobar.api.volume.VolumeSpec;
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
    private static final int PAGE_BYTES_MAX = 1 << 30;
    private static final String PAGE_BOUNDS = "a power of two, 4096 to 1073741824, or 0 for the default";

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
        final long sizeBytes = size(body);
        final String pool = body.optionalText("pool", Names.POOL, Names.POOL_BOUNDS);
        final String policy = body.optionalText("policy", Names.POLICY, Names.POLICY_BOUNDS);
        final int pageBytes = page(body);
        body.end();
        final VolumeInfo created =
                Await.result(volumes.create(new VolumeSpec(name, sizeBytes, pool, policy, pageBytes)));
        return Response.created(URI.create("volumes/" + created.name()))
                .entity(VolumeExport.of(created, targets.targets()))
                .build();
    }

    @GET
    @Path("{name}")
    public VolumeExport show(@PathParam("name") final String name) {
        final VolumeInfo volume = volumes.find(name)
                .orElseThrow(() -> Names.unknown("volume", name))
                .info();
        return VolumeExport.of(volume, targets.targets());
    }

    @PATCH
    @Path("{name}")
    public VolumeExport grow(@PathParam("name") final String name, final Fields body) {
        final long sizeBytes = size(body);
        body.end();
        return VolumeExport.of(Await.result(volumes.grow(name, sizeBytes)), targets.targets());
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

    private static long size(final Fields body) {
        final long sizeBytes = body.number("sizeBytes", SIZE_BYTES_MIN, SIZE_BYTES_MAX, SIZE_BOUNDS);
        if (sizeBytes % BLOCK_BYTES != 0) {
            throw Fields.refused("sizeBytes", SIZE_BOUNDS, Long.toString(sizeBytes));
        }
        return sizeBytes;
    }

    private static int page(final Fields body) {
        final long pageBytes = body.optionalNumber("pageBytes", 0, PAGE_BYTES_MAX, PAGE_BOUNDS);
        if (pageBytes != 0 && (pageBytes < 4096 || Long.bitCount(pageBytes) != 1)) {
            throw Fields.refused("pageBytes", PAGE_BOUNDS, Long.toString(pageBytes));
        }
        return (int) pageBytes;
    }
}
