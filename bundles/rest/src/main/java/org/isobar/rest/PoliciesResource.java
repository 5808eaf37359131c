package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The policies that can be selected. */
@Component(service = RestResource.class)
@Path("policies")
@Produces(MediaType.APPLICATION_JSON)
public final class PoliciesResource implements RestResource {
    private final Policies policies;

    @Activate
    public PoliciesResource(@Reference final Policies policies) {
        this.policies = policies;
    }

    @GET
    public List<PolicyInfo> list() {
        return policies.policies();
    }

    @POST
    @Path("{kind}/{name}/unfence")
    public PolicyInfo unfence(@PathParam("kind") final String kind, @PathParam("name") final String name) {
        return policies.unfence(kind, name).orElseThrow(() -> Names.unknown("policy", kind + " " + name));
    }
}
