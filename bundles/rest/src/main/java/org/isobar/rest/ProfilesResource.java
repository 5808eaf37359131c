package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.profile.ProfileService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Profiles of devices, and the classes that like regions form. */
@Component(service = RestResource.class)
@Path("profiles")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class ProfilesResource implements RestResource {
    private final ProfileService profiles;

    @Activate
    public ProfilesResource(@Reference final ProfileService profiles) {
        this.profiles = profiles;
    }

    @GET
    public List<DeviceProfile> list() {
        return profiles.profiles();
    }

    @GET
    @Path("classes")
    public List<PerformanceClass> classes() {
        return profiles.classes();
    }

    @POST
    @Path("{uuid}/measure")
    public Response measure(@PathParam("uuid") final String uuid, final Fields body) {
        final boolean writes = body.flag("writes");
        body.end();
        return JobsResource.accepted(Await.result(profiles.measure(Names.uuid("device", uuid), writes)));
    }

    @GET
    @Path("{uuid}")
    public DeviceProfile show(@PathParam("uuid") final String uuid) {
        return profiles.profile(Names.uuid("device", uuid)).orElseThrow(() -> Names.unknown("profile", uuid));
    }

    @GET
    @Path("{uuid}/picture")
    @Produces("image/svg+xml")
    public String picture(@PathParam("uuid") final String uuid) {
        return profiles.picture(Names.uuid("device", uuid));
    }
}
