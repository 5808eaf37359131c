package org.isobar.iscsi.access;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.access.AccessControl;
import org.isobar.api.access.AccessRule;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.AccessSettings;
import org.isobar.api.access.ChapSecrets;
import org.isobar.api.access.ChapUser;
import org.isobar.api.access.Grant;
import org.isobar.api.access.Initiator;
import org.isobar.api.access.LoginCounters;
import org.isobar.api.access.VolumeAccess;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.statistics.LoginStatistics;
import org.isobar.api.statistics.StatisticsService;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeListener;
import org.isobar.api.volume.VolumeService;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;
import org.isobar.iscsi.chap.ChapAlgorithm;
import org.isobar.iscsi.chap.ChapCredential;
import org.isobar.iscsi.chap.ChapExchange;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may use which volume. The catalog keeps one document for the rules of each volume, one for each CHAP user and one of
 * settings. Rules go by the number of a volume, which is never given out again: what a crash leaves of a deleted volume's
 * rules cannot come to hold for another volume of its name. Reading is a look at an immutable picture; changes are made
 * one after the other on the control lane, the catalog first.
 */
@Component(service = {AccessControl.class, AccessService.class, AccessRules.class})
public final class AccessRules implements LoginAccess, AccessService, VolumeListener {
    private static final Logger LOG = LoggerFactory.getLogger(AccessRules.class);
    private static final String TOPIC = "access";
    private static final String RULES_PREFIX = "rules/";
    private static final String USER_PREFIX = "user/";
    private static final String SETTINGS_KEY = "settings";

    // Login status, as the statistics write it (RFC 7143 §11.13.5).
    private static final String AUTHENTICATION_FAILURE = "0201";
    private static final String TARGET_NOT_FOUND = "0203";

    private final Catalog catalog;
    private final VolumeService volumes;
    private final Lane control;
    private final Rng rng;
    private final ChapUsers chapUsers;
    private final Predicate<byte[]> ownAddress;
    private final LoginThrottle throttle;
    private final StatisticsService statistics;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    /** Null until first asked for after the catalog serves. */
    private volatile AccessState state;
    /** The change before the next one; control lane only. */
    private CompletionStage<?> lastChange = CompletableFuture.completedFuture(null);

    @Activate
    public AccessRules(
            @Reference final Catalog catalog,
            @Reference final VolumeService volumes,
            @Reference final Lanes lanes,
            @Reference final Clock clock,
            @Reference final Rng rng,
            @Reference final StatisticsService statistics,
            final BundleContext context) {
        this(
                catalog,
                volumes,
                lanes,
                clock,
                rng,
                statistics,
                new KeyFile(Path.of(context.getProperty("karaf.etc")).resolve("access.key"), rng),
                new HostAddresses(clock));
    }

    AccessRules(
            final Catalog catalog,
            final VolumeService volumes,
            final Lanes lanes,
            final Clock clock,
            final Rng rng,
            final StatisticsService statistics,
            final KeyFile keyFile,
            final Predicate<byte[]> ownAddress) {
        this.catalog = catalog;
        this.volumes = volumes;
        this.ownAddress = ownAddress;
        this.rng = rng;
        this.statistics = statistics;
        control = lanes.control();
        chapUsers = new ChapUsers(keyFile);
        throttle = new LoginThrottle(clock);
        try {
            chapUsers.reloadKeys();
        } catch (final StorageException unreadable) {
            // Rules go on working; log-ins that need a secret fail, each with a line of its own.
            LOG.error("access.key.unreadable", unreadable);
        }
        volumes.addListener(this);
    }

    @Deactivate
    void close() {
        volumes.removeListener(this);
    }

    // ------------------------------------------------------------ what log-ins ask

    @Override
    public Grant grant(final String volume, final Initiator who) {
        final AccessState now = readable();
        final Long number = number(volume);
        if (now == null || number == null) {
            return Grant.NONE;
        }
        final byte[] address = AddressRange.bytes(who.address());
        final List<FittingRule> rules = now.rules().get(number);
        if (rules == null) {
            return ownAddress.test(address) ? Grant.READ_WRITE : Grant.NONE;
        }
        final Initiator known = who.chapName() == null || now.users().containsKey(who.chapName())
                ? who
                : new Initiator(who.name(), who.address(), null);
        return rules.stream()
                .filter(rule -> rule.fits(known, address))
                .map(rule -> rule.rule().grant())
                .max(Grant::compareTo)
                .orElse(Grant.NONE);
    }

    @Override
    public Demand demand(final String volume, final Initiator who) {
        final AccessState now = readable();
        if (now == null) {
            return new Demand(false, false);
        }
        final boolean open = grant(volume, who) != Grant.NONE;
        final byte[] address = AddressRange.bytes(who.address());
        final Long number = number(volume);
        final List<FittingRule> rules = number == null ? null : now.rules().get(number);
        if (open || (rules != null && rules.stream().anyMatch(rule -> rule.fitsUnproven(who, address)))) {
            return new Demand(open, rules != null && asksForProof(rules, who, address));
        }
        // Whoever a proof might get in somewhere has to give it before hearing that this target is not there for it.
        return new Demand(false, now.rules().values().stream().anyMatch(others -> asksForProof(others, who, address)));
    }

    @Override
    public Demand discoveryDemand(final Initiator who) {
        final AccessState now = readable();
        if (now == null) {
            return new Demand(true, false);
        }
        return new Demand(!now.settings().discoveryChap(), now.settings().discoveryChap());
    }

    @Override
    public boolean shows(final String volume, final Initiator who) {
        final AccessState now = readable();
        if (grant(volume, who) != Grant.NONE) {
            return true;
        }
        final Long number = number(volume);
        if (now == null || number == null || now.settings().discoveryChap() || who.chapName() != null) {
            return false;
        }
        final byte[] address = AddressRange.bytes(who.address());
        return now.rules().getOrDefault(number, List.of()).stream().anyMatch(rule -> rule.fitsUnproven(who, address));
    }

    @Override
    public boolean hasUsers() {
        final AccessState now = readable();
        return now != null && !now.users().isEmpty();
    }

    @Override
    public ChapExchange chap() {
        final Set<ChapAlgorithm> allowed = EnumSet.noneOf(ChapAlgorithm.class);
        final AccessState now = readable();
        if (now != null) {
            now.settings().chapAlgorithms().forEach(label -> allowed.add(ChapAlgorithm.labelled(label)));
        }
        return new ChapExchange(allowed, this::credential, rng);
    }

    @Override
    public LoginThrottle throttle() {
        return throttle;
    }

    @Override
    public void addListener(final Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(final Runnable listener) {
        listeners.remove(listener);
    }

    // ------------------------------------------------------------ what administrators do

    @Override
    public List<VolumeAccess> volumes() {
        final AccessState now = state();
        return volumes.volumes().stream()
                .map(volume -> shown(volume.info().name(), now, volume.info().number()))
                .toList();
    }

    @Override
    public VolumeAccess volume(final String name) {
        return shown(name, state(), existing(name));
    }

    @Override
    public CompletionStage<AccessRule> allow(final String volume, final AccessRule rule) {
        return inTurn(() -> {
            final FittingRule asked = FittingRule.of(rule);
            if (asked.asksForProof() && !state().users().containsKey(rule.chapUser())) {
                throw new StorageException(Code.NOT_FOUND, "no such user: name=" + rule.chapUser());
            }
            final long number = existing(volume);
            final List<FittingRule> rules = new ArrayList<>(state().rules().getOrDefault(number, List.of()));
            for (final FittingRule known : rules) {
                if (known.sameParts(asked)) {
                    throw new StorageException(
                            Code.EXISTS,
                            "volume has a rule of these parts: id="
                                    + known.rule().id() + "; change its grant");
                }
            }
            if (rules.size() >= AccessRule.MAX_PER_VOLUME) {
                throw new StorageException(
                        Code.NO_SPACE, "volume has too many rules: most=" + AccessRule.MAX_PER_VOLUME);
            }
            final int id =
                    rules.stream().mapToInt(known -> known.rule().id()).max().orElse(0) + 1;
            final FittingRule added = FittingRule.of(
                    new AccessRule(id, rule.initiatorName(), rule.address(), rule.chapUser(), rule.grant()));
            rules.add(added);
            return storeRules(volume, number, rules).thenApply(done -> added.rule());
        });
    }

    @Override
    public CompletionStage<AccessRule> change(final String volume, final int id, final Grant grant) {
        return inTurn(() -> {
            FittingRule.checkGrant(grant);
            final long number = existing(volume);
            final List<FittingRule> rules = new ArrayList<>(state().rules().getOrDefault(number, List.of()));
            final int index = indexOf(rules, volume, id);
            final AccessRule old = rules.get(index).rule();
            final FittingRule changed =
                    FittingRule.of(new AccessRule(id, old.initiatorName(), old.address(), old.chapUser(), grant));
            rules.set(index, changed);
            return storeRules(volume, number, rules).thenApply(done -> changed.rule());
        });
    }

    @Override
    public CompletionStage<Void> deny(final String volume, final int id) {
        return inTurn(() -> {
            final long number = existing(volume);
            final List<FittingRule> rules = new ArrayList<>(state().rules().getOrDefault(number, List.of()));
            rules.remove(indexOf(rules, volume, id));
            return storeRules(volume, number, rules);
        });
    }

    @Override
    public List<ChapUser> users() {
        chapUsers.reloadKeys();
        return state().users().values().stream().map(chapUsers::shown).toList();
    }

    @Override
    public CompletionStage<ChapUser> addUser(final String name, final ChapSecrets secrets) {
        try (secrets) {
            final Map<String, StoredUser> users = state().users();
            if (users.containsKey(name)) {
                throw new StorageException(Code.EXISTS, "user exists: name=" + name);
            }
            if (users.size() >= ChapUser.MAX_USERS) {
                throw new StorageException(Code.NO_SPACE, "too many users: most=" + ChapUser.MAX_USERS);
            }
            final StoredUser user = chapUsers.seal(name, secrets, users.values());
            return inTurn(() -> {
                if (state().users().containsKey(name)) {
                    throw new StorageException(Code.EXISTS, "user exists: name=" + name);
                }
                return storeUser(user);
            });
        }
    }

    @Override
    public CompletionStage<ChapUser> changeSecrets(final String name, final ChapSecrets secrets) {
        try (secrets) {
            existingUser(name);
            final Map<String, StoredUser> others = new HashMap<>(state().users());
            others.remove(name);
            final StoredUser user = chapUsers.seal(name, secrets, others.values());
            return inTurn(() -> {
                existingUser(name);
                return storeUser(user);
            });
        }
    }

    @Override
    public CompletionStage<Void> removeUser(final String name) {
        return inTurn(() -> {
            existingUser(name);
            return catalog.remove(TOPIC, USER_PREFIX + name)
                    .thenAcceptAsync(
                            done -> {
                                become(old -> old.withUsers(users -> users.remove(name)));
                                LOG.info("access.user.removed name={}", name);
                            },
                            control);
        });
    }

    @Override
    public AccessSettings settings() {
        return state().settings();
    }

    @Override
    public CompletionStage<AccessSettings> changeSettings(final AccessSettings settings) {
        return inTurn(() -> {
            checkSettings(settings);
            return catalog.put(TOPIC, SETTINGS_KEY, Documents.settings(settings))
                    .thenApplyAsync(
                            done -> {
                                become(old -> old.withSettings(settings));
                                LOG.info("access.settings.changed settings={}", settings);
                                return settings;
                            },
                            control);
        });
    }

    @Override
    public LoginCounters counters() {
        final LoginStatistics logins = statistics.logins();
        return new LoginCounters(
                logins.accepted(),
                logins.refusedByStatus().getOrDefault(AUTHENTICATION_FAILURE, 0L),
                logins.refusedByStatus().getOrDefault(TARGET_NOT_FOUND, 0L),
                throttle.heldBack(),
                throttle.addressesHeldBack());
    }

    // ------------------------------------------------------------ volumes come and go

    @Override
    public void volumeAdded(final Volume volume) {
        // Without a rule so far, or with the rules that the catalog has.
    }

    @Override
    public void volumeGrown(final Volume volume) {
        // Grants do not depend on lengths.
    }

    @Override
    public void volumeRemoved(final Volume volume) {
        final long number = volume.info().number();
        inTurn(() -> state().rules().containsKey(number)
                        ? storeRules(volume.info().name(), number, List.of())
                        : CompletableFuture.<Void>completedFuture(null))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.warn(
                                "access.rules.left volume={} number={}",
                                volume.info().name(),
                                number,
                                failure);
                    }
                });
    }

    // ------------------------------------------------------------ inner workings

    /** Makes a change after those before it, on the control lane. */
    private <T> CompletionStage<T> inTurn(final Supplier<CompletionStage<T>> change) {
        final CompletableFuture<T> done = new CompletableFuture<>();
        control.execute(() -> {
            final CompletionStage<T> next = lastChange.thenComposeAsync(before -> change.get(), control);
            lastChange = next.handle((result, failure) -> null);
            next.whenComplete((result, failure) -> {
                if (failure == null) {
                    done.complete(result);
                } else {
                    done.completeExceptionally(failure);
                }
            });
        });
        return done;
    }

    private CompletionStage<Void> storeRules(final String volume, final long number, final List<FittingRule> rules) {
        final String key = RULES_PREFIX + number;
        final CompletionStage<Void> stored =
                rules.isEmpty() ? catalog.remove(TOPIC, key) : catalog.put(TOPIC, key, Documents.rules(rules));
        return stored.thenRunAsync(
                () -> {
                    become(old -> old.withRules(number, rules));
                    LOG.info("access.rules.changed volume={} rules={}", volume, rules.size());
                },
                control);
    }

    private CompletionStage<ChapUser> storeUser(final StoredUser user) {
        return catalog.put(TOPIC, USER_PREFIX + user.name(), Documents.user(user))
                .thenApplyAsync(
                        done -> {
                            become(old -> old.withUsers(users -> users.put(user.name(), user)));
                            LOG.info("access.user.stored name={}", user.name());
                            return chapUsers.shown(user);
                        },
                        control);
    }

    private void become(final UnaryOperator<AccessState> change) {
        state = change.apply(state());
        listeners.forEach(Runnable::run);
    }

    /** The picture, or null while the catalog does not serve: then nobody gets in. */
    private AccessState readable() {
        try {
            return state();
        } catch (final StorageException notYet) {
            return null;
        }
    }

    /** The picture; UNAVAILABLE while the catalog does not serve. */
    private AccessState state() {
        final AccessState now = state;
        return now == null ? load() : now;
    }

    private synchronized AccessState load() {
        if (state == null) {
            final Map<Long, List<FittingRule>> rules = new HashMap<>();
            final Map<String, StoredUser> users = new TreeMap<>();
            AccessSettings settings = AccessSettings.DEFAULT;
            for (final Map.Entry<String, byte[]> document : catalog.all(TOPIC).entrySet()) {
                final String key = document.getKey();
                try {
                    if (key.startsWith(RULES_PREFIX)) {
                        final long number = Long.parseLong(key.substring(RULES_PREFIX.length()));
                        // Nobody gets in by rules that cannot be read.
                        rules.put(number, List.of());
                        rules.put(number, List.copyOf(Documents.rules(key, document.getValue())));
                    } else if (key.startsWith(USER_PREFIX)) {
                        final StoredUser user = Documents.user(key, document.getValue());
                        users.put(user.name(), user);
                    } else if (key.equals(SETTINGS_KEY)) {
                        settings = new AccessSettings(true, AccessSettings.ALGORITHMS);
                        final AccessSettings read = Documents.settings(key, document.getValue());
                        checkSettings(read);
                        settings = read;
                    }
                } catch (final StorageException damaged) {
                    LOG.error("access.document.unreadable key={} remedy=\"set it again\"", key, damaged);
                }
            }
            state = new AccessState(rules, users, settings);
        }
        return state;
    }

    private ChapCredential credential(final String user) {
        final AccessState now = readable();
        final StoredUser stored = now == null ? null : now.users().get(user);
        return stored == null ? null : chapUsers.credential(stored);
    }

    private Long number(final String volume) {
        return volume == null
                ? null
                : volumes.find(volume).map(found -> found.info().number()).orElse(null);
    }

    private long existing(final String volume) {
        final Long number = number(volume);
        if (number == null) {
            throw new StorageException(Code.NOT_FOUND, "no such volume: name=" + volume);
        }
        return number;
    }

    private void existingUser(final String name) {
        if (name == null || !state().users().containsKey(name)) {
            throw new StorageException(Code.NOT_FOUND, "no such user: name=" + name);
        }
    }

    private static boolean asksForProof(final List<FittingRule> rules, final Initiator who, final byte[] address) {
        return rules.stream().anyMatch(rule -> rule.asksForProof() && rule.fitsUnproven(who, address));
    }

    private static int indexOf(final List<FittingRule> rules, final String volume, final int id) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).rule().id() == id) {
                return i;
            }
        }
        throw new StorageException(Code.NOT_FOUND, "no such rule: volume=" + volume + " id=" + id);
    }

    private static VolumeAccess shown(final String volume, final AccessState now, final long number) {
        return new VolumeAccess(
                volume,
                now.rules().getOrDefault(number, List.of()).stream()
                        .map(FittingRule::rule)
                        .toList());
    }

    private static void checkSettings(final AccessSettings settings) {
        final List<String> algorithms = settings.chapAlgorithms();
        if (algorithms.isEmpty()
                || !AccessSettings.ALGORITHMS.containsAll(algorithms)
                || algorithms.stream().anyMatch(each -> Collections.frequency(algorithms, each) > 1)) {
            throw new StorageException(
                    Code.INVALID,
                    "chapAlgorithms: must be one or more, each once, of "
                            + String.join(", ", AccessSettings.ALGORITHMS));
        }
    }
}
