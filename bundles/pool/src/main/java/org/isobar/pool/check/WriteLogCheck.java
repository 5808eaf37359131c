package org.isobar.pool.check;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ServiceLoader;
import org.isobar.pool.store.SetState;
import org.isobar.spi.raid.LogInspector;

/** Has the write log of a set looked at by those who know its form. */
final class WriteLogCheck implements LogInspector.Media, LogInspector.Findings {
    private final CheckReport report;
    private final boolean strict;
    private final SetState set;
    private final CheckedDevice[] columns;

    private WriteLogCheck(final CheckReport report, final boolean strict, final SetOnMedia found) {
        this.report = report;
        this.strict = strict;
        set = found.set();
        columns = found.columns();
    }

    /**
     * Checks a set's.
     *
     * @param strict also names what a crash may have left
     */
    static void check(final CheckReport report, final boolean strict, final SetOnMedia found) {
        final WriteLogCheck check = new WriteLogCheck(report, strict, found);
        for (final LogInspector inspector : ServiceLoader.load(LogInspector.class)) {
            inspector.inspect(found.set().spec(), found.layout().geometry(), found.marked() != 0, check, check);
        }
        report.count("write-logs", found.set().spec().logBytes() == 0 ? 0 : 1);
    }

    @Override
    public boolean has(final int column) {
        return columns[column] != null;
    }

    @Override
    public void read(final int column, final long inChunklet, final int lengthBytes, final ByteBuf into)
            throws IOException {
        final int chunklet = set.spec().columns().get(column).chunklet();
        columns[column].read(columns[column].layout().chunkletOffset(chunklet) + inChunklet, lengthBytes, into);
    }

    @Override
    public void damage(final String where, final String what) {
        report.finding(place(where), what);
    }

    @Override
    public void doubt(final String where, final String what) {
        if (strict) {
            damage(where, what);
        } else {
            note(where, what);
        }
    }

    @Override
    public void note(final String where, final String what) {
        report.note(place(where), what);
    }

    private String place(final String where) {
        return "set=" + set.id() + (where.isEmpty() ? "" : " " + where);
    }
}
