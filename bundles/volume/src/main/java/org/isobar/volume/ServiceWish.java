package org.isobar.volume;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.PoolInfo;

/** What a volume asks of its pool, in numbers; see {@link #parse}. */
final class ServiceWish {
    private static final Pattern CONDITION =
            Pattern.compile("\\s*(degraded\\.)?([a-z-]+)\\s*>=\\s*([0-9]{1,12}(?:\\.[0-9]{1,3})?)\\s*");
    private static final Map<String, ToDoubleFunction<ClassOfService>> FIGURES = new LinkedHashMap<>();

    static {
        FIGURES.put("read-iops", service -> service.normal().readsPerS());
        FIGURES.put("write-iops", service -> service.normal().writesPerS());
        FIGURES.put("read-mib", service -> service.normal().readMibPerS());
        FIGURES.put("write-mib", service -> service.normal().writeMibPerS());
        FIGURES.put("degraded.read-iops", service -> service.degraded().readsPerS());
        FIGURES.put("degraded.write-iops", service -> service.degraded().writesPerS());
        FIGURES.put("degraded.read-mib", service -> service.degraded().readMibPerS());
        FIGURES.put("degraded.write-mib", service -> service.degraded().writeMibPerS());
        FIGURES.put("failures", ClassOfService::failuresSurvived);
        FIGURES.put("efficiency", ClassOfService::efficiencyPercent);
    }

    private final List<Condition> conditions;

    private ServiceWish(final List<Condition> conditions) {
        this.conditions = conditions;
    }

    /** One figure and its least value. */
    private record Condition(String figure, double least) {
        double offered(final PoolInfo pool) {
            return FIGURES.get(figure).applyAsDouble(pool.service());
        }

        boolean holds(final PoolInfo pool) {
            return offered(pool) >= least;
        }

        @Override
        public String toString() {
            return figure + ">=" + shown(least);
        }
    }

    /**
     * Reads conditions with commas between them, e.g. {@code read-iops>=5000,failures>=1,degraded.read-mib>=100}.
     *
     * @throws StorageException INVALID when it is something else
     */
    static ServiceWish parse(final String text) {
        final List<Condition> conditions = new ArrayList<>();
        for (final String part : text.split(",", -1)) {
            final Matcher matcher = CONDITION.matcher(part);
            final String figure =
                    matcher.matches() ? (matcher.group(1) == null ? "" : matcher.group(1)) + matcher.group(2) : "";
            if (!FIGURES.containsKey(figure)) {
                throw new StorageException(
                        Code.INVALID,
                        "service: must be conditions like read-iops>=5000,failures>=1 about " + FIGURES.keySet()
                                + ", or the name of one that is set, is " + text);
            }
            conditions.add(new Condition(figure, Double.parseDouble(matcher.group(3))));
        }
        return new ServiceWish(conditions);
    }

    /** Whether a pool promises all that is wanted; what is not known of it does not count. */
    boolean satisfied(final PoolInfo pool) {
        return conditions.stream().allMatch(condition -> condition.holds(pool));
    }

    /**
     * The pool that takes the fewest raw bytes for a byte of data, of those that promise all and have room; of equal ones that
     * with most room, then the first.
     *
     * @throws StorageException INVALID with what no pool promises, NO_SPACE when those that do have no room
     */
    PoolInfo cheapest(final List<PoolInfo> pools, final long sizeBytes) {
        final List<PoolInfo> fit = pools.stream().filter(this::satisfied).toList();
        if (fit.isEmpty()) {
            throw new StorageException(Code.INVALID, "service: no pool promises " + this + ": " + lacking(pools));
        }
        return fit.stream()
                .filter(pool -> freeBytes(pool) >= sizeBytes)
                .max(Comparator.<PoolInfo>comparingInt(pool -> pool.service().efficiencyPercent())
                        .thenComparingLong(ServiceWish::freeBytes)
                        .thenComparing(PoolInfo::name, Comparator.reverseOrder()))
                .orElseThrow(() -> new StorageException(
                        Code.NO_SPACE,
                        "no pool that promises the service has room for the volume: sizeBytes=" + sizeBytes
                                + " service=" + this + " pools="
                                + fit.stream().map(PoolInfo::name).toList()));
    }

    private static long freeBytes(final PoolInfo pool) {
        return pool.capacityBytes() - pool.usedBytes() + pool.growableBytes();
    }

    /** What no pool promises, with the best that there is; or else what each pool lacks. */
    private String lacking(final List<PoolInfo> pools) {
        final List<String> parts = new ArrayList<>();
        for (final Condition condition : conditions) {
            if (pools.stream().noneMatch(condition::holds)) {
                parts.add(pools.stream()
                        .max(Comparator.comparingDouble(condition::offered))
                        .map(best -> condition + ", the best is pool " + best.name() + " with "
                                + shown(condition.offered(best)))
                        .orElse("there is no pool"));
            }
        }
        if (parts.isEmpty()) {
            for (final PoolInfo pool : pools) {
                parts.add("pool " + pool.name() + " not "
                        + conditions.stream()
                                .filter(condition -> !condition.holds(pool))
                                .toList());
            }
        }
        return String.join("; ", parts);
    }

    private static String shown(final double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    @Override
    public String toString() {
        return String.join(",", conditions.stream().map(Condition::toString).toList());
    }
}
