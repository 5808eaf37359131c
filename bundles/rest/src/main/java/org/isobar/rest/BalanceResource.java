package org.isobar.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.TreeSet;
import org.isobar.api.balance.BalanceDecision;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.BalanceSettings;
import org.isobar.api.balance.BalanceStatus;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Moving pages to the pools that suit them. */
@Component(service = RestResource.class)
@Path("balance")
@Produces(MediaType.APPLICATION_JSON)
@Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
public final class BalanceResource implements RestResource {
    private static final String NUMBER_BOUNDS = "a whole number";

    private final BalanceService balance;

    @Activate
    public BalanceResource(@Reference final BalanceService balance) {
        this.balance = balance;
    }

    @GET
    public BalanceStatus show() {
        return balance.status();
    }

    @PATCH
    public BalanceStatus change(final Fields body) {
        final BalanceSettings was = balance.status().settings();
        final String policy = body.optionalText("policy", Names.POLICY, Names.POLICY_BOUNDS);
        final BalanceSettings wanted = new BalanceSettings(
                body.flag("enabled", was.enabled()),
                policy == null ? was.policy() : policy,
                (int) number(body, "intervalS", was.intervalS()),
                body.optionalNumber("bytesPerSecond", 0, Long.MAX_VALUE, NUMBER_BOUNDS, was.bytesPerSecond()),
                (int) number(body, "fromHour", was.fromHour()),
                (int) number(body, "untilHour", was.untilHour()),
                new TreeSet<>(body.optionalTexts("excludedPools", List.copyOf(was.excludedPools()))),
                new TreeSet<>(body.optionalTexts("excludedVolumes", List.copyOf(was.excludedVolumes()))));
        body.end();
        Await.result(balance.change(wanted));
        return balance.status();
    }

    private static long number(final Fields body, final String name, final int was) {
        return body.optionalNumber(name, 0, Integer.MAX_VALUE, NUMBER_BOUNDS, was);
    }

    @GET
    @Path("history")
    public List<BalanceDecision> history() {
        return balance.history();
    }

    @POST
    @Path("run")
    public BalanceDecision run() {
        return Await.result(balance.runNow());
    }
}
