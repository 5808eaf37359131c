package org.isobar.volume;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners on the control lane; one that fails does not keep the others from hearing. */
final class VolumeListeners {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeListeners.class);

    /** Who wants to hear; changed by any thread. */
    private final Set<VolumeListener> wanted = ConcurrentHashMap.newKeySet();
    /** Those already told of the volumes there were; control lane only. */
    private final List<VolumeListener> hearing = new ArrayList<>();

    void want(final VolumeListener listener) {
        wanted.add(listener);
    }

    void remove(final VolumeListener listener) {
        wanted.remove(listener);
    }

    /** Brings in one that {@link #want wants} to hear. */
    void start(final VolumeListener listener, final Collection<? extends Volume> present) {
        hearing.removeIf(known -> !wanted.contains(known));
        if (wanted.contains(listener) && !hearing.contains(listener)) {
            hearing.add(listener);
            present.forEach(volume -> tell(listener, VolumeListener::volumeAdded, volume));
        }
    }

    void tell(final BiConsumer<VolumeListener, Volume> event, final Volume volume) {
        List.copyOf(hearing).forEach(listener -> tell(listener, event, volume));
    }

    private void tell(
            final VolumeListener listener, final BiConsumer<VolumeListener, Volume> event, final Volume volume) {
        if (!wanted.contains(listener)) {
            return;
        }
        try {
            event.accept(listener, volume);
        } catch (final RuntimeException failure) {
            LOG.error("volume.listener.failed volume={}", volume.info().name(), failure);
        }
    }
}
