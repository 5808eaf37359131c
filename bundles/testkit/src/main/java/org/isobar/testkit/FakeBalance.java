package org.isobar.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.balance.BalanceDecision;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.BalanceSettings;
import org.isobar.api.balance.BalanceStatus;
import org.isobar.api.balance.PageExplanation;
import org.isobar.api.volume.VolumeService;

/** Balancing that decides to move two pages whenever it is asked, for tests of the skins. */
final class FakeBalance implements BalanceService {
    private static final List<String> POLICIES = List.of("adaptive", "stay");

    private final List<BalanceDecision> history = new ArrayList<>();
    private final VolumeService volumes;
    private BalanceSettings settings = BalanceSettings.DEFAULT;

    FakeBalance(final VolumeService volumes) {
        this.volumes = volumes;
    }

    @Override
    public BalanceStatus status() {
        return new BalanceStatus(
                settings,
                POLICIES,
                settings.enabled() ? BalanceStatus.State.WAITING : BalanceStatus.State.OFF,
                history.isEmpty() ? null : history.get(0),
                0,
                new BalanceStatus.Counters(history.size(), 0, history.size(), history.size() * 4096L, history.size()));
    }

    @Override
    public List<BalanceDecision> history() {
        return List.copyOf(history);
    }

    @Override
    public CompletionStage<BalanceSettings> change(final BalanceSettings wanted) {
        if (!POLICIES.contains(wanted.policy())) {
            return CompletableFuture.failedFuture(new StorageException(
                    Code.INVALID, "policy: must be one of " + POLICIES + ", is " + wanted.policy()));
        }
        settings = wanted;
        return CompletableFuture.completedFuture(wanted);
    }

    @Override
    public CompletionStage<PageExplanation> explain(final String volume, final long page) {
        if (!volumes.find(volume).isPresent()) {
            return CompletableFuture.failedFuture(
                    new StorageException(Code.NOT_FOUND, "no such volume: name=" + volume));
        }
        final boolean moved = !history.isEmpty();
        return CompletableFuture.completedFuture(new PageExplanation(
                volume,
                page,
                page > 100 ? null : "A",
                "A",
                "most-free",
                moved ? 2000 : 0,
                moved ? "B" : null,
                moved ? "adaptive" : null,
                moved ? "busy" : null,
                1000,
                1.5,
                0,
                3,
                settings.enabled() ? null : "balancing is off",
                settings.policy(),
                "more requests"));
    }

    @Override
    public CompletionStage<BalanceDecision> runNow() {
        history.add(0, new BalanceDecision(1000, settings.policy(), "saves 1.00 s", 1, 2, 1, 4096, 1, 1.0));
        return CompletableFuture.completedFuture(history.get(0));
    }
}
