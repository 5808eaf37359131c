package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceService;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PoolService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Devices of this member. */
@Component(service = RestResource.class)
@Path("devices")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class DevicesResource implements RestResource {
    private final DeviceService devices;
    private final PoolService pools;

    @Activate
    public DevicesResource(@Reference final DeviceService devices, @Reference final PoolService pools) {
        this.devices = devices;
        this.pools = pools;
    }

    @GET
    public List<DeviceInfo> list() {
        return devices.infos();
    }

    @POST
    public Response add(final Fields body) {
        final String path = body.text("path", Names.DEVICE_PATH, Names.DEVICE_PATH_BOUNDS);
        final boolean force = body.flag("force");
        body.end();
        final DeviceInfo added = Await.result(devices.add(path, force));
        return Response.created(URI.create("devices/" + added.uuid()))
                .entity(added)
                .build();
    }

    @POST
    @Path("scan")
    public List<DeviceInfo> scan() {
        return Await.result(devices.scan());
    }

    @GET
    @Path("usage")
    public List<DeviceUsage> usage() {
        return pools.usage();
    }

    @GET
    @Path("{uuid}")
    public DeviceInfo show(@PathParam("uuid") final String uuid) {
        final var wanted = Names.uuid("device", uuid);
        return devices.infos().stream()
                .filter(device -> wanted.equals(device.uuid()))
                .findFirst()
                .orElseThrow(() -> Names.unknown("device", uuid));
    }

    @POST
    @Path("{uuid}/clear")
    public DeviceInfo clear(@PathParam("uuid") final String uuid) {
        return Await.result(devices.clear(Names.uuid("device", uuid)));
    }

    @DELETE
    @Path("{uuid}")
    public Response remove(@PathParam("uuid") final String uuid) {
        return JobsResource.accepted(Await.result(pools.removeDevice(Names.uuid("device", uuid))));
    }
}
