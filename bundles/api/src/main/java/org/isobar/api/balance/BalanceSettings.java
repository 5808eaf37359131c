package org.isobar.api.balance;

import java.util.Set;
import java.util.TreeSet;
import org.isobar.api.StorageException;

/**
 * What an administrator says about balancing.
 *
 * @param enabled whether the policy is asked by itself
 * @param policy name of a BalancingPolicy, 1 to 64 of letters, digits, dash, underscore, dot
 * @param intervalS how often it is asked, in seconds; 10 to 86400
 * @param bytesPerSecond copied at most; 1048576 to 1099511627776
 * @param fromHour hour of the day, UTC, from which on it is asked; 0 to 23
 * @param untilHour hour of the day, UTC, before which it is asked; 1 to 24. Before {@code fromHour} means the next day
 * @param excludedPools pools that take no part; at most 256
 * @param excludedVolumes volumes whose pages stay; at most 256
 */
public record BalanceSettings(
        boolean enabled,
        String policy,
        int intervalS,
        long bytesPerSecond,
        int fromHour,
        int untilHour,
        Set<String> excludedPools,
        Set<String> excludedVolumes) {
    /** Those of a member for which none were set: off. */
    public static final BalanceSettings DEFAULT =
            new BalanceSettings(false, "adaptive", 60, 32L << 20, 0, 24, Set.of(), Set.of());

    private static final int INTERVAL_MIN_S = 10;
    private static final int INTERVAL_MAX_S = 86_400;
    private static final long RATE_MIN = 1L << 20;
    private static final long RATE_MAX = 1L << 40;
    private static final int HOURS = 24;
    private static final long HOUR_MS = 3_600_000;
    private static final int EXCLUDED_MAX = 256;

    /** Takes copies of the sets. */
    public BalanceSettings {
        if (policy == null || !policy.matches("[A-Za-z0-9._-]{1,64}")) {
            throw refused("policy: must be 1 to 64 of letters, digits, dash, underscore, dot, is " + policy);
        }
        check("intervalS", intervalS, INTERVAL_MIN_S, INTERVAL_MAX_S);
        check("bytesPerSecond", bytesPerSecond, RATE_MIN, RATE_MAX);
        check("fromHour", fromHour, 0, HOURS - 1);
        check("untilHour", untilHour, 1, HOURS);
        if (fromHour == untilHour) {
            throw refused("untilHour: must differ from fromHour=" + fromHour + "; 0 to 24 is the whole day");
        }
        check("excludedPools", excludedPools.size(), 0, EXCLUDED_MAX);
        check("excludedVolumes", excludedVolumes.size(), 0, EXCLUDED_MAX);
        excludedPools = Set.copyOf(excludedPools);
        excludedVolumes = Set.copyOf(excludedVolumes);
    }

    /** Whether the policy may be asked by itself at a time, in ms since 1970. */
    public boolean allows(final long wallMs) {
        final long hour = Math.floorMod(Math.floorDiv(wallMs, HOUR_MS), (long) HOURS);
        final boolean within =
                fromHour < untilHour ? hour >= fromHour && hour < untilHour : hour >= fromHour || hour < untilHour;
        return enabled && within;
    }

    /** These with it switched on or off. */
    public BalanceSettings withEnabled(final boolean on) {
        return new BalanceSettings(
                on, policy, intervalS, bytesPerSecond, fromHour, untilHour, excludedPools, excludedVolumes);
    }

    /** These with another policy. */
    public BalanceSettings withPolicy(final String other) {
        return new BalanceSettings(
                enabled, other, intervalS, bytesPerSecond, fromHour, untilHour, excludedPools, excludedVolumes);
    }

    /** These with another pace. */
    public BalanceSettings withPace(final int seconds, final long rate) {
        return new BalanceSettings(enabled, policy, seconds, rate, fromHour, untilHour, excludedPools, excludedVolumes);
    }

    /** These with other hours. */
    public BalanceSettings withHours(final int from, final int until) {
        return new BalanceSettings(
                enabled, policy, intervalS, bytesPerSecond, from, until, excludedPools, excludedVolumes);
    }

    /** These with a pool that takes part or does not. */
    public BalanceSettings withPool(final String pool, final boolean included) {
        return new BalanceSettings(
                enabled,
                policy,
                intervalS,
                bytesPerSecond,
                fromHour,
                untilHour,
                changed(excludedPools, pool, included),
                excludedVolumes);
    }

    /** These with a volume that takes part or does not. */
    public BalanceSettings withVolume(final String volume, final boolean included) {
        return new BalanceSettings(
                enabled,
                policy,
                intervalS,
                bytesPerSecond,
                fromHour,
                untilHour,
                excludedPools,
                changed(excludedVolumes, volume, included));
    }

    private static Set<String> changed(final Set<String> excluded, final String name, final boolean included) {
        final Set<String> all = new TreeSet<>(excluded);
        if (included) {
            all.remove(name);
        } else {
            all.add(name);
        }
        return all;
    }

    private static void check(final String name, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw refused(name + ": must be " + min + " to " + max + ", is " + value);
        }
    }

    private static StorageException refused(final String message) {
        return new StorageException(StorageException.Code.INVALID, message);
    }
}
