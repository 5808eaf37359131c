package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.regex.Pattern;
import org.isobar.api.access.AccessRule;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.Grant;
import org.isobar.api.access.VolumeAccess;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Who may use a volume. */
@Component(service = RestResource.class)
@Path("volumes/{name}/access")
@Produces(MediaType.APPLICATION_JSON)
@Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
public final class VolumeAccessResource implements RestResource {
    private static final Pattern GRANT = Pattern.compile("READ_ONLY|READ_WRITE");
    private static final String GRANT_BOUNDS = "READ_ONLY or READ_WRITE";
    private static final Pattern INITIATOR = Pattern.compile("[^\\p{Cntrl}]{1,224}");
    private static final String INITIATOR_BOUNDS =
            "an iSCSI name of at most 223 characters, or the beginning of one followed by *";
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:./]{1,49}");
    private static final String ADDRESS_BOUNDS = "an IPv4 or IPv6 address, or a network as 192.168.7.0/24";

    private final AccessService access;

    @Activate
    public VolumeAccessResource(@Reference final AccessService access) {
        this.access = access;
    }

    @GET
    public VolumeAccess show(@PathParam("name") final String name) {
        return access.volume(name);
    }

    @POST
    public Response allow(@PathParam("name") final String name, final Fields body) {
        final String initiatorName = body.optionalText("initiatorName", INITIATOR, INITIATOR_BOUNDS);
        final String address = body.optionalText("address", ADDRESS, ADDRESS_BOUNDS);
        final String chapUser = body.optionalText("chapUser", Names.CHAP_USER, Names.CHAP_USER_BOUNDS);
        final Grant grant = Grant.valueOf(body.text("grant", GRANT, GRANT_BOUNDS));
        body.end();
        final AccessRule added =
                Await.result(access.allow(name, new AccessRule(0, initiatorName, address, chapUser, grant)));
        return Response.created(URI.create("volumes/" + name + "/access/" + added.id()))
                .entity(added)
                .build();
    }

    @PATCH
    @Path("{id}")
    public AccessRule change(
            @PathParam("name") final String name, @PathParam("id") final String id, final Fields body) {
        final Grant grant = Grant.valueOf(body.text("grant", GRANT, GRANT_BOUNDS));
        body.end();
        return Await.result(access.change(name, ruleId(id), grant));
    }

    @DELETE
    @Path("{id}")
    public Response deny(@PathParam("name") final String name, @PathParam("id") final String id) {
        Await.result(access.deny(name, ruleId(id)));
        return Response.noContent().build();
    }

    private static int ruleId(final String id) {
        final long number = Names.number("rule", id);
        if (number != (int) number) {
            throw Names.unknown("rule", id);
        }
        return (int) number;
    }
}
