package org.isobar.device;

import java.nio.file.Path;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceState;

/** A device of ours that was seen since start, wherever it is now. Changed by the control thread, read by any. */
final class KnownDevice {
    private final FileDevice device;
    private final DeviceHealth health;
    private final int sectorBytes;
    private volatile Standing standing;

    private record Standing(Path path, FileIdentity identity, String engine, String note) {}

    KnownDevice(final FileDevice device, final DeviceHealth health, final int sectorBytes, final OpenFile file) {
        this.device = device;
        this.health = health;
        this.sectorBytes = sectorBytes;
        standing = new Standing(file.path(), file.identity(), "", "");
    }

    FileDevice device() {
        return device;
    }

    DeviceHealth health() {
        return health;
    }

    Path path() {
        return standing.path();
    }

    String note() {
        return standing.note();
    }

    boolean online() {
        return device.state() == DeviceState.ONLINE;
    }

    /** Whether it was given up, and this is the same file or disk still. */
    boolean failedAs(final FileIdentity identity) {
        return device.state() == DeviceState.FAILED && standing.identity().sameNode(identity);
    }

    void online(final DeviceSession session, final String note) {
        final OpenFile file = session.file();
        standing = new Standing(file.path(), file.identity(), session.engine(), note);
        device.online(session);
    }

    /** Takes it out of service; the caller closes the session that served. */
    DeviceSession offline(final DeviceState why, final String note) {
        standing = new Standing(standing.path(), standing.identity(), standing.engine(), note);
        return device.offline(why);
    }

    void note(final String note) {
        standing = new Standing(standing.path(), standing.identity(), standing.engine(), note);
    }

    DeviceInfo info() {
        final Standing now = standing;
        return new DeviceInfo(
                device.uuid(),
                now.path().toString(),
                device.state(),
                device.sizeBytes(),
                sectorBytes,
                device.layout().chunkletBytes(),
                device.layout().chunkletCount(),
                now.engine(),
                health.readErrors(),
                health.writeErrors(),
                now.note());
    }
}
