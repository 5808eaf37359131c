package org.isobar.scsi.reservation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Registrations and reservation of a logical unit at one moment. Immutable. */
public final class ReservationState {
    /** Nobody registered, nothing reserved: a unit after power on. */
    public static final ReservationState NONE = new ReservationState(0, false, Map.of(), null, null, null, false);
    /** What is kept with the devices cannot be read: nobody knows who may do what. */
    public static final ReservationState UNREADABLE = new ReservationState(0, false, Map.of(), null, null, null, true);

    /** Registrations of one unit; beyond that: INSUFFICIENT REGISTRATION RESOURCES. */
    public static final int MAX_REGISTRATIONS = 256;

    private final int generation;
    private final boolean persists;
    /** In order of registration. */
    private final Map<NexusName, Long> keys;

    private final ReservationType type;
    private final NexusName holder;
    private final NexusName legacyHolder;
    private final boolean unreadable;
    private final boolean restricts;

    private ReservationState(
            final int generation,
            final boolean persists,
            final Map<NexusName, Long> keys,
            final ReservationType type,
            final NexusName holder,
            final NexusName legacyHolder,
            final boolean unreadable) {
        this.generation = generation;
        this.persists = persists;
        this.keys = keys;
        this.type = type;
        this.holder = holder;
        this.legacyHolder = legacyHolder;
        this.unreadable = unreadable;
        restricts = type != null || legacyHolder != null || unreadable;
    }

    /** What is there after a restart. */
    static ReservationState kept(final Map<NexusName, Long> keys, final ReservationType type, final NexusName holder) {
        return new ReservationState(0, true, copy(keys), type, holder, null, false);
    }

    /** PRGENERATION. */
    public int generation() {
        return generation;
    }

    /** PTPL_A: registrations and reservation survive a restart. */
    public boolean persists() {
        return persists;
    }

    /** Reservation keys of the registered nexuses, in order of registration. */
    public Map<NexusName, Long> keys() {
        return keys;
    }

    /** The persistent reservation's type, or null when there is none. */
    public ReservationType type() {
        return type;
    }

    /** Who holds the persistent reservation; null when nobody or every registrant does. */
    public NexusName holder() {
        return holder;
    }

    /** Who reserved by RESERVE (6) or (10) (SPC-2 §7.21), or null. */
    public NexusName legacyHolder() {
        return legacyHolder;
    }

    public boolean unreadable() {
        return unreadable;
    }

    /** Whether any command of any nexus may conflict: looked at for each command, so it costs no more than a read. */
    public boolean restricts() {
        return restricts;
    }

    public boolean registered(final NexusName nexus) {
        return keys.containsKey(nexus);
    }

    /** Whether the nexus holds the persistent reservation. */
    public boolean holds(final NexusName nexus) {
        return type != null && (type.allRegistrants() ? registered(nexus) : nexus.equals(holder));
    }

    /** RESERVATION KEY of READ RESERVATION: 0 when every registrant holds it. */
    public long reservationKey() {
        return holder == null ? 0 : keys.get(holder);
    }

    /** Whether a nexus has access under the persistent reservation. */
    public boolean admits(final NexusName nexus) {
        return holds(nexus) || (type != null && type.registrants() && registered(nexus));
    }

    /** Bits of the {@link Access}es that a nexus does not have now. */
    public int denied(final NexusName nexus) {
        final int use = Access.READ.bit() | Access.WRITE.bit();
        if (unreadable) {
            return use | Access.STATUS.bit() | Access.PERSISTENT.bit();
        }
        if (legacyHolder != null) {
            return Access.PERSISTENT.bit() | (legacyHolder.equals(nexus) ? 0 : use | Access.STATUS.bit());
        }
        if (type == null || admits(nexus)) {
            return 0;
        }
        return type.othersMayRead() ? Access.WRITE.bit() : use;
    }

    ReservationState reserved(final ReservationType newType, final NexusName newHolder) {
        return with(generation, persists, keys, newType, newHolder);
    }

    /** Other registrations, in a new generation. */
    ReservationState registrations(
            final Map<NexusName, Long> newKeys, final ReservationType newType, final NexusName newHolder) {
        return with(generation + 1, persists, copy(newKeys), newType, newHolder);
    }

    ReservationState persisting(final boolean wanted) {
        return with(generation, wanted, keys, type, holder);
    }

    ReservationState legacyHolder(final NexusName nexus) {
        return new ReservationState(generation, persists, keys, type, holder, nexus, unreadable);
    }

    private ReservationState with(
            final int newGeneration,
            final boolean newPersists,
            final Map<NexusName, Long> newKeys,
            final ReservationType newType,
            final NexusName newHolder) {
        final NexusName theHolder = newType == null || newType.allRegistrants() ? null : newHolder;
        return new ReservationState(newGeneration, newPersists, newKeys, newType, theHolder, legacyHolder, unreadable);
    }

    private static Map<NexusName, Long> copy(final Map<NexusName, Long> keys) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    }
}
