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
import org.isobar.api.recording.RecordingInfo;
import org.isobar.api.recording.RecordingService;
import org.isobar.api.recording.RecordingSpec;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Recordings of which pages of a volume are read and written. */
@Component(service = RestResource.class)
@Path("recordings")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class RecordingsResource implements RestResource {
    private static final String KIND = "recording";

    private final RecordingService recordings;

    @Activate
    public RecordingsResource(@Reference final RecordingService recordings) {
        this.recordings = recordings;
    }

    @GET
    public List<RecordingInfo> list() {
        return recordings.recordings();
    }

    @POST
    public Response start(final Fields body) {
        final RecordingSpec spec = new RecordingSpec(
                body.text("volume", Names.VOLUME, Names.VOLUME_BOUNDS),
                (int) body.optionalNumber("seconds", 0, Integer.MAX_VALUE, "0 or 1 to 604800"),
                (int) body.optionalNumber("sampleOneIn", 0, Integer.MAX_VALUE, "0 or 1 to 1024"),
                body.optionalNumber("limitBytes", 0, Long.MAX_VALUE, "0 or 1048576 to 1073741824"));
        body.end();
        return Response.status(Response.Status.CREATED)
                .entity(Await.result(recordings.start(spec)))
                .build();
    }

    @GET
    @Path("{id}")
    public RecordingInfo show(@PathParam("id") final String id) {
        return find(id);
    }

    @POST
    @Path("{id}/stop")
    public RecordingInfo stop(@PathParam("id") final String id) {
        return Await.result(recordings.stop(find(id).id()));
    }

    @DELETE
    @Path("{id}")
    public Response delete(@PathParam("id") final String id) {
        Await.result(recordings.delete(find(id).id()));
        return Response.noContent().build();
    }

    @GET
    @Path("{id}/file")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public Response download(@PathParam("id") final String id) {
        final java.nio.file.Path file = java.nio.file.Path.of(find(id).file());
        return attachment(out -> Files.copy(file, out), file.getFileName().toString());
    }

    @GET
    @Path("{id}/accesses")
    @Produces("text/csv")
    public Response export(@PathParam("id") final String id) {
        final int known = find(id).id();
        return attachment(out -> recordings.export(known, out), "recording-" + known + ".csv");
    }

    private static Response attachment(final StreamingOutput content, final String name) {
        return Response.ok(content)
                .header("Content-Disposition", "attachment; filename=\"" + name + "\"")
                .build();
    }

    private RecordingInfo find(final String id) {
        final long wanted = Names.number(KIND, id);
        return recordings.recordings().stream()
                .filter(recording -> recording.id() == wanted)
                .findFirst()
                .orElseThrow(() -> Names.unknown(KIND, id));
    }
}
