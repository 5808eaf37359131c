package org.isobar.pool.store;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.pool.store.ClassRecord.ClassesSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door for those who know which chunklets are of which class. */
@Component(service = ChunkletClasses.class)
public final class ClassDoor implements ChunkletClasses {
    private static final Logger LOG = LoggerFactory.getLogger(ClassDoor.class);

    private final MemberStore store;

    @Activate
    public ClassDoor(@Reference final PoolComponent component) {
        this(component.store());
    }

    /** Over a store that was assembled by hand. */
    public static ClassDoor over(final MemberStore store) {
        return new ClassDoor(store);
    }

    private ClassDoor(final MemberStore store) {
        this.store = store;
    }

    @Override
    public CompletionStage<Void> classify(final List<PerformanceClass> classes) {
        return store.call(() -> {
            final StoreParts parts = store.parts();
            final ClassesSet wanted = new ClassesSet(classes);
            if (wanted.classes().equals(parts.state().classes().classes())) {
                return CompletableFuture.completedStage(null);
            }
            // What the record would refuse is refused before it is written.
            final ChunkletMap map = new ChunkletMap(wanted.classes());
            return parts.metadata().append(wanted).thenRun(() -> {
                LOG.info("pool.classes classes={}", map.classes().size());
                parts.capacity().changed();
            });
        });
    }

    @Override
    public Set<UUID> removed() {
        return store.parts().state().removedDevices();
    }
}
