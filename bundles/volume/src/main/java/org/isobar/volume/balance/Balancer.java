package org.isobar.volume.balance;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.balance.BalanceDecision;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.BalanceSettings;
import org.isobar.api.balance.BalanceStatus;
import org.isobar.api.balance.BalanceStatus.State;
import org.isobar.api.balance.PageExplanation;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.pool.PageStore;
import org.isobar.api.pool.PoolService;
import org.isobar.api.volume.VolumeMove;
import org.isobar.api.volume.VolumeMoves;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyAnswer;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyUse;
import org.isobar.common.time.Clock;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancingPolicy;
import org.isobar.volume.balance.PictureBuilder.MoveTimes;
import org.isobar.volume.heat.PageHeat;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Balancing on this member: looks, asks the policy off the lanes, and makes the moves it wants by the page moves of the store,
 * so that a crash at any moment leaves each page in one place or the other. Only the settings are kept in the catalog. A new
 * plan takes the place of what is left of the last one, which is out of date by then.
 */
@Component(service = BalanceService.class)
public final class Balancer implements BalanceService {
    private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);
    private static final String TOPIC = "balancing";
    private static final String KEY = "settings";
    private static final BalancePicture NOBODY_LOOKED = new BalancePicture(0, List.of(), List.of());
    /** Such policies; while the wanted one does not answer, pages stay. */
    public static final PolicyKind<BalancingPolicy> KIND = new PolicyKind<>(
            "balancing",
            BalancingPolicy.class,
            picture -> BalancePlan.nothing("the wanted policy does not answer; pages stay meanwhile"));

    private final BalancedVolumes volumes;
    private final PageStore store;
    private final PoolService pools;
    private final VolumeMoves wholeMoves;
    private final Catalog catalog;
    private final Policies policies;
    private final Lane control;
    private final Clock clock;
    private final PolicyUse<BalancingPolicy> use;
    private final BalanceHistory history = new BalanceHistory();
    private final LastMoves lastMoves = new LastMoves();
    private final BalanceRun run;
    private final long startedWallMs;
    private volatile BalanceSettings settings = BalanceSettings.DEFAULT;
    private volatile int left;
    private String decidedBy = "";
    private Lane.Timer timer;
    private boolean asking;
    private boolean loaded;
    private volatile boolean closed;

    /** Off until the catalog is read. */
    @Activate
    public Balancer(
            @Reference final BalancedVolumes volumes,
            @Reference final PageStore store,
            @Reference final PoolService pools,
            @Reference final VolumeMoves wholeMoves,
            @Reference final Catalog catalog,
            @Reference final Policies policies,
            @Reference final Lanes lanes,
            @Reference final Clock clock) {
        this.volumes = volumes;
        this.store = store;
        this.pools = pools;
        this.wholeMoves = wholeMoves;
        this.catalog = catalog;
        this.policies = policies;
        this.clock = clock;
        control = lanes.control();
        startedWallMs = clock.wallMs();
        use = policies.use(KIND, settings.policy(), "balancing");
        run = new BalanceRun(control, clock, new Moves());
        store.whenServing().thenRunAsync(this::load, control);
    }

    /** Begins nothing any more. */
    @Deactivate
    public void close() {
        closed = true;
        use.close();
        control.execute(() -> {
            rest();
            run.stop();
        });
    }

    private void load() {
        if (closed) {
            return;
        }
        final byte[] bytes = catalog.all(TOPIC).get(KEY);
        if (bytes != null) {
            try {
                become(BalanceDocument.decode(bytes));
            } catch (final StorageException unreadable) {
                LOG.error("balance.settings.unreadable", unreadable);
            }
        }
        loaded = true;
        LOG.info("balance.loaded enabled={} policy={}", settings.enabled(), settings.policy());
    }

    private void become(final BalanceSettings now) {
        settings = now;
        if (!use.policy().equals(now.policy())) {
            use.select(now.policy());
        }
        rest();
        if (now.enabled()) {
            timer = control.schedule(this::due, TimeUnit.SECONDS.toNanos(now.intervalS()));
        } else {
            run.stop();
            left = run.left();
        }
    }

    private void rest() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void due() {
        timer = control.schedule(this::due, TimeUnit.SECONDS.toNanos(settings.intervalS()));
        if (settings.allows(clock.wallMs())) {
            if (!asking) {
                ask();
            }
        } else {
            run.stop();
            left = run.left();
        }
    }

    private CompletionStage<BalanceDecision> ask() {
        asking = true;
        final BalanceSettings now = settings;
        final Set<String> moving = movedAsAWhole();
        final MoveTimes times = sinceMoved();
        return use.ask(
                        policy -> policy.plan(policy == KIND.builtIn() ? NOBODY_LOOKED : look(now, moving, times)),
                        BalancePlans::wrong)
                .handleAsync((answer, failure) -> decided(answer, failure, now), control);
    }

    /** Off the lanes. */
    private BalancePicture look(final BalanceSettings now, final Set<String> moving, final MoveTimes times) {
        final PictureBuilder builder = new PictureBuilder(
                pools.pools(),
                pools.usage(),
                pool -> pool.degradedSets() == 0
                        && pool.offlineSets() == 0
                        && !now.excludedPools().contains(pool.name()));
        for (final BalancedVolume volume : volumes.balanced()) {
            final boolean movable = !volume.pinned()
                    && !moving.contains(volume.name())
                    && !now.excludedVolumes().contains(volume.name());
            builder.add(volume, movable);
        }
        return builder.build(now.bytesPerSecond() * now.intervalS(), times);
    }

    /** By what is known now; a page that is being moved was moved just now. */
    private MoveTimes sinceMoved() {
        final Set<LastMoves.Place> underWay = run.underWay();
        return (volume, page) -> underWay.contains(new LastMoves.Place(volume, page))
                ? 0
                : lastMoves
                        .find(volume, page)
                        .map(move -> TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - move.atNs()))
                        .orElse(BalancePage.NEVER);
    }

    private BalanceDecision decided(
            final PolicyAnswer<BalancePlan> answer, final Throwable failure, final BalanceSettings by) {
        asking = false;
        if (failure != null) {
            LOG.error("balance.failed policy={}", use.policy(), failure);
            throw new CompletionException(failure);
        }
        final BalancePlan plan = answer.value();
        final BalanceDecision decision = history.add(new BalanceDecision(
                clock.wallMs(),
                answer.policy(),
                plan.reason(),
                1,
                plan.moves().size(),
                0,
                0,
                0,
                plan.moves().stream().mapToDouble(BalanceMove::gainPerS).sum()));
        if (!decision.nothing()) {
            LOG.info(
                    "balance.decided policy={} pages={} reason={}",
                    decision.policy(),
                    decision.plannedPages(),
                    decision.reason());
        }
        decidedBy = answer.policy();
        if (!closed && (settings.enabled() || !by.enabled())) {
            run.replace(plan.moves());
        }
        left = run.left();
        return decision;
    }

    @Override
    public BalanceStatus status() {
        final BalanceSettings now = settings;
        final State state;
        if (left > 0) {
            state = State.MOVING;
        } else if (!now.enabled()) {
            state = State.OFF;
        } else {
            state = now.allows(clock.wallMs()) ? State.WAITING : State.OUT_OF_HOURS;
        }
        return new BalanceStatus(
                now, List.copyOf(policies.names(KIND)), state, history.last(), left, history.counters());
    }

    @Override
    public List<BalanceDecision> history() {
        return history.newestFirst();
    }

    @Override
    public CompletionStage<BalanceSettings> change(final BalanceSettings wanted) {
        return onControl(() -> {
            check(wanted);
            return catalog.put(TOPIC, KEY, BalanceDocument.encode(wanted))
                    .thenApplyAsync(
                            done -> {
                                become(wanted);
                                LOG.info(
                                        "balance.changed enabled={} policy={} intervalS={} bytesPerSecond={}",
                                        wanted.enabled(),
                                        wanted.policy(),
                                        wanted.intervalS(),
                                        wanted.bytesPerSecond());
                                return wanted;
                            },
                            control);
        });
    }

    private void check(final BalanceSettings wanted) {
        final Set<String> known = policies.names(KIND);
        if (!wanted.policy().equals(settings.policy()) && !known.contains(wanted.policy())) {
            throw new StorageException(Code.INVALID, "policy: must be one of " + known + ", is " + wanted.policy());
        }
        for (final String pool : wanted.excludedPools()) {
            if (!settings.excludedPools().contains(pool) && pools.pool(pool).isEmpty()) {
                throw new StorageException(Code.NOT_FOUND, "no such pool: name=" + pool);
            }
        }
        for (final String name : wanted.excludedVolumes()) {
            if (!settings.excludedVolumes().contains(name)
                    && volumes.balanced().stream()
                            .noneMatch(volume -> volume.name().equals(name))) {
                throw new StorageException(Code.NOT_FOUND, "no such volume: name=" + name);
            }
        }
    }

    @Override
    public CompletionStage<BalanceDecision> runNow() {
        return onControl(() -> {
            if (asking) {
                throw new StorageException(Code.CONFLICT, "the balancing policy is being asked already");
            }
            return ask();
        });
    }

    @Override
    public CompletionStage<PageExplanation> explain(final String volume, final long page) {
        return onControl(() -> {
            final PageFacts facts = facts(volume, page);
            if (facts.pool() == null) {
                return CompletableFuture.completedFuture(
                        facts.explanation(startedWallMs, use.policy(), "nothing was written to it yet"));
            }
            final BalanceSettings now = settings;
            final Set<String> moving = movedAsAWhole();
            final MoveTimes times = sinceMoved();
            final BalancePage seen =
                    facts.seen(times.sinceMovedMs(facts.volume().number(), page));
            return use.ask(
                            policy -> policy.wouldMove(
                                    policy == KIND.builtIn() ? NOBODY_LOOKED : look(now, moving, times), seen),
                            BalancePlans::wrongText)
                    .thenApply(answer -> facts.explanation(startedWallMs, answer.policy(), answer.value()));
        });
    }

    private PageFacts facts(final String name, final long page) {
        final BalancedVolume volume = volumes.balanced().stream()
                .filter(one -> one.name().equals(name) && one.heat() != null)
                .findFirst()
                .orElseThrow(() -> new StorageException(Code.NOT_FOUND, "no such volume: name=" + name));
        final PageHeat heat = volume.heat();
        if (page < 0 || page >= heat.pageCount()) {
            throw new StorageException(Code.INVALID, "page: must be 0 to " + (heat.pageCount() - 1) + ", is " + page);
        }
        return new PageFacts(
                volume,
                volume.info(),
                page,
                volume.poolOf(page),
                heat.at(page),
                heat.unitPages(),
                heat.windowS(),
                lastMoves.find(volume.number(), page),
                stays(volume));
    }

    private String stays(final BalancedVolume volume) {
        if (volume.pinned()) {
            return "the volume is pinned";
        }
        if (settings.excludedVolumes().contains(volume.name())) {
            return "the volume is excluded from balancing";
        }
        if (movedAsAWhole().contains(volume.name())) {
            return "the volume is being moved as a whole";
        }
        return settings.enabled() ? null : "balancing is off";
    }

    private Set<String> movedAsAWhole() {
        return wholeMoves.moves().stream().map(VolumeMove::volume).collect(Collectors.toSet());
    }

    private <T> CompletionStage<T> onControl(final Supplier<CompletionStage<T>> work) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            if (!loaded || closed) {
                                throw new StorageException(
                                        Code.UNAVAILABLE,
                                        "balancing does not serve: " + (closed ? "stopping" : "waiting for devices"));
                            }
                            return work.get();
                        },
                        control)
                .thenCompose(stage -> stage);
    }

    /** Makes moves. */
    private final class Moves implements BalanceRun.Parts {
        @Override
        public BalanceRun.Attempt begin(final BalanceMove move) {
            for (final BalancedVolume volume : volumes.balanced()) {
                if (volume.number() == move.volume()) {
                    return allowed(volume, move)
                            ? new BalanceRun.Attempt(
                                    volume.pageBytes(), store.move(move.volume(), move.page(), move.to()))
                            : null;
                }
            }
            return null;
        }

        private boolean allowed(final BalancedVolume volume, final BalanceMove move) {
            return !volume.pinned()
                    && (volume.pools().isEmpty() || volume.pools().contains(move.to()))
                    && !settings.excludedVolumes().contains(volume.name())
                    && wholeMoves.moves().stream()
                            .noneMatch(other -> other.volume().equals(volume.name()))
                    && move.from().equals(volume.poolOf(move.page()));
        }

        @Override
        public long bytesPerSecond() {
            return settings.bytesPerSecond();
        }

        @Override
        public void ended(final BalanceMove move, final int movedBytes) {
            if (movedBytes > 0) {
                lastMoves.add(new LastMoves.Move(
                        new LastMoves.Place(move.volume(), move.page()),
                        clock.nanoTime(),
                        clock.wallMs(),
                        move.from(),
                        decidedBy,
                        move.reason()));
            }
            history.pageEnded(movedBytes);
            left = run.left();
        }
    }
}
