package org.isobar.device;

import java.nio.file.Path;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceState;
import org.isobar.device.health.HealthRecord;

/** A device of ours that was seen since start, wherever it is now. Changed by the control thread, read by any. */
final class KnownDevice {
    private final FileDevice device;
    private final DeviceErrors errors;
    private final HealthRecord health;
    private final int sectorBytes;
    private volatile Standing standing;

    private record Standing(Path path, FileIdentity identity, String engine, String note) {}

    KnownDevice(
            final FileDevice device,
            final DeviceErrors errors,
            final HealthRecord health,
            final int sectorBytes,
            final OpenFile file) {
        this.device = device;
        this.errors = errors;
        this.health = health;
        this.sectorBytes = sectorBytes;
        standing = new Standing(file.path(), file.identity(), "", "");
    }

    FileDevice device() {
        return device;
    }

    DeviceErrors errors() {
        return errors;
    }

    HealthRecord health() {
        return health;
    }

    Path path() {
        return standing.path();
    }

    String note() {
        return standing.note();
    }

    boolean blockDevice() {
        return standing.identity().isBlockDevice();
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

    /** It may be let in when it is found. */
    void missing(final String note) {
        offline(DeviceState.MISSING, note);
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
                errors.readErrors(),
                errors.writeErrors(),
                health.needed().isEmpty() ? noteOf(now) : "fails, but is needed: " + health.needed(),
                health.info());
    }

    private String noteOf(final Standing now) {
        return now.note().isEmpty() && !device.layout().hasSums() ? "keeps no checksums" : now.note();
    }
}
