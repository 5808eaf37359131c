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
import jakarta.ws.rs.core.StreamingOutput;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.isobar.api.trace.TraceInfo;
import org.isobar.api.trace.TraceService;
import org.isobar.api.trace.TraceSpec;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Recordings of what goes over the connections of an initiator. */
@Component(service = RestResource.class)
@Path("traces")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class TracesResource implements RestResource {
    private static final Pattern INITIATOR = Pattern.compile("[^\\p{Cntrl}\\s]{1,223}");
    private static final String INITIATOR_BOUNDS = "1 to 223 visible characters";

    private final TraceService traces;

    @Activate
    public TracesResource(@Reference final TraceService traces) {
        this.traces = traces;
    }

    @GET
    public List<TraceInfo> list() {
        return traces.traces();
    }

    @POST
    public Response start(final Fields body) {
        final TraceSpec spec = new TraceSpec(
                body.optionalText("initiator", INITIATOR, INITIATOR_BOUNDS),
                (int) body.optionalNumber("tsih", 0, 65_535, "0 to 65535"),
                (int) body.optionalNumber("snapBytes", 0, 1 << 24, "0 or 48 to 16777216"),
                body.optionalNumber("limitBytes", 0, 1L << 32, "0 or 65536 to 4294967296"));
        body.end();
        return Response.status(Response.Status.CREATED)
                .entity(traces.start(spec))
                .build();
    }

    @GET
    @Path("{id}")
    public TraceInfo show(@PathParam("id") final String id) {
        return find(id);
    }

    @POST
    @Path("{id}/stop")
    public TraceInfo stop(@PathParam("id") final String id) {
        return traces.stop(find(id).id());
    }

    @DELETE
    @Path("{id}")
    public Response delete(@PathParam("id") final String id) {
        traces.delete(find(id).id());
        return Response.noContent().build();
    }

    @GET
    @Path("{id}/file")
    @Produces("application/vnd.tcpdump.pcap")
    public Response download(@PathParam("id") final String id) {
        final java.nio.file.Path file = java.nio.file.Path.of(find(id).file());
        final StreamingOutput content = out -> Files.copy(file, out);
        return Response.ok(content)
                .header("Content-Disposition", "attachment; filename=\"" + file.getFileName() + "\"")
                .build();
    }

    private TraceInfo find(final String id) {
        final long wanted = Names.number("trace", id);
        return traces.traces().stream()
                .filter(trace -> trace.id() == wanted)
                .findFirst()
                .orElseThrow(() -> Names.unknown("trace", id));
    }
}
