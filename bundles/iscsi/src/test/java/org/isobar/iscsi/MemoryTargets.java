package org.isobar.iscsi;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.isobar.api.scsi.ScsiTarget;
import org.isobar.api.scsi.TargetDirectory;

/** Targets by name. */
final class MemoryTargets implements TargetDirectory {
    private final Map<String, ScsiTarget> byName = new ConcurrentSkipListMap<>();

    MemoryDisk add(final String name, final int blockCount) {
        final MemoryDisk disk = new MemoryDisk(name, blockCount);
        byName.put(name, disk);
        return disk;
    }

    void remove(final MemoryDisk disk) {
        byName.remove(disk.name());
        disk.remove();
    }

    @Override
    public List<ScsiTarget> targets() {
        return List.copyOf(byName.values());
    }

    @Override
    public Optional<ScsiTarget> find(final String iscsiName) {
        return Optional.ofNullable(byName.get(iscsiName.toLowerCase(Locale.ROOT)));
    }
}
