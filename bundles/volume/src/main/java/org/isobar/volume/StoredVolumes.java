package org.isobar.volume;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.isobar.api.StorageException;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.PageStore;
import org.isobar.api.pool.PoolService;
import org.isobar.api.volume.NamedService;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeListener;
import org.isobar.api.volume.VolumeService;
import org.isobar.api.volume.VolumeSpec;
import org.isobar.api.volume.VolumeThresholds;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;
import org.isobar.common.policy.Policies;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;
import org.isobar.volume.balance.BalancedVolume;
import org.isobar.volume.balance.BalancedVolumes;
import org.isobar.volume.heat.HeatClock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes of this member. A volume is a catalog document and a page space of the same number. Every change is made on
 * the control lane, in an order that a crash at any point leaves repairable: a page space without a document is what is
 * left of an unfinished creation and is deleted at the next start; a document marked as deleting resumes its deletion.
 */
@Component(
        service = {VolumeService.class, BalancedVolumes.class, StoredVolumes.class},
        configurationPid = "org.isobar.volume")
@Designate(ocd = StoredVolumes.Config.class)
public final class StoredVolumes implements VolumeService, BalancedVolumes {
    private static final Logger LOG = LoggerFactory.getLogger(StoredVolumes.class);

    /** Settings. */
    @ObjectClassDefinition(name = "Isobar volumes")
    public @interface Config {
        /** Policy of volumes whose creator names neither pool nor policy. */
        @AttributeDefinition(name = "Default policy", description = "name of a volume allocation policy")
        String default_policy() default "most-free";

        /** Services by name. */
        @AttributeDefinition(
                name = "Services",
                description = "NAME: CONDITIONS with semicolons between them, e.g. fast: read-iops>=5000,failures>=1")
        String services() default "";

        /** Page length of volumes whose creator names none. */
        @AttributeDefinition(
                name = "Default page length",
                description = "bytes; power of two, 65536 to 1073741824",
                min = "65536",
                max = "1073741824")
        int page_bytes() default 4194304;

        /** How soon the activity of a page is forgotten. */
        @AttributeDefinition(
                name = "Half-life of heat",
                description = "seconds until half of a page's requests is forgotten; 10 to 86400",
                min = "10",
                max = "86400")
        int heat_half_life_s() default 120;
    }

    private final PageStore store;
    private final PoolService pools;
    private final Lane control;
    private final Rng rng;
    private final VolumeDocuments documents;
    private final VolumePlacer placer;
    private final VolumeLane[] lanes;
    private final HeatClock heatClock;
    private final VolumeListeners listeners = new VolumeListeners();
    private final SpaceWatch spaceWatch = new SpaceWatch(this::announced, listeners);
    /** Changed on the control lane only. */
    private final Map<String, StoredVolume> byName = new ConcurrentSkipListMap<>();

    private final VolumeChanges changes;

    @Activate
    public StoredVolumes(
            final Config config,
            @Reference final PageStore store,
            @Reference final PoolService pools,
            @Reference final Catalog catalog,
            @Reference final Lanes lanes,
            @Reference final Rng rng,
            @Reference final Clock clock,
            @Reference final Policies policies) {
        this.store = store;
        this.pools = pools;
        this.rng = rng;
        control = lanes.control();
        changes = new VolumeChanges(control);
        documents = new VolumeDocuments(catalog);
        placer = new VolumePlacer(
                pools, new PoolChoice(policies, config.default_policy()), config.services(), config.page_bytes());
        heatClock = new HeatClock(clock, control, config.heat_half_life_s());
        this.lanes = new VolumeLane[lanes.count()];
        for (int i = 0; i < this.lanes.length; i++) {
            this.lanes[i] = new VolumeLane(lanes.lane(i));
        }
        store.whenServing().thenRunAsync(this::load, control).exceptionally(failure -> {
            LOG.error("volume.load.failed", failure);
            return null;
        });
    }

    /** Takes no further part; volumes already handed out go on serving until their users let go. */
    @Deactivate
    void close() {
        changes.close();
        placer.close();
        pools.removeListener(spaceWatch);
    }

    @Override
    public List<Volume> volumes() {
        return List.copyOf(byName.values());
    }

    @Override
    public Optional<Volume> find(final String name) {
        return name == null ? Optional.empty() : Optional.ofNullable(byName.get(name));
    }

    @Override
    public List<NamedService> services() {
        return placer.services();
    }

    @Override
    public List<String> users(final String name) {
        return existing(name).users();
    }

    @Override
    public CompletionStage<VolumeInfo> create(final VolumeSpec spec) {
        return onControl(() -> {
            VolumeSpecCheck.check(spec);
            placer.checkKnown(spec);
            if (byName.containsKey(spec.name())) {
                throw new StorageException(StorageException.Code.EXISTS, "volume exists: name=" + spec.name());
            }
            return changes.change(spec.name(), () -> placer.choose(spec).thenCompose(choice -> create(spec, choice)));
        });
    }

    @Override
    public CompletionStage<VolumeInfo> grow(final String name, final long sizeBytes) {
        return onControl(() -> {
            final StoredVolume volume = existing(name);
            final VolumeDefinition present = volume.definition();
            VolumeSpecCheck.checkSize(sizeBytes, present.sizeBytes());
            checkStays(present);
            if (sizeBytes == present.sizeBytes()) {
                return CompletableFuture.completedFuture(volume.info());
            }
            return changes.change(name, () -> grow(volume, present.withSizeBytes(sizeBytes)));
        });
    }

    @Override
    public CompletionStage<VolumeInfo> setVerifyReads(final String name, final boolean on) {
        return onControl(() -> {
            final StoredVolume volume = existing(name);
            checkStays(volume.definition());
            return changes.change(
                    name, () -> redefine(volume, volume.definition().withVerifyReads(on)));
        });
    }

    @Override
    public CompletionStage<VolumeInfo> changeThresholds(final String name, final VolumeThresholds thresholds) {
        return onControl(() -> {
            final StoredVolume volume = existing(name);
            checkStays(volume.definition());
            return changes.change(
                    name, () -> redefine(volume, volume.definition().withThresholds(thresholds)));
        });
    }

    @Override
    public CompletionStage<Void> delete(final String name, final boolean force) {
        return onControl(() -> {
            final StoredVolume volume = existing(name);
            final List<String> users = volume.users();
            if (!force && !users.isEmpty() && !volume.definition().deleting()) {
                throw new StorageException(
                        StorageException.Code.CONFLICT,
                        "volume is in use: name=" + name + " users=" + String.join(",", users));
            }
            return changes.change(name, () -> delete(volume));
        });
    }

    @Override
    public void addListener(final VolumeListener listener) {
        listeners.want(listener);
        control.execute(() -> listeners.start(listener, announced()));
    }

    @Override
    public void removeListener(final VolumeListener listener) {
        listeners.remove(listener);
    }

    /** Space first, document second: a document always has all the pages it speaks of. */
    private CompletionStage<VolumeInfo> create(final VolumeSpec spec, final PoolChoice.Choice choice) {
        final int pageBytes = placer.pageBytes(spec);
        return documents
                .reserveNumber()
                .thenCompose(number -> store.create(number, spec.sizeBytes(), pageBytes, choice.pool()))
                .thenCompose(space -> allocate(space, choice.allocation()))
                .thenComposeAsync(
                        space -> {
                            changes.checkServing();
                            final VolumeDefinition definition = new VolumeDefinition(
                                    space.volume(),
                                    rng.nextUuid(),
                                    spec.name(),
                                    spec.sizeBytes(),
                                    pageBytes,
                                    choice.pool(),
                                    choice.policy(),
                                    spec.verifyReads(),
                                    VolumeThresholds.NONE,
                                    false,
                                    false);
                            return documents
                                    .put(definition)
                                    .whenComplete((done, failure) -> undoWhenFailed(definition, failure))
                                    .thenApplyAsync(done -> added(definition, space), control);
                        },
                        control);
    }

    /** Of a new space; one that cannot be allocated so is deleted. */
    private CompletionStage<PageSpace> allocate(final PageSpace space, final PageAllocation allocation) {
        if (allocation.equals(PageAllocation.WHOLE)) {
            return CompletableFuture.completedFuture(space);
        }
        return store.allocate(space.volume(), allocation)
                .handle((done, failure) -> failure)
                .thenCompose(failure -> failure == null
                        ? CompletableFuture.completedFuture(space)
                        : store.delete(space.volume())
                                .handle((deleted, ignored) -> failure)
                                .thenCompose(CompletableFuture::failedFuture));
    }

    private VolumeInfo added(final VolumeDefinition definition, final PageSpace space) {
        final StoredVolume volume = new StoredVolume(definition, space, pools, lanes, heatClock);
        byName.put(definition.name(), volume);
        LOG.info(
                "volume.created name={} number={} sizeBytes={} pool={} policy={}",
                definition.name(),
                definition.number(),
                definition.sizeBytes(),
                definition.pool(),
                definition.policy());
        listeners.tell(VolumeListener::volumeAdded, volume);
        return volume.info();
    }

    private void undoWhenFailed(final VolumeDefinition definition, final Throwable failure) {
        if (failure != null) {
            LOG.warn("volume.create.undone name={} number={}", definition.name(), definition.number(), failure);
            reportFailure(
                    store.delete(definition.number()).thenCompose(done -> documents.remove(definition.number())),
                    "volume.create.undo.failed",
                    definition);
        }
    }

    private CompletionStage<VolumeInfo> grow(final StoredVolume volume, final VolumeDefinition grown) {
        return store.grow(grown.number(), grown.sizeBytes())
                .thenCompose(done -> documents.put(grown))
                .thenApplyAsync(
                        done -> {
                            volume.redefine(grown);
                            LOG.info("volume.grown name={} sizeBytes={}", grown.name(), grown.sizeBytes());
                            listeners.tell(VolumeListener::volumeGrown, volume);
                            spaceWatch.look(volume);
                            return volume.info();
                        },
                        control);
    }

    private CompletionStage<VolumeInfo> redefine(final StoredVolume volume, final VolumeDefinition changed) {
        return documents
                .put(changed)
                .thenApplyAsync(
                        done -> {
                            volume.redefine(changed);
                            LOG.info(
                                    "volume.changed name={} pool={} pinned={} verifyReads={} warningPercent={}"
                                            + " criticalPercent={}",
                                    changed.name(),
                                    changed.pool(),
                                    changed.pinned(),
                                    changed.verifyReads(),
                                    changed.thresholds().warningPercent(),
                                    changed.thresholds().criticalPercent());
                            spaceWatch.look(volume);
                            return volume.info();
                        },
                        control);
    }

    /** Begins or resumes a deletion. */
    private CompletionStage<Void> delete(final StoredVolume volume) {
        final VolumeDefinition present = volume.definition();
        final CompletionStage<Void> marked = present.deleting()
                ? CompletableFuture.completedFuture(null)
                : documents.put(present.withDeleting()).thenRunAsync(() -> withdraw(volume), control);
        return marked.thenComposeAsync(done -> volume.retire(), control)
                .thenComposeAsync(
                        done -> store.find(present.number()).isPresent()
                                ? store.delete(present.number())
                                : CompletableFuture.completedFuture(null),
                        control)
                .thenCompose(done -> documents.remove(present.number()))
                .thenRunAsync(
                        () -> {
                            byName.remove(present.name());
                            LOG.info("volume.deleted name={} number={}", present.name(), present.number());
                        },
                        control);
    }

    private void withdraw(final StoredVolume volume) {
        volume.redefine(volume.definition().withDeleting());
        volume.retire();
        LOG.info("volume.deleting name={}", volume.definition().name());
        listeners.tell(VolumeListener::volumeRemoved, volume);
    }

    /** Changes what is durable of a volume, one change at a time. Control lane. */
    CompletionStage<VolumeInfo> redefine(final String name, final UnaryOperator<VolumeDefinition> change) {
        final StoredVolume volume = existing(name);
        checkStays(volume.definition());
        return changes.change(name, () -> redefine(volume, change.apply(volume.definition())));
    }

    private static void checkStays(final VolumeDefinition present) {
        if (present.deleting()) {
            throw new StorageException(
                    StorageException.Code.CONFLICT, "volume is being deleted: name=" + present.name());
        }
    }

    StoredVolume existing(final String name) {
        final StoredVolume volume = name == null ? null : byName.get(name);
        if (volume == null) {
            throw new StorageException(StorageException.Code.NOT_FOUND, "no such volume: name=" + name);
        }
        return volume;
    }

    @Override
    public List<BalancedVolume> balanced() {
        return List.copyOf(announced());
    }

    private Collection<StoredVolume> announced() {
        return byName.values().stream()
                .filter(volume -> !volume.definition().deleting())
                .toList();
    }

    private void load() {
        if (changes.closed()) {
            return;
        }
        final Map<String, byte[]> found = documents.load();
        final List<StoredVolume> deleting = new ArrayList<>();
        found.forEach((key, bytes) -> {
            try {
                final VolumeDefinition definition = VolumeDocument.decode(key, bytes);
                final PageSpace space = completeSpace(definition);
                final StoredVolume volume = new StoredVolume(definition, space, pools, lanes, heatClock);
                byName.put(definition.name(), volume);
                if (definition.deleting()) {
                    deleting.add(volume);
                }
            } catch (final StorageException unreadable) {
                LOG.error("volume.document.unreadable key={}", key, unreadable);
            }
        });
        for (long number = 1; number <= documents.highestNumber(); number++) {
            if (!found.containsKey(Long.toString(number)) && store.find(number).isPresent()) {
                deleteOrphan(number);
            }
        }
        changes.serve();
        LOG.info("volume.loaded count={} deleting={}", byName.size(), deleting.size());
        announced().forEach(volume -> listeners.tell(VolumeListener::volumeAdded, volume));
        pools.addListener(spaceWatch);
        deleting.forEach(volume -> reportFailure(
                changes.change(volume.definition().name(), () -> delete(volume)),
                "volume.delete.failed",
                volume.definition()));
    }

    private PageSpace completeSpace(final VolumeDefinition definition) {
        final PageSpace space = store.find(definition.number()).orElse(null);
        if (definition.deleting() || (space != null && space.sizeBytes() >= definition.sizeBytes())) {
            return space;
        }
        LOG.error(
                "volume.pages.missing name={} number={} sizeBytes={} presentBytes={}",
                definition.name(),
                definition.number(),
                definition.sizeBytes(),
                space == null ? 0 : space.sizeBytes());
        return null;
    }

    private void deleteOrphan(final long number) {
        LOG.warn("volume.orphan.deleted number={}", number);
        store.delete(number).exceptionally(failure -> {
            LOG.error("volume.orphan.delete.failed number={}", number, failure);
            return null;
        });
    }

    private static void reportFailure(
            final CompletionStage<?> stage, final String event, final VolumeDefinition definition) {
        stage.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.error("{} name={} number={}", event, definition.name(), definition.number(), failure);
            }
        });
    }

    /** Does something on the control lane once it is sure that volumes are served. */
    <T> CompletionStage<T> onControl(final Supplier<CompletionStage<T>> work) {
        return changes.onControl(work);
    }
}
