package org.isobar.common.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.isobar.common.Check;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;
import org.isobar.common.time.Clock;
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
 * All policies plugged in, of every kind, by name. A policy is a pure function that comes with a bundle of its own and is not
 * trusted: it runs off the lanes, one question at a time, and one that fails is fenced, which is to say that the built-in
 * policy answers in its place until the policy is plugged in anew or the fence is lifted. Any thread may call.
 */
@Component(service = Policies.class, configurationPid = "org.isobar.policies")
@Designate(ocd = Policies.Config.class)
public final class Policies {
    /** Name of the policy of every kind that is always there. */
    public static final String BUILT_IN = "built-in";

    /** Service property that names a policy. */
    public static final String POLICY_NAME = "policy.name";

    /** Settings. */
    @ObjectClassDefinition(name = "Isobar policies")
    public @interface Config {
        /** What is too slow. */
        @AttributeDefinition(
                name = "Limit of a call",
                description = "ms; a policy that takes longer for an answer is fenced",
                min = "1",
                max = "60000")
        long call_limit_ms() default 2_000;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Policies.class);
    private static final long IDLE_S = 30;
    private static final long LIMIT_MS_MIN = 1;
    private static final long LIMIT_MS_MAX = 60_000;

    private final Lane control;
    private final Clock clock;
    private final Executor offLanes;
    private final long limitMs;
    private final Runnable whenClosed;
    private final Map<String, PolicyRoom<?>> rooms = new ConcurrentSkipListMap<>();
    private final List<Consumer<PolicyKind<?>>> kindListeners = new CopyOnWriteArrayList<>();

    @Activate
    public Policies(final Config config, @Reference final Clock clock, @Reference final Lanes lanes) {
        this(lanes.control(), clock, threads(), config.call_limit_ms());
    }

    private Policies(final Lane control, final Clock clock, final ExecutorService threads, final long limitMs) {
        this(control, clock, threads, threads::shutdownNow, limitMs);
    }

    private Policies(
            final Lane control,
            final Clock clock,
            final Executor offLanes,
            final Runnable whenClosed,
            final long limitMs) {
        this.control = control;
        this.clock = clock;
        this.offLanes = offLanes;
        this.whenClosed = whenClosed;
        this.limitMs = Check.range("call.limit.ms", limitMs, LIMIT_MS_MIN, LIMIT_MS_MAX);
    }

    /**
     * An empty registry.
     *
     * @param offLanes runs what a policy does; may be slow, or never come back
     * @param limitMs how long a policy may take for an answer, 1 to 60000 ms
     */
    public Policies(final Lane control, final Clock clock, final Executor offLanes, final long limitMs) {
        this(control, clock, offLanes, Policies::nobodyHears, limitMs);
    }

    /** As many as policies are asked at a time; one that never answers keeps its thread, but not the process. */
    private static ExecutorService threads() {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_S,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Policies::thread,
                new ThreadPoolExecutor.DiscardPolicy());
    }

    private static Thread thread(final Runnable task) {
        final Thread thread = new Thread(task, "isobar-policy");
        thread.setDaemon(true);
        return thread;
    }

    /** Asks no policy any more. */
    @Deactivate
    void close() {
        whenClosed.run();
    }

    /** Makes a kind known: from now on its policies are listed. */
    public <P> void declare(final PolicyKind<P> kind) {
        room(kind);
    }

    /**
     * Selects a policy.
     *
     * @param policy its name; it need not be there
     * @param user who it is for, e.g. {@code volume=vol-a}
     */
    public <P> PolicyUse<P> use(final PolicyKind<P> kind, final String policy, final String user) {
        return use(kind, policy, user, Policies::nobodyHears);
    }

    /**
     * As {@link #use(PolicyKind, String, String)}.
     *
     * @param changed called on the control lane when, from now on, another policy answers: the selected one came, went, was
     *     fenced or is not fenced any more, or another one was selected
     */
    public <P> PolicyUse<P> use(
            final PolicyKind<P> kind, final String policy, final String user, final Runnable changed) {
        final PolicyRoom<P> room = room(kind);
        final PolicyUse<P> use = new PolicyUse<>(this, room, policy, user, changed);
        room.uses().add(use);
        return use;
    }

    /** Tries a policy; the name need not be there, and then the built-in one answers. */
    public <P> PolicyTrial<P> trial(final PolicyKind<P> kind, final String policy) {
        return new PolicyTrial<>(this, room(kind), policy);
    }

    /** Names that can be selected now. */
    public <P> Set<String> names(final PolicyKind<P> kind) {
        return room(kind).names();
    }

    /** Plugs a policy in; the result takes it out again. */
    public <P> Runnable plug(final PolicyKind<P> kind, final String name, final P policy, final PolicyOrigin origin) {
        Check.that(!name.equals(BUILT_IN), "name is taken: name=" + name);
        final PolicyRoom<P> room = room(kind);
        final PluggedPolicy<P> plugged = new PluggedPolicy<>(name, policy, origin);
        room.add(plugged);
        LOG.info(
                "policy.plugged kind={} name={} bundle={} version={}",
                kind.name(),
                name,
                origin.bundle(),
                origin.version());
        control.execute(() -> room.found(name));
        changed(room, name);
        return () -> {
            room.remove(plugged);
            LOG.info("policy.unplugged kind={} name={} bundle={}", kind.name(), name, origin.bundle());
            changed(room, name);
        };
    }

    /** All policies, by kind and name. */
    public List<PolicyInfo> policies() {
        final List<PolicyInfo> all = new ArrayList<>();
        rooms.values().forEach(room -> all.addAll(room.pictures()));
        return all;
    }

    /** What someone should look at: policies that are used and missing or fenced, each with what to do. */
    public List<String> warnings() {
        final List<String> all = new ArrayList<>();
        rooms.values().forEach(room -> all.addAll(room.warnings()));
        return all;
    }

    /** Lifts the fence of a policy, if there is one; empty when there is no such policy. */
    public Optional<PolicyInfo> unfence(final String kind, final String name) {
        final PolicyRoom<?> room = rooms.get(kind);
        return room == null ? Optional.empty() : unfence(room, name);
    }

    private <P> Optional<PolicyInfo> unfence(final PolicyRoom<P> room, final String name) {
        final PluggedPolicy<P> found = room.find(name);
        if (found == null) {
            return name.equals(BUILT_IN) ? Optional.of(room.picture(room.builtIn())) : Optional.empty();
        }
        if (found.fenced()) {
            found.unfence();
            LOG.info("policy.unfenced kind={} name={}", room.kind().name(), name);
            changed(room, name);
        }
        return Optional.of(room.picture(found));
    }

    void selected(final PolicyUse<?> use) {
        control.execute(use::tellChanged);
    }

    <P, A> CompletionStage<PolicyAnswer<A>> ask(final PolicyUse<P> use, final PolicyCall<P, A> call) {
        control.execute(() -> begin(use.room(), use.policy(), call));
        return call.answer();
    }

    <P, A> CompletionStage<PolicyAnswer<A>> ask(final PolicyTrial<P> trial, final PolicyCall<P, A> call) {
        control.execute(() -> begin(trial.room(), trial.policy(), call));
        return call.answer();
    }

    private <P, A> void begin(final PolicyRoom<P> room, final String name, final PolicyCall<P, A> call) {
        final PluggedPolicy<P> policy = room.find(name);
        if (policy == null && !name.equals(BUILT_IN) && room.tellMissing(name)) {
            LOG.warn("policy.missing kind={} name={} fallback={}", room.kind().name(), name, BUILT_IN);
        }
        if (policy == null
                || policy.fenced()
                || call.trial() != null && call.trial().fenced()
                || policy.waiting().size() >= PluggedPolicy.WAITING_MAX) {
            answerBuiltIn(room, call);
        } else if (policy.present() == null) {
            run(room, policy, call);
        } else {
            policy.waiting().add(call);
        }
    }

    private static <P> void answerBuiltIn(final PolicyRoom<P> room, final PolicyCall<P, ?> call) {
        if (call.trial() == null) {
            room.builtIn().called();
        }
        call.answerBuiltIn(room.kind().builtIn());
    }

    private <P, A> void run(final PolicyRoom<P> room, final PluggedPolicy<P> policy, final PolicyCall<P, A> call) {
        policy.present(call);
        if (call.trial() == null) {
            policy.called();
        }
        call.began(
                clock.nanoTime(),
                control.schedule(() -> late(room, policy, call), TimeUnit.MILLISECONDS.toNanos(limitMs)));
        offLanes.execute(() -> {
            final PolicyCall.Attempt<A> attempt = call.askAndCheck(policy.policy());
            control.execute(() -> ended(room, policy, call, attempt));
        });
    }

    private <P, A> void ended(
            final PolicyRoom<P> room,
            final PluggedPolicy<P> policy,
            final PolicyCall<P, A> call,
            final PolicyCall.Attempt<A> attempt) {
        if (policy.present() != call) {
            return;
        }
        final long tookMs = TimeUnit.NANOSECONDS.toMillis(call.ended(clock.nanoTime()));
        if (tookMs > limitMs) {
            failed(room, policy, call, tooSlow());
        } else if (attempt.wrong().isEmpty()) {
            call.answered(attempt.value(), policy.name());
            next(room, policy);
        } else {
            failed(room, policy, call, attempt.wrong());
        }
    }

    /** The thread that is busy with the answer is left to itself: what it comes to is not heard. */
    private <P, A> void late(final PolicyRoom<P> room, final PluggedPolicy<P> policy, final PolicyCall<P, A> call) {
        if (policy.present() == call) {
            failed(room, policy, call, tooSlow());
        }
    }

    private <P> void failed(
            final PolicyRoom<P> room, final PluggedPolicy<P> policy, final PolicyCall<P, ?> call, final String why) {
        if (call.trial() == null) {
            fence(room, policy, why);
            return;
        }
        LOG.warn("policy.trial.fenced kind={} name={} why=\"{}\"", room.kind().name(), policy.name(), why);
        call.trial().fence(why);
        answerBuiltIn(room, call);
        next(room, policy);
    }

    private String tooSlow() {
        return "took longer than " + limitMs + " ms";
    }

    private <P> void fence(final PolicyRoom<P> room, final PluggedPolicy<P> policy, final String why) {
        policy.fence(why);
        LOG.warn(
                "policy.fenced kind={} name={} bundle={} version={} fallback={} why=\"{}\"",
                room.kind().name(),
                policy.name(),
                policy.origin().bundle(),
                policy.origin().version(),
                BUILT_IN,
                why);
        final PolicyCall<P, ?> failed = policy.present();
        policy.present(null);
        final List<PolicyCall<P, ?>> all = new ArrayList<>(List.of(failed));
        all.addAll(policy.waiting());
        policy.waiting().clear();
        for (final PolicyCall<P, ?> one : all) {
            answerBuiltIn(room, one);
        }
        tellUsers(room, policy.name());
    }

    private <P> void next(final PolicyRoom<P> room, final PluggedPolicy<P> policy) {
        policy.present(null);
        final PolicyCall<P, ?> next = policy.waiting().poll();
        if (next != null) {
            run(room, policy, next);
        }
    }

    private <P> void changed(final PolicyRoom<P> room, final String name) {
        control.execute(() -> tellUsers(room, name));
    }

    private static <P> void tellUsers(final PolicyRoom<P> room, final String name) {
        for (final PolicyUse<P> use : room.uses()) {
            if (use.policy().equals(name)) {
                use.tellChanged();
            }
        }
    }

    /** Calls for each kind that is known or becomes known; twice for one that becomes known just now. */
    void onKind(final Consumer<PolicyKind<?>> listener) {
        kindListeners.add(listener);
        rooms.values().forEach(room -> listener.accept(room.kind()));
    }

    /** Kinds that become known are not told any more. */
    void offKind(final Consumer<PolicyKind<?>> listener) {
        kindListeners.remove(listener);
    }

    @SuppressWarnings("unchecked")
    private <P> PolicyRoom<P> room(final PolicyKind<P> kind) {
        PolicyRoom<?> room = rooms.get(kind.name());
        if (room == null) {
            room = new PolicyRoom<>(kind);
            final PolicyRoom<?> earlier = rooms.putIfAbsent(kind.name(), room);
            if (earlier == null) {
                kindListeners.forEach(listener -> listener.accept(kind));
            } else {
                room = earlier;
            }
        }
        Check.that(
                room.kind().type() == kind.type(),
                "kind is of another type: kind=" + kind.name() + " type=" + kind.type());
        return (PolicyRoom<P>) room;
    }

    private static void nobodyHears() {}
}
