package org.isobar.volume;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.isobar.api.pool.PoolSpace;
import org.isobar.api.pool.SpaceListener;
import org.isobar.api.volume.VolumeFullness;
import org.isobar.api.volume.VolumeSpace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs when the fullness of a volume changes, and tells the volumes' listeners of space. Control lane. */
final class SpaceWatch implements SpaceListener {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceWatch.class);

    private final Supplier<Collection<StoredVolume>> volumes;
    private final VolumeListeners listeners;

    SpaceWatch(final Supplier<Collection<StoredVolume>> volumes, final VolumeListeners listeners) {
        this.volumes = volumes;
        this.listeners = listeners;
    }

    @Override
    public void spaceChanged(final List<PoolSpace> pools) {
        final Map<String, PoolSpace> byName =
                pools.stream().collect(Collectors.toMap(PoolSpace::pool, Function.identity()));
        for (final StoredVolume volume : volumes.get()) {
            look(volume, volume.space(byName.get(volume.definition().pool())));
        }
    }

    /** Looks at a volume of which something else has changed. */
    void look(final StoredVolume volume) {
        look(volume, volume.space());
    }

    private void look(final StoredVolume volume, final VolumeSpace space) {
        final VolumeFullness before = volume.fullness();
        final VolumeFullness next = volume.look(space);
        if (next != before) {
            log(volume.definition().name(), next, space);
        }
        listeners.tell((listener, about) -> listener.spaceChanged(about, space), volume);
    }

    private static void log(final String volume, final VolumeFullness next, final VolumeSpace space) {
        final String line = "volume.fullness volume={} state={} usedBytes={} sizeBytes={}";
        final Object[] values = {volume, next, space.usedBytes(), space.sizeBytes()};
        if (next == VolumeFullness.NORMAL) {
            LOG.info(line, values);
        } else {
            LOG.warn(line, values);
        }
    }
}
