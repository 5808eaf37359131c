package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.device.DeviceState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.api.raid.RaidSetState;
import org.isobar.api.raid.ScrubProgress;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.job.Job;
import org.isobar.common.lane.Lane;
import org.isobar.spi.raid.RaidGeometry;

/** A set of the {@link StripedEngine}; OFFLINE while any column is missing. */
final class StripedSet implements RaidSet {
    private final RaidSetSpec spec;
    private final RaidGeometry geometry;
    private final Lane control;
    private final Device[] devices;
    private boolean closed;
    private IoOp refusedOp;
    private IoStatus refusal;

    StripedSet(final RaidSetSpec spec, final DeviceDirectory directory, final Lane control) {
        this.spec = spec;
        this.control = control;
        geometry = new StripedEngine.StripedGeometry(spec.columns().size(), spec.stripBytes());
        devices = new Device[spec.columns().size()];
        for (int i = 0; i < devices.length; i++) {
            devices[i] = directory
                    .find(spec.columns().get(i).device())
                    .filter(device -> device.state() == DeviceState.ONLINE)
                    .orElse(null);
        }
    }

    /** From now on all requests of a kind end so; null for none. */
    void refuse(final IoOp op, final IoStatus how) {
        refusedOp = op;
        refusal = how;
    }

    @Override
    public long id() {
        return spec.id();
    }

    @Override
    public RaidGeometry geometry() {
        return geometry;
    }

    @Override
    public long sizeBytes() {
        return devices.length * spec.chunkletBytes();
    }

    @Override
    public int blockBytes() {
        return 512;
    }

    @Override
    public RaidSetInfo info() {
        final List<RaidSetInfo.ColumnInfo> columns = new ArrayList<>();
        boolean whole = !closed;
        for (int i = 0; i < devices.length; i++) {
            columns.add(new RaidSetInfo.ColumnInfo(spec.columns().get(i), devices[i] != null, false));
            whole &= devices[i] != null;
        }
        return RaidSetInfo.unused(spec, whole ? RaidSetState.HEALTHY : RaidSetState.OFFLINE, columns);
    }

    @Override
    public void submit(final IoRequest request) {
        if (info().state() == RaidSetState.OFFLINE) {
            request.complete(IoStatus.OFFLINE);
        } else if (request.op() == refusedOp) {
            request.complete(refusal);
        } else {
            new Split(request).start();
        }
    }

    @Override
    public CompletionStage<Void> initialize() {
        return whole(IoOp.ZERO).thenCompose(nothing -> whole(IoOp.FLUSH));
    }

    private CompletionStage<Void> whole(final IoOp op) {
        final CompletableFuture<Void> stage = new CompletableFuture<>();
        final IoRequest request = new IoRequest() {
            @Override
            protected void completed(final IoStatus status) {
                if (status == IoStatus.OK) {
                    stage.complete(null);
                } else {
                    stage.completeExceptionally(
                            new StorageException(StorageException.Code.IO, "not initialized: status=" + status));
                }
            }
        };
        if (op == IoOp.ZERO) {
            request.zero(control, 0, sizeBytes(), false);
        } else {
            request.flush(control);
        }
        submit(request);
        return stage;
    }

    @Override
    public void attach(final int column, final Device device) {
        devices[column] = device;
    }

    @Override
    public void detach(final int column) {
        devices[column] = null;
    }

    @Override
    public CompletionStage<Void> resync(final Job job) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> catchUp(final int column, final Job job) {
        throw new AssertionError("no column is ever stale");
    }

    @Override
    public CompletionStage<Void> rebuild(final int column, final Device device, final int chunklet, final Job job) {
        throw new AssertionError("nothing to rebuild from");
    }

    @Override
    public CompletionStage<ScrubReport> scrub(
            final boolean repair, final long regions, final ScrubProgress progress, final Job job) {
        return CompletableFuture.completedStage(new ScrubReport(1, 0, 0, 0, 0, 0, 0, List.of()));
    }

    @Override
    public CompletionStage<Void> close() {
        closed = true;
        return CompletableFuture.completedStage(null);
    }

    /** A request cut at the strips. */
    private final class Split {
        private final IoRequest parent;
        private int left = 1;
        private IoStatus worst = IoStatus.OK;

        Split(final IoRequest parent) {
            this.parent = parent;
        }

        void start() {
            if (parent.op() == IoOp.FLUSH) {
                for (final Device device : devices) {
                    final Part part = new Part();
                    part.flush(parent.lane());
                    send(part, device);
                }
            } else {
                cut();
            }
            ended(IoStatus.OK);
        }

        private void cut() {
            final int strip = spec.stripBytes();
            long at = parent.offsetBytes();
            while (at < parent.endBytes()) {
                final long end = Math.min((at / strip + 1) * strip, parent.endBytes());
                final long number = at / strip;
                final int column = (int) (number % devices.length);
                final RaidColumn place = spec.columns().get(column);
                final long offset = devices[column].layout().chunkletOffset(place.chunklet())
                        + number / devices.length * strip
                        + at % strip;
                final Part part = new Part();
                part.part(parent, offset, end - at, parent.dataIndex() + (int) (at - parent.offsetBytes()));
                send(part, devices[column]);
                at = end;
            }
        }

        private void send(final Part part, final Device device) {
            left++;
            device.submit(part);
        }

        private void ended(final IoStatus status) {
            worst = status == IoStatus.OK ? worst : status;
            left--;
            if (left == 0) {
                parent.complete(worst);
            }
        }

        private final class Part extends IoRequest {
            @Override
            protected void completed(final IoStatus status) {
                ended(status);
            }
        }
    }
}
