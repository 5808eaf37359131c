package org.isobar.api.balance;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Moves pages of volumes between pools as a policy says, while they serve. Any thread may call; failures are
 * {@link org.isobar.api.StorageException}, thrown or ending the stage.
 */
public interface BalanceService {
    /** Decisions that are remembered. */
    int HISTORY_MAX = 256;

    /** How things are. */
    BalanceStatus status();

    /** The last decisions, newest first; lost at a restart. */
    List<BalanceDecision> history();

    /**
     * Changes the settings; durable when the stage completes. INVALID naming the field, NOT_FOUND for a pool or volume that
     * is newly named and not there.
     */
    CompletionStage<BalanceSettings> change(BalanceSettings settings);

    /**
     * Asks the policy now, whatever the hour, and even while balancing is off, and begins to make the moves it wants.
     * CONFLICT while it is being asked already.
     */
    CompletionStage<BalanceDecision> runNow();

    /**
     * Tells why a page lies where it lies, and what would move it. NOT_FOUND for an unknown volume, INVALID for a page beyond
     * its end.
     */
    CompletionStage<PageExplanation> explain(String volume, long page);
}
