package org.isobar.scsi;

import java.util.HexFormat;
import org.isobar.scsi.reservation.Access;

/**
 * One command that the unit knows: operation code, service action if any, CDB usage and what it does. The usage data is
 * that of REPORT SUPPORTED OPERATION CODES (SPC-4 §6.35.3): one bit for each bit of the CDB that is looked at.
 */
final class Command {
    static final int NO_SERVICE_ACTION = -1;
    static final int SERVICE_ACTION_MASK = 0x1F;

    private static final int DEFAULT_TIMEOUT_SECONDS = 30;

    /** CDB byte that decides for START STOP UNIT and PREVENT ALLOW MEDIUM REMOVAL. */
    private static final int HARMLESS_OFFSET = 4;

    private final byte[] usage;
    private final CdbLayout layout;
    private final int serviceAction;
    private final Step body;
    private int timeoutSeconds = DEFAULT_TIMEOUT_SECONDS;
    private boolean anyLun;
    private boolean despiteAttention;
    private boolean despiteObstacle;
    private Access access = Access.WRITE;
    private int harmlessMask;
    private int harmlessValue = -1;
    private boolean writesMedium;

    private Command(final byte[] usage, final int serviceAction, final Step body) {
        this.usage = usage;
        this.serviceAction = serviceAction;
        this.body = body;
        layout = CdbLayout.ofLength(usage.length);
    }

    /** A command without service action. */
    static Command of(final String usage, final Step body) {
        return new Command(bytes(usage), NO_SERVICE_ACTION, body);
    }

    /** A command whose operation code is shared; the service action is in the second usage byte. */
    static Command withServiceAction(final String usage, final Step body) {
        final byte[] bytes = bytes(usage);
        return new Command(bytes, bytes[1] & SERVICE_ACTION_MASK, body);
    }

    // Said while the table is made.

    /** Works for a logical unit that is not there, while a unit attention is pending and whoever reserved the unit. */
    Command always() {
        anyLun = true;
        despiteAttention = true;
        despiteObstacle = true;
        return needs(Access.NONE);
    }

    /** Works while a sanitize operation or the like keeps others out. */
    Command despiteObstacle() {
        despiteObstacle = true;
        return this;
    }

    /** Takes long. */
    Command within(final int seconds) {
        timeoutSeconds = seconds;
        return this;
    }

    /** What it needs of a reserved unit; unsaid, it is {@link Access#WRITE}. */
    Command needs(final Access needed) {
        access = needed;
        return this;
    }

    /** Needs nothing of a reserved unit when these bits of CDB byte 4 have this value. */
    Command harmlessWhen(final int mask, final int value) {
        harmlessMask = mask;
        harmlessValue = value;
        return this;
    }

    /** Writes to the medium: refused while that is write protected. */
    Command writes() {
        writesMedium = true;
        return this;
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

    /** What the command of this CDB needs of a reserved unit. */
    Access access(final byte[] cdb) {
        return (cdb[HARMLESS_OFFSET] & harmlessMask) == harmlessValue ? Access.NONE : access;
    }

    boolean writesMedium() {
        return writesMedium;
    }

    boolean worksOnAnyLun() {
        return anyLun;
    }

    boolean worksDespiteAttention() {
        return despiteAttention;
    }

    boolean worksDespiteObstacle() {
        return despiteObstacle;
    }

    private static byte[] bytes(final String usage) {
        return HexFormat.ofDelimiter(" ").parseHex(usage);
    }
}
