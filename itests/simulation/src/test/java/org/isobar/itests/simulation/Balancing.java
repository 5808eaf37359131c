package org.isobar.itests.simulation;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.balance.BalanceSettings;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeMoves;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyOrigin;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancingPolicy;
import org.isobar.volume.balance.BalancedVolume;
import org.isobar.volume.balance.Balancer;
import org.isobar.volume.heat.HeatClock;
import org.isobar.volume.heat.PageHeat;

/** The product's balancer in a simulated member, with a policy that wants many pages elsewhere whenever it is asked. */
final class Balancing {
    /** What asking may end in although nothing is wrong: it is asked already, or the member does not serve yet. */
    private static final Set<Code> EXPECTED = Set.of(Code.CONFLICT, Code.UNAVAILABLE);

    private static final String POLICY = "restless";
    private static final BalanceSettings FAST =
            BalanceSettings.DEFAULT.withPolicy(POLICY).withPace(10, 1L << 32);
    private static final int HALF_LIFE_S = 10;

    private final SimulatedMember member;
    private final List<ModelledVolume> volumes;
    private Map<Long, PageHeat> heats;
    private Balancer balancer;
    private Throwable unexpected;

    Balancing(final SimulatedMember member, final List<ModelledVolume> volumes) {
        this.member = member;
        this.volumes = volumes;
    }

    /** The member has started. */
    void start() {
        heats = new HashMap<>();
        balancer = new Balancer(
                this::balanced,
                member.pages(),
                member.pools(),
                nothingMovesAsAWhole(),
                member.catalog(),
                member.policies(),
                member.sim().lanes(),
                member.sim().clock());
        final BalancingPolicy policy = Balancing::restless;
        member.policies()
                .plug(
                        new PolicyKind<>("balancing", BalancingPolicy.class, policy),
                        POLICY,
                        policy,
                        new PolicyOrigin("org.example.restless", "1.0.0", 0));
    }

    /** Counts a request for a page, and mostly asks the policy. */
    void ask(final ModelledVolume volume, final Random random) {
        final PageHeat heat = heat(volume);
        heat.count(random.nextInt((int) heat.pageCount()), random.nextBoolean(), 1 + random.nextInt(100));
        if (balancer.status().settings().equals(FAST)) {
            expectMostly(balancer.runNow());
        } else {
            expectMostly(balancer.change(FAST));
        }
    }

    private void expectMostly(final CompletionStage<?> stage) {
        stage.whenComplete((done, failure) -> {
            final Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause != null && !(cause instanceof StorageException known && EXPECTED.contains(known.code()))) {
                unexpected = cause;
            }
        });
    }

    /** Begins no more moves. */
    void stop() {
        balancer.close();
    }

    /** Asking may not have ended in anything unheard of. */
    void verify() {
        if (unexpected != null) {
            throw new AssertionError("balancing ended in " + unexpected, unexpected);
        }
    }

    private static BalancePlan restless(final BalancePicture picture) {
        final SplittableRandom random = new SplittableRandom(picture.hashCode());
        final List<BalanceMove> moves = new ArrayList<>();
        for (final BalancePage page : picture.pages()) {
            final String to =
                    picture.pools().get(random.nextInt(picture.pools().size())).name();
            if (!to.equals(page.pool()) && random.nextInt(3) == 0) {
                moves.add(new BalanceMove(page.volume(), page.page(), page.pool(), to, "restless", 0));
            }
        }
        return new BalancePlan(moves, "restless");
    }

    private PageHeat heat(final ModelledVolume volume) {
        return heats.computeIfAbsent(
                volume.number(),
                any -> new PageHeat(
                        new HeatClock(member.sim().clock(), member.sim().lanes().control(), HALF_LIFE_S),
                        (volume.space().sizeBytes() + volume.pageBytes() - 1) / volume.pageBytes(),
                        volume.pageBytes()));
    }

    private List<BalancedVolume> balanced() {
        return volumes.stream().<BalancedVolume>map(Seen::new).toList();
    }

    private static VolumeMoves nothingMovesAsAWhole() {
        return (VolumeMoves) Proxy.newProxyInstance(
                Balancing.class.getClassLoader(), new Class<?>[] {VolumeMoves.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("moves")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return List.of();
                });
    }

    /** A volume as the balancer sees it. */
    private final class Seen implements BalancedVolume {
        private final ModelledVolume volume;

        Seen(final ModelledVolume volume) {
            this.volume = volume;
        }

        @Override
        public long number() {
            return volume.number();
        }

        @Override
        public String name() {
            return Long.toString(volume.number());
        }

        @Override
        public VolumeInfo info() {
            throw new UnsupportedOperationException("nobody asks");
        }

        @Override
        public int pageBytes() {
            return volume.pageBytes();
        }

        @Override
        public boolean pinned() {
            return false;
        }

        @Override
        public PageHeat heat() {
            return Balancing.this.heat(volume);
        }

        @Override
        public List<String> pools() {
            return volume.space().allocation().pools();
        }

        @Override
        public String poolOf(final long page) {
            return volume.space().poolOf(page);
        }
    }
}
