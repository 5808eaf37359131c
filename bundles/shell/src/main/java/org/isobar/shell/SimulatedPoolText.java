package org.isobar.shell;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isobar.api.StorageException;
import org.isobar.api.balance.SimulatedPool;

/** Virtual pools as they are typed. */
final class SimulatedPoolText {
    private static final Pattern FORM = Pattern.compile("([^=]*)=([^,/]+)(?:/([^,]+))?,([^,]+),([^,]+)");
    private static final int NAME = 1;
    private static final int READS = 2;
    private static final int WRITES = 3;
    private static final int LATENCY = 4;
    private static final int PAGES = 5;

    private SimulatedPoolText() {}

    static SimulatedPool parse(final String text) {
        final Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw refused("--pool: must be NAME=IOPS,LATENCY,PAGES, with READS/WRITES for IOPS where they differ, is "
                    + text);
        }
        final double reads = number("--pool: IOPS", parts.group(READS));
        return new SimulatedPool(
                parts.group(NAME),
                reads,
                parts.group(WRITES) == null ? reads : number("--pool: IOPS", parts.group(WRITES)),
                number("--pool: LATENCY", parts.group(LATENCY)),
                (int) number("--pool: PAGES", parts.group(PAGES)));
    }

    /** A number that was typed. */
    static double number(final String what, final String text) {
        try {
            return Double.parseDouble(text);
        } catch (final NumberFormatException notOne) {
            throw refused(what + ": must be a number, is " + text);
        }
    }

    private static StorageException refused(final String message) {
        return new StorageException(StorageException.Code.INVALID, message);
    }
}
