package org.isobar.iscsi;

import java.util.Arrays;

/**
 * The CmdSN window of one session (RFC 7143 §4.2.2.1): which commands may arrive, and in which order they are delivered.
 * MaxCmdSN grows by one for each command that has ended, so the window bounds the commands in hand. A command that
 * arrives ahead of its turn waits here. Owned by the connection's lane.
 */
final class CommandWindow {
    /** A command that waits for its turn. */
    interface Command {
        /** The turn has come. */
        void deliver();
    }

    private final Command[] waiting;
    private final int indexMask;
    private final int commandCount;
    private final Command skipped = this::ended;
    private int expectedCmdSn;
    private int maxCmdSn;

    CommandWindow(final int commandCount) {
        this.commandCount = commandCount;
        final int slots = Integer.highestOneBit(commandCount * 2 - 1);
        waiting = new Command[slots];
        indexMask = slots - 1;
    }

    /** Starts with the CmdSN of the first login request. */
    void begin(final int cmdSn) {
        expectedCmdSn = cmdSn;
        maxCmdSn = cmdSn + commandCount - 1;
    }

    /** Shows a number without opening any room: for a connection that is to join a session whose window counts. */
    void beginClosed(final int cmdSn) {
        expectedCmdSn = cmdSn;
        maxCmdSn = cmdSn - 1;
    }

    int expectedCmdSn() {
        return expectedCmdSn;
    }

    int maxCmdSn() {
        return maxCmdSn;
    }

    /** Whether a command with this number may arrive now; others are ignored silently. */
    boolean accepts(final int cmdSn) {
        // Serial number arithmetic (RFC 1982): differences wrap, so comparing them to zero is right.
        return cmdSn - expectedCmdSn >= 0 && maxCmdSn - cmdSn >= 0 && waiting[cmdSn & indexMask] == null;
    }

    /** Whether number {@code first} comes before {@code second}. */
    static boolean before(final int first, final int second) {
        return first - second < 0;
    }

    /** Takes a command whose number was accepted: delivers it, and those that waited for it, or lets it wait. */
    void arrived(final int cmdSn, final Command command) {
        waiting[cmdSn & indexMask] = command;
        Command next = waiting[expectedCmdSn & indexMask];
        while (next != null) {
            waiting[expectedCmdSn & indexMask] = null;
            expectedCmdSn++;
            next.deliver();
            next = waiting[expectedCmdSn & indexMask];
        }
    }

    /** Takes a number as received that needs no work any more. */
    void skip(final int cmdSn) {
        arrived(cmdSn, skipped);
    }

    /** Forgets a command that waits; its number still counts as received. */
    void withdraw(final int cmdSn) {
        waiting[cmdSn & indexMask] = skipped;
    }

    /** Forgets all commands that wait. */
    void clear() {
        Arrays.fill(waiting, null);
    }

    /** A command with a number of its own (not an immediate one) has ended. */
    void ended() {
        maxCmdSn++;
    }
}
