package org.isobar.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.trace.TraceInfo;
import org.isobar.api.trace.TraceService;
import org.isobar.api.trace.TraceSpec;

/** Traces whose files hold nothing but the word {@code recorded}; the initiator {@code iqn.refused} is refused. */
final class FakeTraces implements TraceService {
    private final List<TraceInfo> traces = new ArrayList<>();
    private int lastId;

    @Override
    public List<TraceInfo> traces() {
        return List.copyOf(traces);
    }

    @Override
    public TraceInfo start(final TraceSpec spec) {
        if ("iqn.refused".equals(spec.initiator())) {
            throw new StorageException(StorageException.Code.CONFLICT, "too many traces, delete one first: limit=0");
        }
        final String initiator = spec.initiator() == null ? "" : spec.initiator();
        lastId++;
        final TraceInfo trace = new TraceInfo(
                lastId,
                initiator,
                spec.tsih(),
                spec.snapBytes(),
                spec.limitBytes(),
                TraceInfo.State.RUNNING,
                0,
                8,
                3,
                0,
                file().toString());
        traces.add(0, trace);
        return trace;
    }

    @Override
    public TraceInfo stop(final int id) {
        final TraceInfo old = find(id);
        final TraceInfo stopped = new TraceInfo(
                id,
                old.initiator(),
                old.tsih(),
                old.snapBytes(),
                old.limitBytes(),
                TraceInfo.State.STOPPED,
                0,
                8,
                3,
                0,
                old.file());
        traces.replaceAll(trace -> trace.id() == id ? stopped : trace);
        return stopped;
    }

    @Override
    public void delete(final int id) {
        traces.remove(find(id));
    }

    private TraceInfo find(final int id) {
        return traces.stream()
                .filter(trace -> trace.id() == id)
                .findFirst()
                .orElseThrow(() -> new StorageException(StorageException.Code.NOT_FOUND, "no such trace: id=" + id));
    }

    private static Path file() {
        try {
            final Path file = Files.createTempFile("trace", ".pcap");
            file.toFile().deleteOnExit();
            return Files.writeString(file, "recorded");
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
