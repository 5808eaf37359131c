package org.isobar.scsi.reservation;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.isobar.scsi.reservation.Outcome.Notice;
import org.isobar.scsi.reservation.Outcome.Result;
import org.isobar.scsi.reservation.ReserveOut.Action;

/** What each change of reservations does (SPC-4 §5.13 and §6.16, SPC-2 §5.5): pure functions of state and command. */
public final class ReservationRules {
    private static final int SERVICE_ACTION_FIELD = 1;
    private static final int TYPE_FIELD = 2;
    private static final int ACTION_KEY_FIELD = 8;
    private static final int TARGET_PORT_FIELD = 18;
    private static final int TRANSPORT_IDS_FIELD = 24;

    private ReservationRules() {}

    /** PERSISTENT RESERVE OUT. */
    public static Outcome reserveOut(final ReservationState now, final ReserveOut order) {
        if (now.unreadable()) {
            return Outcome.refused(now, Result.UNREADABLE);
        }
        if (now.legacyHolder() != null) {
            return Outcome.refused(now, Result.CONFLICT);
        }
        final Long own = now.keys().get(order.nexus());
        if (order.action() == Action.REGISTER) {
            return order.key() == (own == null ? 0 : own)
                    ? register(now, order)
                    : Outcome.refused(now, Result.CONFLICT);
        }
        if (order.action() == Action.REGISTER_AND_IGNORE_EXISTING_KEY) {
            return register(now, order);
        }
        if (own == null || own != order.key()) {
            return Outcome.refused(now, Result.CONFLICT);
        }
        return switch (order.action()) {
            case RESERVE -> reserve(now, order);
            case RELEASE -> release(now, order);
            case CLEAR -> clear(now, order.nexus());
            case PREEMPT -> preempt(now, order);
            case PREEMPT_AND_ABORT -> {
                final Outcome outcome = preempt(now, order);
                yield outcome.result() == Result.GOOD ? outcome.aborting(gone(now, outcome.next())) : outcome;
            }
            default -> move(now, order);
        };
    }

    /** RESERVE (6) and (10) (SPC-2 §7.21, with the exceptions of SPC-4 §5.13.3). */
    public static Outcome legacyReserve(final ReservationState now, final NexusName nexus) {
        final Outcome decided = legacyDecided(now, nexus);
        if (decided != null) {
            return decided;
        }
        if (now.legacyHolder() == null) {
            return Outcome.good(now.legacyHolder(nexus));
        }
        return now.legacyHolder().equals(nexus) ? Outcome.good(now) : Outcome.refused(now, Result.CONFLICT);
    }

    /** RELEASE (6) and (10) (SPC-2 §7.17): nothing to release is no error. */
    public static Outcome legacyRelease(final ReservationState now, final NexusName nexus) {
        final Outcome decided = legacyDecided(now, nexus);
        return decided == null ? legacyLost(now, nexus) : decided;
    }

    /** The nexus is lost: so is what it reserved by RESERVE (6); registrations stay. */
    public static Outcome legacyLost(final ReservationState now, final NexusName nexus) {
        return nexus.equals(now.legacyHolder()) ? reset(now) : Outcome.good(now);
    }

    /** A reset ends reservations of RESERVE (6) and no others. */
    public static Outcome reset(final ReservationState now) {
        return Outcome.good(now.legacyHolder() == null ? now : now.legacyHolder(null));
    }

    /** An administrator takes everything away, what cannot be read too. */
    public static Outcome wipe(final ReservationState now) {
        final Map<NexusName, Long> none = Map.of();
        if (now.unreadable()) {
            return Outcome.good(ReservationState.NONE);
        }
        final Outcome cleared = Outcome.good(
                now.registrations(none, null, null), told(now.keys().keySet(), Notice.RESERVATIONS_PREEMPTED, null));
        return new Outcome(
                Result.GOOD, 0, cleared.next().persisting(false).legacyHolder(null), cleared.told(), Set.of());
    }

    /** The registrations (or the persistent reservation of the nexus) decide, else null. */
    private static Outcome legacyDecided(final ReservationState now, final NexusName nexus) {
        if (now.unreadable()) {
            return Outcome.refused(now, Result.UNREADABLE);
        }
        if (now.admits(nexus)) {
            return Outcome.good(now);
        }
        return now.keys().isEmpty() ? null : Outcome.refused(now, Result.CONFLICT);
    }

    /** SPC-4 §5.13.7, table of register behaviours; the key has been checked. */
    private static Outcome register(final ReservationState now, final ReserveOut order) {
        final boolean registered = now.registered(order.nexus());
        if (registered && order.named()) {
            return Outcome.refused(now, Result.INVALID_CDB, SERVICE_ACTION_FIELD);
        }
        if (order.actionKey() == 0) {
            return registered ? unregister(now, order) : Outcome.good(now);
        }
        final Map<NexusName, Long> keys = new LinkedHashMap<>(now.keys());
        final Set<NexusName> registering = new LinkedHashSet<>(ports(order, order.nexus()));
        for (final TransportId id : order.ports()) {
            final Set<NexusName> named = nexuses(now, order, id);
            if (named.isEmpty()) {
                return Outcome.refused(now, Result.INVALID_PARAMETER, TRANSPORT_IDS_FIELD);
            }
            registering.addAll(named);
        }
        registering.forEach(nexus -> keys.put(nexus, order.actionKey()));
        if (keys.size() > ReservationState.MAX_REGISTRATIONS) {
            return Outcome.refused(now, Result.NO_RESOURCES);
        }
        return Outcome.good(now.registrations(keys, now.type(), now.holder()).persisting(order.persist()));
    }

    private static Outcome unregister(final ReservationState now, final ReserveOut order) {
        final Map<NexusName, Long> keys = new LinkedHashMap<>(now.keys());
        final long own = keys.get(order.nexus());
        ports(order, order.nexus()).forEach(nexus -> keys.remove(nexus, own));
        final boolean ends =
                now.type() != null && (now.type().allRegistrants() ? keys.isEmpty() : !keys.containsKey(now.holder()));
        final ReservationState next =
                now.registrations(keys, ends ? null : now.type(), now.holder()).persisting(order.persist());
        final boolean tell = ends && now.type().registrants();
        return Outcome.good(next, tell ? told(keys.keySet(), Notice.RESERVATIONS_RELEASED, null) : Map.of());
    }

    private static Outcome reserve(final ReservationState now, final ReserveOut order) {
        if (order.type() == null) {
            return Outcome.refused(now, Result.INVALID_CDB, TYPE_FIELD);
        }
        if (now.type() == null) {
            return Outcome.good(now.reserved(order.type(), order.nexus()));
        }
        return now.holds(order.nexus()) && now.type() == order.type()
                ? Outcome.good(now)
                : Outcome.refused(now, Result.CONFLICT);
    }

    private static Outcome release(final ReservationState now, final ReserveOut order) {
        if (order.type() == null) {
            return Outcome.refused(now, Result.INVALID_CDB, TYPE_FIELD);
        }
        if (!now.holds(order.nexus())) {
            return Outcome.good(now);
        }
        if (now.type() != order.type()) {
            return Outcome.refused(now, Result.INVALID_RELEASE);
        }
        return Outcome.good(
                now.reserved(null, null),
                now.type().registrants()
                        ? told(now.keys().keySet(), Notice.RESERVATIONS_RELEASED, order.nexus())
                        : Map.of());
    }

    private static Outcome clear(final ReservationState now, final NexusName by) {
        return Outcome.good(
                now.registrations(Map.of(), null, null), told(now.keys().keySet(), Notice.RESERVATIONS_PREEMPTED, by));
    }

    /** SPC-4 §5.13.11.4: takes the reservation over, or removes registrations alone. */
    private static Outcome preempt(final ReservationState now, final ReserveOut order) {
        final boolean shared = now.type() != null && now.type().allRegistrants();
        final boolean takesOver =
                now.type() != null && (shared ? order.actionKey() == 0 : now.reservationKey() == order.actionKey());
        if (!takesOver && order.actionKey() == 0) {
            return Outcome.refused(now, Result.INVALID_PARAMETER, ACTION_KEY_FIELD);
        }
        if (takesOver && order.type() == null) {
            return Outcome.refused(now, Result.INVALID_CDB, TYPE_FIELD);
        }
        final Map<NexusName, Long> keys = new LinkedHashMap<>(now.keys());
        keys.entrySet()
                .removeIf(each -> ((takesOver && shared) || each.getValue() == order.actionKey())
                        && !(takesOver && each.getKey().equals(order.nexus())));
        if (!takesOver && keys.size() == now.keys().size()) {
            return Outcome.refused(now, Result.CONFLICT);
        }
        final Set<NexusName> leaving = new LinkedHashSet<>(now.keys().keySet());
        leaving.removeAll(keys.keySet());
        final Map<NexusName, Notice> told = told(leaving, Notice.REGISTRATIONS_PREEMPTED, order.nexus());
        if (!takesOver) {
            return Outcome.good(now.registrations(keys, keys.isEmpty() ? null : now.type(), now.holder()), told);
        }
        if (order.type() != now.type()) {
            told.putAll(told(keys.keySet(), Notice.RESERVATIONS_RELEASED, order.nexus()));
        }
        return Outcome.good(now.registrations(keys, order.type(), order.nexus()), told);
    }

    /** SPC-4 §5.13.8. */
    private static Outcome move(final ReservationState now, final ReserveOut order) {
        if (now.type() == null) {
            return Outcome.refused(now, Result.INVALID_CDB, SERVICE_ACTION_FIELD);
        }
        if (now.type().allRegistrants() || !now.holds(order.nexus())) {
            return Outcome.refused(now, Result.CONFLICT);
        }
        if (order.actionKey() == 0) {
            return Outcome.refused(now, Result.INVALID_PARAMETER, ACTION_KEY_FIELD);
        }
        if (!order.targetPorts().contains(order.targetPort())) {
            return Outcome.refused(now, Result.INVALID_PARAMETER, TARGET_PORT_FIELD);
        }
        final TransportId id = order.ports().get(0);
        final NexusName to = new NexusName(id.initiatorName(), id.isid(), order.targetPort());
        if (id.isid() == TransportId.ANY_PORT || to.equals(order.nexus())) {
            return Outcome.refused(now, Result.INVALID_PARAMETER, TRANSPORT_IDS_FIELD);
        }
        final Map<NexusName, Long> keys = new LinkedHashMap<>(now.keys());
        keys.put(to, order.actionKey());
        if (order.unregister()) {
            keys.remove(order.nexus());
        }
        return keys.size() > ReservationState.MAX_REGISTRATIONS
                ? Outcome.refused(now, Result.NO_RESOURCES)
                : Outcome.good(now.registrations(keys, now.type(), to).persisting(order.persist()));
    }

    /** Nexuses that a PREEMPT AND ABORT preempted: all whose registration it removed. */
    private static Set<NexusName> gone(final ReservationState before, final ReservationState after) {
        final Set<NexusName> gone = new HashSet<>(before.keys().keySet());
        gone.removeAll(after.keys().keySet());
        return gone;
    }

    /** The nexuses that a TransportID stands for; none when a node is unknown. */
    private static Set<NexusName> nexuses(final ReservationState now, final ReserveOut order, final TransportId id) {
        final Set<NexusName> found = new LinkedHashSet<>();
        if (id.isid() != TransportId.ANY_PORT) {
            found.addAll(ports(
                    order,
                    new NexusName(id.initiatorName(), id.isid(), order.nexus().targetPort())));
            return found;
        }
        final Set<NexusName> known = new LinkedHashSet<>(order.loggedIn());
        known.addAll(now.keys().keySet());
        for (final NexusName nexus : known) {
            if (nexus.initiatorName().equals(id.initiatorName())) {
                found.addAll(ports(order, nexus.at(order.nexus().targetPort())));
            }
        }
        return found;
    }

    /** The nexuses of an initiator port that a registration is for: one, or those of all target ports. */
    private static Collection<NexusName> ports(final ReserveOut order, final NexusName nexus) {
        final Set<NexusName> ports = new LinkedHashSet<>();
        ports.add(nexus);
        if (order.allPorts()) {
            order.targetPorts().forEach(port -> ports.add(nexus.at(port)));
        }
        return ports;
    }

    private static Map<NexusName, Notice> told(final Set<NexusName> nexuses, final Notice notice, final NexusName but) {
        final Map<NexusName, Notice> told = new LinkedHashMap<>();
        nexuses.forEach(nexus -> {
            if (!nexus.equals(but)) {
                told.put(nexus, notice);
            }
        });
        return told;
    }
}
