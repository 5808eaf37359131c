package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.isobar.api.StorageException;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.PageExplanation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Why the pages of a volume lie where they lie. */
@Component(service = RestResource.class)
@Path("volumes/{name}/pages")
@Produces(MediaType.APPLICATION_JSON)
public final class PagesResource implements RestResource {
    private final BalanceService balance;

    @Activate
    public PagesResource(@Reference final BalanceService balance) {
        this.balance = balance;
    }

    @GET
    @Path("{page}")
    public PageExplanation explain(@PathParam("name") final String name, @PathParam("page") final String page) {
        try {
            return Await.result(balance.explain(name, Long.parseLong(page)));
        } catch (final NumberFormatException notOne) {
            throw new StorageException(StorageException.Code.INVALID, "page: must be a whole number, is " + page);
        }
    }
}
