package org.isobar.scsi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isobar.scsi.reservation.Access;

/** All commands of the unit; REPORT SUPPORTED OPERATION CODES is made from it too. Immutable. */
final class CommandTable {
    private static final int LONG_SECONDS = 120;
    /** A day: as long as it takes to write all of a large volume many times. */
    private static final int SANITIZE_SECONDS = 86400;

    /** By operation code, then by service action. */
    private static final List<Command> ALL = List.of(
            Command.of("00 00 00 00 00 00", UnitCommands::testUnitReady).needs(Access.STATUS),
            Command.of("03 01 00 00 FF 00", UnitCommands::requestSense).always(),
            Command.of("08 1F FF FF FF 00", ReadCommands::read).needs(Access.READ),
            Command.of("0A 1F FF FF FF 00", WriteCommands::write).writes(),
            Command.of("12 01 FF FF FF 00", InquiryCommand::inquiry).always(),
            Command.of("15 11 00 00 FF 00", ModeSelectCommand::modeSelect6),
            Command.of("16 00 00 00 00 00", ReserveReleaseCommands::reserve).needs(Access.NONE),
            Command.of("17 00 00 00 00 00", ReserveReleaseCommands::release).needs(Access.NONE),
            Command.of("1A 08 FF FF FF 00", ModeSenseCommand::modeSense6).needs(Access.READ),
            Command.of("1B 01 00 00 F7 00", UnitCommands::startStopUnit)
                    .within(LONG_SECONDS)
                    .harmlessWhen(0xF1, 0x01),
            Command.of("1E 00 00 00 03 00", UnitCommands::preventAllowMediumRemoval)
                    .harmlessWhen(0x03, 0x00),
            Command.of("25 00 00 00 00 00 00 00 00 00", CapacityCommands::readCapacity10)
                    .needs(Access.NONE),
            Command.of("28 F8 FF FF FF FF 00 FF FF 00", ReadCommands::read).needs(Access.READ),
            Command.of("2A F8 FF FF FF FF 00 FF FF 00", WriteCommands::write).writes(),
            Command.of("2E F6 FF FF FF FF 00 FF FF 00", WriteCommands::writeAndVerify)
                    .writes(),
            Command.of("2F F6 FF FF FF FF 00 FF FF 00", VerifyCommands::verify).needs(Access.READ),
            Command.of("34 02 FF FF FF FF 00 FF FF 00", CacheCommands::preFetch).needs(Access.READ),
            Command.of("35 02 FF FF FF FF 00 FF FF 00", CacheCommands::synchronizeCache)
                    .within(LONG_SECONDS),
            Command.of("37 00 1F 00 00 00 00 FF FF 00", DefectCommands::readDefectData10)
                    .needs(Access.READ),
            Command.of("41 F8 FF FF FF FF 00 FF FF 00", WriteSameCommands::writeSame)
                    .within(LONG_SECONDS)
                    .writes(),
            Command.of("42 01 00 00 00 00 00 FF FF 00", UnmapCommand::unmap)
                    .within(LONG_SECONDS)
                    .writes(),
            Command.withServiceAction("48 A1 00 00 00 00 00 FF FF 00", SanitizeCommand::overwrite)
                    .within(SANITIZE_SECONDS)
                    .despiteObstacle()
                    .writes(),
            Command.withServiceAction("48 A2 00 00 00 00 00 FF FF 00", SanitizeCommand::blockErase)
                    .within(SANITIZE_SECONDS)
                    .despiteObstacle()
                    .writes(),
            Command.withServiceAction("48 BF 00 00 00 00 00 FF FF 00", SanitizeCommand::exitFailureMode)
                    .despiteObstacle()
                    .writes(),
            Command.of("4D 01 FF FF 00 FF FF FF FF 00", LogSenseCommand::logSense)
                    .needs(Access.READ),
            Command.of("55 11 00 00 00 00 00 FF FF 00", ModeSelectCommand::modeSelect10),
            Command.of("56 00 00 00 00 00 00 00 00 00", ReserveReleaseCommands::reserve)
                    .needs(Access.NONE),
            Command.of("57 00 00 00 00 00 00 00 00 00", ReserveReleaseCommands::release)
                    .needs(Access.NONE),
            Command.of("5A 18 FF FF 00 00 00 FF FF 00", ModeSenseCommand::modeSense10)
                    .needs(Access.READ),
            Command.withServiceAction("5E 00 00 00 00 00 00 FF FF 00", ReserveInCommands::readKeys)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("5E 01 00 00 00 00 00 FF FF 00", ReserveInCommands::readReservation)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("5E 02 00 00 00 00 00 FF FF 00", ReserveInCommands::reportCapabilities)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("5E 03 00 00 00 00 00 FF FF 00", ReserveInCommands::readFullStatus)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("5F 00 00 00 00 FF FF FF FF 00", ReserveOutCommand::reserveOut)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("5F 01 FF 00 00 FF FF FF FF 00", ReserveOutCommand::reserveOut)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("5F 02 FF 00 00 FF FF FF FF 00", ReserveOutCommand::reserveOut)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("5F 03 00 00 00 FF FF FF FF 00", ReserveOutCommand::reserveOut)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("5F 04 FF 00 00 FF FF FF FF 00", ReserveOutCommand::reserveOut)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("5F 05 FF 00 00 FF FF FF FF 00", ReserveOutCommand::reserveOut)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("5F 06 00 00 00 FF FF FF FF 00", ReserveOutCommand::reserveOut)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("5F 07 00 00 00 FF FF FF FF 00", ReserveOutCommand::reserveOut)
                    .needs(Access.PERSISTENT),
            Command.withServiceAction("83 00 00 00 00 00 00 00 00 00 FF FF FF FF 00 00", CopyCommand::extendedCopy)
                    .within(LONG_SECONDS),
            Command.withServiceAction("84 00 FF 00 00 00 00 00 00 00 FF FF FF FF 00 00", CopyResultsCommand::copyStatus)
                    .needs(Access.READ),
            Command.withServiceAction(
                            "84 01 FF 00 00 00 00 00 00 00 FF FF FF FF 00 00", CopyResultsCommand::receiveData)
                    .needs(Access.READ),
            Command.withServiceAction(
                            "84 03 FF 00 00 00 00 00 00 00 FF FF FF FF 00 00", CopyResultsCommand::operatingParameters)
                    .needs(Access.READ),
            Command.withServiceAction(
                            "84 04 FF 00 00 00 00 00 00 00 FF FF FF FF 00 00", CopyResultsCommand::failedSegmentDetails)
                    .needs(Access.READ),
            Command.of("88 F8 FF FF FF FF FF FF FF FF FF FF FF FF 00 00", ReadCommands::read)
                    .needs(Access.READ),
            Command.of("89 F8 FF FF FF FF FF FF FF FF 00 00 00 FF 00 00", AtomicCommands::compareAndWrite)
                    .writes(),
            Command.of("8A F8 FF FF FF FF FF FF FF FF FF FF FF FF 00 00", WriteCommands::write)
                    .writes(),
            Command.of("8B F8 FF FF FF FF FF FF FF FF FF FF FF FF 00 00", AtomicCommands::orWrite)
                    .writes(),
            Command.of("8E F6 FF FF FF FF FF FF FF FF FF FF FF FF 00 00", WriteCommands::writeAndVerify)
                    .writes(),
            Command.of("8F F6 FF FF FF FF FF FF FF FF FF FF FF FF 00 00", VerifyCommands::verify)
                    .needs(Access.READ),
            Command.of("90 02 FF FF FF FF FF FF FF FF FF FF FF FF 00 00", CacheCommands::preFetch)
                    .needs(Access.READ),
            Command.of("91 02 FF FF FF FF FF FF FF FF FF FF FF FF 00 00", CacheCommands::synchronizeCache)
                    .within(LONG_SECONDS),
            Command.of("93 F9 FF FF FF FF FF FF FF FF FF FF FF FF 00 00", WriteSameCommands::writeSame)
                    .within(LONG_SECONDS)
                    .writes(),
            Command.of("9C F8 FF FF FF FF FF FF FF FF FF FF FF FF 00 00", AtomicWriteCommand::writeAtomic)
                    .writes(),
            Command.withServiceAction(
                            "9E 10 00 00 00 00 00 00 00 00 FF FF FF FF 00 00", CapacityCommands::readCapacity16)
                    .needs(Access.NONE),
            Command.withServiceAction("9E 12 FF FF FF FF FF FF FF FF FF FF FF FF 00 00", CapacityCommands::lbaStatus)
                    .needs(Access.READ),
            Command.of("A0 00 FF 00 00 00 FF FF FF FF 00 00", UnitCommands::reportLuns)
                    .always(),
            Command.withServiceAction("A3 EA 00 00 00 00 FF FF FF FF 00 00", PortGroupsCommand::report)
                    .despiteObstacle()
                    .needs(Access.NONE),
            Command.withServiceAction("A3 0C 87 FF FF FF FF FF FF FF 00 00", ReportOpcodesCommand::report)
                    .despiteObstacle()
                    .needs(Access.READ),
            Command.withServiceAction(
                            "A3 0D 80 00 00 00 FF FF FF FF 00 00", UnitCommands::reportTaskManagementFunctions)
                    .despiteObstacle()
                    .needs(Access.READ),
            Command.of("A8 F8 FF FF FF FF FF FF FF FF 00 00", ReadCommands::read)
                    .needs(Access.READ),
            Command.of("AA F8 FF FF FF FF FF FF FF FF 00 00", WriteCommands::write)
                    .writes(),
            Command.of("AE F6 FF FF FF FF FF FF FF FF 00 00", WriteCommands::writeAndVerify)
                    .writes(),
            Command.of("AF F6 FF FF FF FF FF FF FF FF 00 00", VerifyCommands::verify)
                    .needs(Access.READ),
            Command.of("B7 1F 00 00 00 00 FF FF FF FF 00 00", DefectCommands::readDefectData12)
                    .needs(Access.READ));

    private static final Command[][] BY_CODE = index();

    private CommandTable() {}

    /** Every command, in order. */
    static List<Command> all() {
        return ALL;
    }

    /** The command of a CDB, or null. */
    static Command find(final byte[] cdb) {
        final Command[] commands = BY_CODE[cdb[0] & 0xFF];
        if (commands == null) {
            return null;
        }
        return commands[0].hasServiceAction() ? find(commands, cdb[1] & Command.SERVICE_ACTION_MASK) : commands[0];
    }

    /** The command with this operation code and service action, or null. */
    static Command find(final int operationCode, final int serviceAction) {
        final Command[] commands = BY_CODE[operationCode];
        return commands == null ? null : find(commands, serviceAction);
    }

    /** Whether any command has this operation code. */
    static boolean knows(final int operationCode) {
        return BY_CODE[operationCode] != null;
    }

    /** Whether the commands with this (known) operation code have service actions. */
    static boolean hasServiceActions(final int operationCode) {
        return BY_CODE[operationCode][0].hasServiceAction();
    }

    private static Command find(final Command[] commands, final int serviceAction) {
        for (final Command command : commands) {
            if (command.serviceAction() == serviceAction) {
                return command;
            }
        }
        return null;
    }

    private static Command[][] index() {
        final List<List<Command>> lists = new ArrayList<>();
        for (int code = 0; code < 256; code++) {
            lists.add(new ArrayList<>());
        }
        ALL.forEach(command -> lists.get(command.operationCode()).add(command));
        final Command[][] index = new Command[lists.size()][];
        Arrays.setAll(
                index,
                code -> lists.get(code).isEmpty() ? null : lists.get(code).toArray(Command[]::new));
        return index;
    }
}
