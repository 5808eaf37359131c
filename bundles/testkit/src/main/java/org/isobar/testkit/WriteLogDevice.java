package org.isobar.testkit;

import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;

/** Notes in a {@link WriteLog} each write, zero and flush that completes well; several devices may share a log. */
public final class WriteLogDevice extends WrappedDevice {
    private final WriteLog log;

    public WriteLogDevice(final Device inner, final WriteLog log) {
        super(inner);
        this.log = log;
    }

    @Override
    public void submit(final IoRequest request) {
        if (request.op() == IoOp.READ) {
            inner().submit(request);
            return;
        }
        final PlacedBytes data = request.op() != IoOp.WRITE
                ? null
                : PlacedBytes.of(
                        request.offsetBytes(), request.data(), request.dataIndex(), (int) request.lengthBytes());
        final IoOp op = request.op() == IoOp.DISCARD ? IoOp.ZERO : request.op();
        final WriteLog.Entry entry = new WriteLog.Entry(
                uuid(), op, request.offsetBytes(), request.lengthBytes(), data, request.durable(), log.size());
        final IoRequest noted = new IoRequest() {
            @Override
            protected void completed(final IoStatus status) {
                if (status == IoStatus.OK) {
                    log.add(entry);
                }
                request.complete(status);
            }
        };
        noted.part(request, request.offsetBytes(), request.lengthBytes(), request.dataIndex());
        inner().submit(noted);
    }
}
