package org.isobar.scsi;

import org.isobar.api.block.IoStatus;
import org.isobar.scsi.reservation.ReservationState;

/** First step of every task: which command it is, and whether it may run now (SAM-5 §5.14, SPC-4 §5.3). */
final class Dispatch {
    /** NACA in the control byte; not supported (NORMACA is 0). */
    private static final int NACA = 0x04;

    private static final int NACA_BIT = 2;
    /** Peripheral device addressing on bus 0 and flat space addressing, of LUN 0 (SAM-5 §4.7). */
    private static final long FLAT_LUN_0 = 0x4000_0000_0000_0000L;

    private static final int SERVICE_ACTION_OFFSET = 1;
    private static final int SERVICE_ACTION_BIT = 4;

    private Dispatch() {}

    /** Whether an 8-byte LUN addresses LUN 0. */
    static boolean addressesUnit(final long lun) {
        return lun == 0 || lun == FLAT_LUN_0;
    }

    /** Whether the task's LUN is one of ours. */
    static boolean unitPresent(final CommandRun run) {
        return addressesUnit(run.task().lun) && !run.unit().removed();
    }

    static void dispatch(final CommandRun run, final IoStatus none) {
        final byte[] cdb = run.cdb();
        final Command command = CommandTable.find(cdb);
        final boolean present = unitPresent(run);
        if (!present) {
            if (command == null || !command.worksOnAnyLun()) {
                run.check(SenseCode.LOGICAL_UNIT_NOT_SUPPORTED);
                return;
            }
        } else if (heldBack(run, command)) {
            return;
        }
        if (command == null) {
            if (CommandTable.knows(cdb[0] & 0xFF)) {
                run.invalidCdb(SERVICE_ACTION_OFFSET, SERVICE_ACTION_BIT);
            } else {
                run.check(SenseCode.INVALID_OPERATION_CODE);
            }
            return;
        }
        final int control = command.layout().controlOffset();
        if ((cdb[control] & NACA) != 0) {
            run.invalidCdb(control, NACA_BIT);
            return;
        }
        if (present && command.writesMedium() && run.nexus().writeProtected()) {
            run.check(SenseCode.WRITE_PROTECTED);
            return;
        }
        run.command(command);
        if (run.unit().obstacle() == null || command.worksDespiteObstacle()) {
            run.then(command.body());
        } else {
            run.then(Dispatch::refuse);
        }
    }

    private static void refuse(final CommandRun run, final IoStatus none) {
        if (run.unit().reservations().state().unreadable()) {
            // Does not pass by itself, as obstacles do.
            run.check(SenseCode.MANUAL_INTERVENTION_REQUIRED);
            return;
        }
        run.then(run.command().body());
        Obstacles.refuse(run, run.unit());
    }

    private static boolean attentionTold(final CommandRun run, final boolean conflict) {
        final UnitAttention attention =
                run.nexus().takeAttention(conflict ? UnitAttention.BEFORE_CONFLICT : UnitAttention.ALL);
        if (attention == null) {
            return false;
        }
        run.check(attention.code(), attention.information());
        return true;
    }

    /** Ends the task for a unit attention or a reservation, in the order of SAM-5 §5.3.3. */
    private static boolean heldBack(final CommandRun run, final Command command) {
        final Nexus nexus = run.nexus();
        final ReservationState state = run.unit().reservations().state();
        final boolean conflict = state.restricts() && command != null && nexus.denied(state, command.access(run.cdb()));
        if (command == null || !command.worksDespiteAttention()) {
            run.unit().thresholds().handTo(nexus);
            if (nexus.attentionPending() && attentionTold(run, conflict)) {
                return true;
            }
        }
        if (conflict) {
            if (state.unreadable()) {
                run.check(SenseCode.MANUAL_INTERVENTION_REQUIRED);
            } else {
                run.end(ScsiStatus.RESERVATION_CONFLICT);
            }
        }
        return conflict;
    }
}
