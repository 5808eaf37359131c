package org.isobar.scsi;

import java.util.List;
import org.isobar.api.block.IoStatus;

/** REPORT SUPPORTED OPERATION CODES (SPC-4 §6.35), made from the {@link CommandTable}. */
final class ReportOpcodesCommand {
    private static final int OPTIONS_OFFSET = 2;
    private static final int WITH_TIMEOUTS = 0x80;
    private static final int OPTIONS_MASK = 0x07;
    private static final int OPTIONS_BIT = 2;
    private static final int OPERATION_CODE_OFFSET = 3;
    private static final int SERVICE_ACTION_OFFSET = 4;
    private static final int ALLOCATION_OFFSET = 6;

    private static final int ALL = 0;
    private static final int ONE_WITHOUT_ACTION = 1;
    private static final int ONE_WITH_ACTION = 2;
    private static final int ONE_EITHER = 3;

    private static final int TIMEOUTS_BYTES = 12;
    private static final int TIMEOUTS_LENGTH = 0x0A;
    private static final int RECOMMENDED_OFFSET = 8;

    private static final int LIST_HEADER_BYTES = 4;
    private static final int DESCRIPTOR_BYTES = 8;
    private static final int DESCRIPTOR_FLAGS_OFFSET = 5;
    private static final byte HAS_TIMEOUTS = 0x02;
    private static final byte HAS_SERVICE_ACTION = 0x01;

    private static final int ONE_HEADER_BYTES = 4;
    private static final byte ONE_HAS_TIMEOUTS = (byte) 0x80;
    private static final byte NOT_SUPPORTED = 0x01;
    private static final byte SUPPORTED = 0x03;

    private ReportOpcodesCommand() {}

    static void report(final CommandRun run, final IoStatus none) {
        final byte[] cdb = run.cdb();
        final boolean timeouts = (cdb[OPTIONS_OFFSET] & WITH_TIMEOUTS) != 0;
        final int operationCode = BigEndian.unsignedByte(cdb, OPERATION_CODE_OFFSET);
        final int serviceAction = BigEndian.unsignedShort(cdb, SERVICE_ACTION_OFFSET);
        final boolean known = CommandTable.knows(operationCode);
        final boolean withActions = known && CommandTable.hasServiceActions(operationCode);
        switch (cdb[OPTIONS_OFFSET] & OPTIONS_MASK) {
            case ALL -> answer(run, list(timeouts));
            case ONE_WITHOUT_ACTION -> {
                if (withActions) {
                    run.invalidCdb(OPTIONS_OFFSET, OPTIONS_BIT);
                } else {
                    answer(run, one(CommandTable.find(operationCode, Command.NO_SERVICE_ACTION), timeouts));
                }
            }
            case ONE_WITH_ACTION -> {
                if (known && !withActions) {
                    run.invalidCdb(OPTIONS_OFFSET, OPTIONS_BIT);
                } else {
                    answer(run, one(CommandTable.find(operationCode, serviceAction), timeouts));
                }
            }
            case ONE_EITHER ->
                answer(
                        run,
                        one(
                                withActions || serviceAction != 0
                                        ? CommandTable.find(operationCode, serviceAction)
                                        : CommandTable.find(operationCode, Command.NO_SERVICE_ACTION),
                                timeouts));
            default -> run.invalidCdb(OPTIONS_OFFSET, OPTIONS_BIT);
        }
    }

    private static void answer(final CommandRun run, final byte[] data) {
        run.answer(data, data.length, BigEndian.unsignedInt(run.cdb(), ALLOCATION_OFFSET));
    }

    private static byte[] list(final boolean timeouts) {
        final List<Command> commands = CommandTable.all();
        final int eachBytes = DESCRIPTOR_BYTES + (timeouts ? TIMEOUTS_BYTES : 0);
        final byte[] data = new byte[LIST_HEADER_BYTES + commands.size() * eachBytes];
        BigEndian.putInt(data, 0, data.length - LIST_HEADER_BYTES);
        int at = LIST_HEADER_BYTES;
        for (final Command command : commands) {
            data[at] = (byte) command.operationCode();
            if (command.hasServiceAction()) {
                BigEndian.putShort(data, at + 2, command.serviceAction());
                data[at + DESCRIPTOR_FLAGS_OFFSET] |= HAS_SERVICE_ACTION;
            }
            BigEndian.putShort(data, at + 6, command.cdbBytes());
            if (timeouts) {
                data[at + DESCRIPTOR_FLAGS_OFFSET] |= HAS_TIMEOUTS;
                putTimeouts(data, at + DESCRIPTOR_BYTES, command);
            }
            at += eachBytes;
        }
        return data;
    }

    private static byte[] one(final Command command, final boolean timeouts) {
        if (command == null) {
            final byte[] data = new byte[ONE_HEADER_BYTES];
            data[1] = NOT_SUPPORTED;
            return data;
        }
        final int end = ONE_HEADER_BYTES + command.cdbBytes();
        final byte[] data = new byte[end + (timeouts ? TIMEOUTS_BYTES : 0)];
        data[1] = SUPPORTED;
        BigEndian.putShort(data, 2, command.cdbBytes());
        command.usage(data, ONE_HEADER_BYTES);
        if (timeouts) {
            data[1] |= ONE_HAS_TIMEOUTS;
            putTimeouts(data, end, command);
        }
        return data;
    }

    private static void putTimeouts(final byte[] data, final int at, final Command command) {
        BigEndian.putShort(data, at, TIMEOUTS_LENGTH);
        BigEndian.putInt(data, at + RECOMMENDED_OFFSET, command.timeoutSeconds());
    }
}
