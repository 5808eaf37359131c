package org.isobar.scsi;

import java.util.HexFormat;

/**
 * One command that the unit knows: operation code, service action if any, CDB usage and what it does. The usage data is
 * that of REPORT SUPPORTED OPERATION CODES (SPC-4 §6.35.3): one bit for each bit of the CDB that is looked at.
 */
final class Command {
    static final int NO_SERVICE_ACTION = -1;
    static final int SERVICE_ACTION_MASK = 0x1F;

    private static final int DEFAULT_TIMEOUT_SECONDS = 30;

    private final byte[] usage;
    private final CdbLayout layout;
    private final int serviceAction;
    private final Step body;
    private final int timeoutSeconds;
    private final boolean anyLun;
    private final boolean despiteAttention;

    private Command(
            final byte[] usage,
            final int serviceAction,
            final Step body,
            final int timeoutSeconds,
            final boolean anyLun,
            final boolean despiteAttention) {
        this.usage = usage;
        this.serviceAction = serviceAction;
        this.body = body;
        this.timeoutSeconds = timeoutSeconds;
        this.anyLun = anyLun;
        this.despiteAttention = despiteAttention;
        layout = CdbLayout.ofLength(usage.length);
    }

    /** A command without service action. */
    static Command of(final String usage, final Step body) {
        return new Command(bytes(usage), NO_SERVICE_ACTION, body, DEFAULT_TIMEOUT_SECONDS, false, false);
    }

    /** A command whose operation code is shared; the service action is in the second usage byte. */
    static Command withServiceAction(final String usage, final Step body) {
        final byte[] bytes = bytes(usage);
        return new Command(bytes, bytes[1] & SERVICE_ACTION_MASK, body, DEFAULT_TIMEOUT_SECONDS, false, false);
    }

    /** Works for a logical unit that is not there and while a unit attention is pending. */
    Command always() {
        return new Command(usage, serviceAction, body, timeoutSeconds, true, true);
    }

    /** Takes long. */
    Command within(final int seconds) {
        return new Command(usage, serviceAction, body, seconds, anyLun, despiteAttention);
    }

    int operationCode() {
        return usage[0] & 0xFF;
    }

    int serviceAction() {
        return serviceAction;
    }

    boolean hasServiceAction() {
        return serviceAction != NO_SERVICE_ACTION;
    }

    int cdbBytes() {
        return usage.length;
    }

    /** Copies the usage data. */
    void usage(final byte[] to, final int at) {
        System.arraycopy(usage, 0, to, at, usage.length);
    }

    CdbLayout layout() {
        return layout;
    }

    Step body() {
        return body;
    }

    int timeoutSeconds() {
        return timeoutSeconds;
    }

    boolean worksOnAnyLun() {
        return anyLun;
    }

    boolean worksDespiteAttention() {
        return despiteAttention;
    }

    private static byte[] bytes(final String usage) {
        return HexFormat.ofDelimiter(" ").parseHex(usage);
    }
}
