package org.isobar.shell;

import java.util.Locale;
import org.apache.karaf.shell.support.table.Row;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.profile.Performance;

/** The columns that tell a performance. */
final class PerformanceColumns {
    private PerformanceColumns() {}

    static void add(final ShellTable table) {
        table.column("Read MiB/s").alignRight();
        table.column("Reads/s").alignRight();
        table.column("Read us").alignRight();
        table.column("Write MiB/s").alignRight();
        table.column("Writes/s").alignRight();
        table.column("Write us").alignRight();
    }

    /** Adds a row: what comes before, then the performance. */
    static void addRow(final ShellTable table, final Performance performance, final Object... before) {
        final Row row = table.addRow();
        row.addContent(before);
        row.addContent(
                number(performance.readMibPerS()),
                number(performance.readsPerS()),
                number(performance.readLatencyUs()),
                number(performance.writeMibPerS()),
                number(performance.writesPerS()),
                number(performance.writeLatencyUs()));
    }

    private static String number(final double value) {
        return value == 0 ? "-" : String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }
}
