package org.isobar.common.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The policies of one kind, and who uses them. Any thread. */
final class PolicyRoom<P> {
    private static final PolicyOrigin PRODUCT = new PolicyOrigin("", "", Integer.MIN_VALUE);

    private final PolicyKind<P> kind;
    private final PluggedPolicy<P> builtIn;
    /** Of one name the one that serves comes first. */
    private final CopyOnWriteArrayList<PluggedPolicy<P>> plugged = new CopyOnWriteArrayList<>();

    private final Set<PolicyUse<P>> uses = ConcurrentHashMap.newKeySet();
    /** Names of missing policies that were logged; control lane only. */
    private final Set<String> toldMissing = new TreeSet<>();

    PolicyRoom(final PolicyKind<P> kind) {
        this.kind = kind;
        builtIn = new PluggedPolicy<>(Policies.BUILT_IN, kind.builtIn(), PRODUCT);
    }

    PolicyKind<P> kind() {
        return kind;
    }

    Set<PolicyUse<P>> uses() {
        return uses;
    }

    synchronized void add(final PluggedPolicy<P> one) {
        int at = 0;
        while (at < plugged.size()
                && plugged.get(at).origin().ranking() >= one.origin().ranking()) {
            at++;
        }
        plugged.add(at, one);
    }

    void remove(final PluggedPolicy<P> one) {
        plugged.remove(one);
    }

    /** The one that serves under a name, or null. */
    PluggedPolicy<P> find(final String name) {
        for (final PluggedPolicy<P> one : plugged) {
            if (one.name().equals(name)) {
                return one;
            }
        }
        return null;
    }

    PluggedPolicy<P> builtIn() {
        return builtIn;
    }

    /** Whether it should be said now that a policy is missing. */
    boolean tellMissing(final String name) {
        return toldMissing.add(name);
    }

    void found(final String name) {
        toldMissing.remove(name);
    }

    Set<String> names() {
        final Set<String> names = new TreeSet<>(Set.of(Policies.BUILT_IN));
        plugged.forEach(one -> names.add(one.name()));
        return names;
    }

    private List<String> usersOf(final String name) {
        return uses.stream()
                .filter(use -> use.policy().equals(name))
                .map(PolicyUse::user)
                .sorted()
                .toList();
    }

    List<PolicyInfo> pictures() {
        final List<PolicyInfo> pictures = new ArrayList<>();
        pictures.add(picture(builtIn));
        plugged.forEach(one -> pictures.add(picture(one)));
        pictures.sort(Comparator.comparing(PolicyInfo::name));
        return pictures;
    }

    PolicyInfo picture(final PluggedPolicy<P> one) {
        final boolean serves = one == builtIn || find(one.name()) == one;
        return new PolicyInfo(
                kind.name(),
                one.name(),
                one.origin().bundle(),
                one.origin().version(),
                serves ? usersOf(one.name()) : List.of(),
                one.calls(),
                one.failures(),
                one.fenced(),
                one.fence());
    }

    List<String> warnings() {
        final List<String> warnings = new ArrayList<>();
        final Set<String> wanted = new TreeSet<>();
        uses.forEach(use -> wanted.add(use.policy()));
        wanted.remove(Policies.BUILT_IN);
        for (final String name : wanted) {
            final PluggedPolicy<P> one = find(name);
            if (one == null) {
                warnings.add("policy is missing, the built-in one decides: kind=" + kind.name() + " name=" + name
                        + " usedBy=" + usersOf(name) + "; install its bundle or select another");
            } else if (one.fenced()) {
                warnings.add("policy is fenced, the built-in one decides: kind=" + kind.name() + " name=" + name
                        + " usedBy=" + usersOf(name) + " why=\"" + one.fence()
                        + "\"; update its bundle, or policy:unfence " + kind.name() + " " + name);
            }
        }
        return warnings;
    }
}
