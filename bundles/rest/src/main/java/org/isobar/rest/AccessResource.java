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
import java.util.regex.Pattern;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.AccessSettings;
import org.isobar.api.access.ChapSecrets;
import org.isobar.api.access.ChapUser;
import org.isobar.api.access.LoginCounters;
import org.isobar.api.access.VolumeAccess;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Who may log in: rules of all volumes, CHAP users (their secrets come in and never go out), settings and counters. */
@Component(service = RestResource.class)
@Path("access")
@Produces(MediaType.APPLICATION_JSON)
@Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
public final class AccessResource implements RestResource {
    private static final Pattern SECRET = Pattern.compile("[ -~]{12,512}");
    private static final String SECRET_BOUNDS =
            "12 to 255 bytes: printable ASCII, or 0x and hexadecimal digits, or 0b and base64";

    private final AccessService access;

    @Activate
    public AccessResource(@Reference final AccessService access) {
        this.access = access;
    }

    @GET
    @Path("rules")
    public List<VolumeAccess> rules() {
        return access.volumes();
    }

    @GET
    @Path("settings")
    public AccessSettings settings() {
        return access.settings();
    }

    @PATCH
    @Path("settings")
    public AccessSettings changeSettings(final Fields body) {
        final AccessSettings old = access.settings();
        final boolean discoveryChap = body.flag("discoveryChap", old.discoveryChap());
        final List<String> algorithms = body.optionalTexts("chapAlgorithms", old.chapAlgorithms());
        body.end();
        return Await.result(access.changeSettings(new AccessSettings(discoveryChap, algorithms)));
    }

    @GET
    @Path("logins")
    public LoginCounters logins() {
        return access.counters();
    }

    @GET
    @Path("users")
    public List<ChapUser> users() {
        return access.users();
    }

    @POST
    @Path("users")
    public Response addUser(final Fields body) {
        final String name = body.text("name", Names.CHAP_USER, Names.CHAP_USER_BOUNDS);
        final ChapSecrets secrets = secrets(body);
        final ChapUser added = Await.result(access.addUser(name, secrets));
        return Response.created(URI.create("access/users/" + added.name()))
                .entity(added)
                .build();
    }

    @PUT
    @Path("users/{name}/secrets")
    public ChapUser changeSecrets(@PathParam("name") final String name, final Fields body) {
        return Await.result(access.changeSecrets(name, secrets(body)));
    }

    @DELETE
    @Path("users/{name}")
    public Response removeUser(@PathParam("name") final String name) {
        Await.result(access.removeUser(name));
        return Response.noContent().build();
    }

    private static ChapSecrets secrets(final Fields body) {
        final String secret = body.secret("secret", SECRET, SECRET_BOUNDS);
        final String targetName = body.optionalText("targetName", Names.CHAP_USER, Names.CHAP_USER_BOUNDS);
        final String targetSecret = body.optionalSecret("targetSecret", SECRET, SECRET_BOUNDS);
        body.end();
        return new ChapSecrets(
                secret.toCharArray(), targetName, targetSecret == null ? null : targetSecret.toCharArray());
    }
}
