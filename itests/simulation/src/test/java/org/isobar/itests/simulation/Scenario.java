package org.isobar.itests.simulation;

import org.isobar.raid.EngineSettings;

/** What befalls a member; which one it is follows from the seed. */
enum Scenario {
    KILLS,
    POWER_LOSSES,
    TRANSIENT_ERRORS,
    LOSS,
    REBUILD_CUT_SHORT,
    MAINTENANCE,
    CRASHES_WITHOUT_A_DEVICE,
    ROT,
    LIES,
    BAD_SECTORS,
    FLAPS,
    SLOW,
    TOO_MANY,
    TOO_MANY_IN_TURN,
    STUCK,
    HELD_OFF,
    ALL_SORTS;

    private static final int SMALL_TURNS = 4;
    private static final int SMALL_BYTES_LEAST = 4096;
    private static final int LOGGED_ONE_IN = 4;

    static Scenario of(final long seed) {
        return values()[(int) Long.remainderUnsigned(seed, values().length)];
    }

    void befall(final MemberRun run) {
        switch (this) {
            case KILLS -> run.crashes(false);
            case POWER_LOSSES -> run.crashes(true);
            case TRANSIENT_ERRORS -> run.failures();
            case LOSS -> run.loss();
            case REBUILD_CUT_SHORT -> run.rebuildCutShort();
            case MAINTENANCE -> run.maintenance();
            case CRASHES_WITHOUT_A_DEVICE -> run.crashesWithoutADevice();
            default -> befall(new DeviceTrouble(run));
        }
    }

    private void befall(final DeviceTrouble trouble) {
        switch (this) {
            case ROT -> trouble.rot();
            case LIES -> trouble.lies();
            case BAD_SECTORS -> trouble.badSectors();
            case FLAPS -> trouble.flaps();
            case SLOW -> trouble.slow();
            case TOO_MANY -> trouble.tooMany(true);
            case TOO_MANY_IN_TURN -> trouble.tooMany(false);
            case STUCK -> trouble.health().stuck();
            case HELD_OFF -> trouble.health().comesAndGoes();
            default -> trouble.allSorts();
        }
    }

    /** One member in four has write logs. */
    static boolean logged(final long seed) {
        return Long.remainderUnsigned(Long.divideUnsigned(seed, values().length), LOGGED_ONE_IN) == LOGGED_ONE_IN - 1;
    }

    /** On the devices of half of the members, of those with write logs as of the others, short writes end before they are submitted. */
    static boolean endsShortWritesOnTheSpot(final long seed) {
        return Long.remainderUnsigned(Long.divideUnsigned(seed, (long) values().length * LOGGED_ONE_IN), 2) == 1;
    }

    /** Writes are small up to this length: as shipped for half of the members with write logs, and for the others less, so that more are not. */
    static int smallBytes(final long seed) {
        final long turn =
                Long.remainderUnsigned(Long.divideUnsigned(seed, 2L * values().length * LOGGED_ONE_IN), SMALL_TURNS);
        return switch ((int) turn) {
            case 1 -> SMALL_BYTES_LEAST;
            case SMALL_TURNS - 1 -> 0;
            default -> EngineSettings.DEFAULT.smallBytes();
        };
    }

    /** The n-th seed, from 0 on, of a member with write logs. */
    static long loggedSeed(final long n) {
        final int scenarios = values().length;
        return (n / scenarios * LOGGED_ONE_IN + LOGGED_ONE_IN - 1) * scenarios + n % scenarios;
    }

    /** Whether the member watches the health of its devices. */
    boolean guarded() {
        return switch (this) {
            case TRANSIENT_ERRORS, SLOW, STUCK, HELD_OFF -> true;
            default -> false;
        };
    }

    /** The write hole of the parity levels is open where writes are cut short while a device is missing, and nothing is logged. */
    boolean mirrorsOnly(final long seed) {
        return (this == CRASHES_WITHOUT_A_DEVICE || this == TOO_MANY_IN_TURN) && !logged(seed);
    }
}
