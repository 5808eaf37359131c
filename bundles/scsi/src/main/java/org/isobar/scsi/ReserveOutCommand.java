package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.isobar.api.block.IoStatus;
import org.isobar.scsi.reservation.Outcome;
import org.isobar.scsi.reservation.ReservationRules;
import org.isobar.scsi.reservation.ReservationType;
import org.isobar.scsi.reservation.ReserveOut;
import org.isobar.scsi.reservation.ReserveOut.Action;
import org.isobar.scsi.reservation.TransportId;

/** PERSISTENT RESERVE OUT (SPC-4 §6.16): decodes it, has it decided, and answers once that has taken effect. */
final class ReserveOutCommand {
    private static final int ACTION_OFFSET = 1;
    private static final int SCOPE_TYPE_OFFSET = 2;
    private static final int LIST_LENGTH_OFFSET = 5;

    /** Both parameter lists without their TransportIDs. */
    private static final int BASIC_BYTES = 24;
    /** Room for TransportIDs of as many registrations as a unit keeps. */
    private static final int MAX_LIST_BYTES = 65536;

    private static final int KEY_OFFSET = 0;
    private static final int ACTION_KEY_OFFSET = 8;
    private static final int FLAGS_OFFSET = 20;
    private static final int SPECIFIC_PORTS = 0x08;
    private static final int ALL_TARGET_PORTS = 0x04;
    private static final int PERSIST = 0x01;
    private static final int IDS_LENGTH_OFFSET = 24;
    private static final int IDS_OFFSET = 28;

    private static final int MOVE_FLAGS_OFFSET = 17;
    private static final int MOVE_UNREGISTER = 0x02;
    private static final int MOVE_PORT_OFFSET = 18;
    private static final int MOVE_IDS_LENGTH_OFFSET = 20;
    private static final int MOVE_IDS_OFFSET = 24;

    private ReserveOutCommand() {}

    static void reserveOut(final CommandRun run, final IoStatus none) {
        final long listBytes = BigEndian.unsignedInt(run.cdb(), LIST_LENGTH_OFFSET);
        if (listBytes < BASIC_BYTES || listBytes > MAX_LIST_BYTES) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        } else {
            run.position((int) listBytes);
            run.wantData((int) listBytes, ReserveOutCommand::listArrived);
        }
    }

    /** Has a change decided and answers with its outcome. */
    static void change(final CommandRun run, final Reservations.Rule rule) {
        run.pause();
        final boolean taken = run.unit().reservations().change(rule, outcome -> {
            if (outcome.aborted().isEmpty()) {
                run.resume((resumed, none) -> answer(resumed, outcome));
            } else {
                run.unit()
                        .nexuses()
                        .abortTasks(
                                outcome.aborted(),
                                run.task(),
                                () -> run.resume((resumed, none) -> answer(resumed, outcome)));
            }
        });
        if (!taken) {
            run.end(ScsiStatus.BUSY);
        }
    }

    private static void listArrived(final CommandRun run, final IoStatus none) {
        if (run.task().dataOutBytes < run.position()) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
            return;
        }
        final byte[] list = new byte[run.position()];
        final ByteBuf data = run.task().dataOut;
        data.getBytes(data.readerIndex(), list);
        final Action action = Action.of(run.cdb()[ACTION_OFFSET] & Command.SERVICE_ACTION_MASK);
        if (action == Action.REGISTER_AND_MOVE) {
            moveArrived(run, list);
        } else {
            basicArrived(run, action, list);
        }
    }

    private static void basicArrived(final CommandRun run, final Action action, final byte[] list) {
        final int flags = list[FLAGS_OFFSET];
        final boolean named = (flags & SPECIFIC_PORTS) != 0;
        if (named && action != Action.REGISTER) {
            run.invalidParameter(FLAGS_OFFSET);
            return;
        }
        if (named ? list.length < IDS_OFFSET : list.length != BASIC_BYTES) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
            return;
        }
        final List<TransportId> ports = named ? ports(run, list, IDS_LENGTH_OFFSET, IDS_OFFSET) : List.of();
        if (ports != null) {
            decide(run, action, list, (flags & PERSIST) != 0, (flags & ALL_TARGET_PORTS) != 0, named, ports, false, 0);
        }
    }

    private static void moveArrived(final CommandRun run, final byte[] list) {
        final int flags = list[MOVE_FLAGS_OFFSET];
        final List<TransportId> ports = ports(run, list, MOVE_IDS_LENGTH_OFFSET, MOVE_IDS_OFFSET);
        if (ports == null) {
            return;
        }
        if (ports.size() != 1) {
            run.invalidParameter(MOVE_IDS_LENGTH_OFFSET);
            return;
        }
        decide(
                run,
                Action.REGISTER_AND_MOVE,
                list,
                (flags & PERSIST) != 0,
                false,
                true,
                ports,
                (flags & MOVE_UNREGISTER) != 0,
                BigEndian.unsignedShort(list, MOVE_PORT_OFFSET));
    }

    private static void decide(
            final CommandRun run,
            final Action action,
            final byte[] list,
            final boolean persist,
            final boolean allPorts,
            final boolean named,
            final List<TransportId> ports,
            final boolean unregister,
            final int targetPort) {
        // Scope in the upper half: 0, the logical unit, is the only one.
        final ReservationType type = ReservationType.of(BigEndian.unsignedByte(run.cdb(), SCOPE_TYPE_OFFSET));
        final ReserveOut order = new ReserveOut(
                action,
                run.nexus().name(),
                BigEndian.longAt(list, KEY_OFFSET),
                BigEndian.longAt(list, ACTION_KEY_OFFSET),
                type,
                persist,
                allPorts,
                named,
                ports,
                unregister,
                targetPort,
                run.nexus().portGroups(),
                run.unit().nexuses().names());
        change(run, now -> ReservationRules.reserveOut(now, order));
    }

    /** The TransportIDs of a list; null when the command has ended because they are wrong. */
    private static List<TransportId> ports(
            final CommandRun run, final byte[] list, final int lengthOffset, final int from) {
        final long length = BigEndian.unsignedInt(list, lengthOffset);
        if (length != list.length - from) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
            return null;
        }
        final List<TransportId> ports = new ArrayList<>();
        int at = from;
        while (at < list.length) {
            final int idBytes = TransportId.lengthBytes(list, at, list.length);
            final TransportId id = idBytes < 0 ? null : TransportId.decode(list, at, idBytes);
            if (id == null) {
                run.invalidParameter(at);
                return null;
            }
            ports.add(id);
            at += idBytes;
        }
        return ports;
    }

    private static void answer(final CommandRun run, final Outcome outcome) {
        switch (outcome.result()) {
            case GOOD -> run.good();
            case CONFLICT -> run.end(ScsiStatus.RESERVATION_CONFLICT);
            case INVALID_CDB -> run.invalidCdb(outcome.field());
            case INVALID_PARAMETER -> run.invalidParameter(outcome.field());
            case INVALID_RELEASE -> run.check(SenseCode.INVALID_RELEASE_OF_PERSISTENT_RESERVATION);
            case NO_RESOURCES -> run.check(SenseCode.INSUFFICIENT_REGISTRATION_RESOURCES);
            case NOT_STORED -> run.check(SenseCode.INTERNAL_TARGET_FAILURE);
            case UNREADABLE -> run.check(SenseCode.MANUAL_INTERVENTION_REQUIRED);
            case REMOVED -> run.check(SenseCode.LOGICAL_UNIT_NOT_SUPPORTED);
        }
    }
}
