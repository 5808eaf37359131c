package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.regex.Pattern;
import org.isobar.api.member.MemberInfo;
import org.isobar.api.member.MemberService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** This member, and the administrator's password. */
@Component(service = RestResource.class)
@Path("system")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class SystemResource implements RestResource {
    private static final Pattern PASSWORD = Pattern.compile(
            "\\p{Print}{" + AdminAccount.PASSWORD_LENGTH_MIN + "," + AdminAccount.PASSWORD_LENGTH_MAX + "}");
    private static final String PASSWORD_BOUNDS = AdminAccount.PASSWORD_LENGTH_MIN + " to "
            + AdminAccount.PASSWORD_LENGTH_MAX + " printable ASCII characters";

    private final MemberService member;
    private final AdminAccount account;

    @Activate
    public SystemResource(@Reference final MemberService member, @Reference final AdminAccount account) {
        this.member = member;
        this.account = account;
    }

    @GET
    public MemberInfo show() {
        return member.info();
    }

    @POST
    @Path("password")
    public Response changePassword(final Fields body) throws IOException {
        final String password = body.secret("password", PASSWORD, PASSWORD_BOUNDS);
        body.end();
        account.changePassword(password);
        return Response.noContent().build();
    }
}
