package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.Jobs;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Work that goes on after its request was answered. */
@Component(service = RestResource.class)
@Path("jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class JobsResource implements RestResource {
    private final Jobs jobs;

    @Activate
    public JobsResource(@Reference final Jobs jobs) {
        this.jobs = jobs;
    }

    /** 202 with a job and where to follow it. */
    static Response accepted(final JobInfo job) {
        return Response.accepted(job).location(URI.create("jobs/" + job.id())).build();
    }

    @GET
    public List<JobInfo> list() {
        return jobs.all();
    }

    @GET
    @Path("{id}")
    public JobInfo show(@PathParam("id") final String id) {
        return find(id).info();
    }

    @POST
    @Path("{id}/cancel")
    public Response cancel(@PathParam("id") final String id) {
        final Job job = find(id);
        job.requestCancel();
        return accepted(job.info());
    }

    private Job find(final String id) {
        return jobs.find(Names.number("job", id)).orElseThrow(() -> Names.unknown("job", id));
    }
}
