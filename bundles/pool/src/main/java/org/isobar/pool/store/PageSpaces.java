package org.isobar.pool.store;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.PageStore;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The page store's door for volumes. */
@Component(service = PageStore.class)
public final class PageSpaces implements PageStore {
    private final MemberStore store;
    private final SpaceRegistry spaces;

    @Activate
    public PageSpaces(@Reference final PoolComponent component) {
        this(component.store());
    }

    /** Over a store that was assembled by hand. */
    public static PageSpaces over(final MemberStore store) {
        return new PageSpaces(store);
    }

    private PageSpaces(final MemberStore store) {
        this.store = store;
        spaces = store.parts().spaces();
    }

    @Override
    public CompletionStage<Void> whenServing() {
        return store.whenServing();
    }

    @Override
    public CompletionStage<PageSpace> create(
            final long volume, final long sizeBytes, final int pageBytes, final String pool) {
        return store.call(() -> spaces.create(volume, sizeBytes, pageBytes, known(pool)));
    }

    @Override
    public Optional<PageSpace> find(final long volume) {
        return store.isServing() ? spaces.find(volume) : Optional.empty();
    }

    @Override
    public CompletionStage<Void> grow(final long volume, final long sizeBytes) {
        return store.call(() -> spaces.grow(volume, sizeBytes));
    }

    @Override
    public CompletionStage<Void> delete(final long volume) {
        return store.call(() -> spaces.delete(volume));
    }

    @Override
    public CompletionStage<Void> rehome(final long volume, final String pool) {
        return store.call(() -> spaces.rehome(volume, known(pool)));
    }

    @Override
    public CompletionStage<Void> allocate(final long volume, final PageAllocation allocation) {
        return store.call(() -> spaces.allocate(volume, allocation));
    }

    @Override
    public CompletionStage<Boolean> move(final long volume, final long page, final String pool) {
        return store.call(() -> spaces.move(volume, page, known(pool)));
    }

    private PoolState known(final String pool) {
        return store.parts().state().pool(pool).orElseThrow(() -> noPool(pool));
    }

    static StorageException noPool(final String name) {
        return new StorageException(StorageException.Code.NOT_FOUND, "no such pool: name=" + name);
    }
}
