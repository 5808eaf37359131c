package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isobar.api.device.DeviceState;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.IntentBlock;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.spi.raid.LogInspector;
import org.isobar.testkit.SimMedia;

/** What the {@link LogInspection} says of the media of a {@link SetWorld}, which has stopped. */
final class InspectedLog implements LogInspector.Media, LogInspector.Findings {
    private final SetWorld world;
    private final int unreadable;
    private final ByteBuf chunklet;
    private final List<String> damages = new ArrayList<>();
    private final List<String> doubts = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private InspectedLog(final SetWorld world, final int unreadable, final ByteBuf chunklet) {
        this.world = world;
        this.chunklet = chunklet;
        this.unreadable = unreadable;
    }

    static InspectedLog of(final SetWorld world) {
        return of(world, world.spec());
    }

    /** With what the metadata says of the set. */
    static InspectedLog of(final SetWorld world, final RaidSetSpec spec) {
        return new InspectedLog(world, -1, null).inspect(spec);
    }

    /** With columns that all hold the same. */
    static InspectedLog of(final SetWorld world, final RaidSetSpec spec, final ByteBuf chunklet) {
        return new InspectedLog(world, -1, chunklet).inspect(spec);
    }

    /** With a column whose log cannot be read. */
    static InspectedLog unreadable(final SetWorld world, final int column) {
        return new InspectedLog(world, column, null).inspect(world.spec());
    }

    private InspectedLog inspect(final RaidSetSpec spec) {
        new LogInspection().inspect(spec, world.set().geometry(), isWritten(spec), this, this);
        return this;
    }

    private boolean isWritten(final RaidSetSpec spec) {
        boolean known = false;
        long marks = 0;
        for (int column = 0; column < world.columns(); column++) {
            if (has(column)) {
                final IntentBlock block = new IntentBlock();
                final SimMedia media = world.media(column);
                block.read(media.peek(media.layout().intentOffset(), IntentBlock.BYTES));
                known |= block.knows(world.chunklet(column), spec.id());
                marks |= block.word(world.chunklet(column), spec.id());
            }
        }
        return !known || marks != 0;
    }

    @Override
    public boolean has(final int column) {
        return world.journal().state(column) == ColumnState.IN_SYNC
                && world.device(column).state() == DeviceState.ONLINE;
    }

    @Override
    public void read(final int column, final long inChunklet, final int lengthBytes, final ByteBuf into)
            throws IOException {
        if (column == unreadable) {
            throw new IOException("bad sector");
        }
        if (chunklet != null) {
            into.setBytes(0, chunklet, (int) inChunklet, lengthBytes);
            return;
        }
        final SimMedia media = world.media(column);
        into.setBytes(0, media.peek(media.layout().chunkletOffset(world.chunklet(column)) + inChunklet, lengthBytes));
    }

    @Override
    public void damage(final String where, final String what) {
        damages.add(where + ": " + what);
    }

    @Override
    public void doubt(final String where, final String what) {
        doubts.add(where + ": " + what);
    }

    @Override
    public void note(final String where, final String what) {
        notes.add(where + ": " + what);
    }

    void assertUndamaged() {
        assertEquals(List.of(), damages);
    }

    void assertClean() {
        assertUndamaged();
        assertEquals(List.of(), doubts);
        assertEquals(List.of(), notes);
    }

    /** Exactly so many damages, all naming these. */
    void assertDamages(final int count, final String... names) {
        assertEquals(damages.toString(), count, damages.size());
        assertNames(damages, names);
    }

    /** Among others, one that names all these. */
    void assertAnyDamage(final String... names) {
        assertTrue(Arrays.toString(names) + " in " + damages, damages.stream().anyMatch(line -> Arrays.stream(names)
                .allMatch(line::contains)));
    }

    void assertDoubts(final String... names) {
        assertEquals(doubts.toString(), 1, doubts.size());
        assertNames(doubts, names);
    }

    void assertNotes(final String... names) {
        assertEquals(notes.toString(), 1, notes.size());
        assertNames(notes, names);
    }

    private static void assertNames(final List<String> lines, final String... names) {
        for (final String line : lines) {
            assertTrue(
                    Arrays.toString(names) + " in " + line, Arrays.stream(names).allMatch(line::contains));
        }
    }
}
