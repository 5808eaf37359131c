package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.raid.LayoutBook;
import org.isobar.api.raid.RaidLevelInfo;
import org.isobar.api.raid.RaidLevelInfo.State;
import org.isobar.api.raid.RaidShape;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.isobar.testkit.Simulation;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

public class LevelsComeAndGoTest {
    private static final int AWAY_MS = 1000;
    private static final RaidShape SHAPE = new RaidShape("pairs", 4, 4096);

    private final Simulation sim = new Simulation(1);
    private final PluggedLevels levels = new PluggedLevels(sim.lanes().control(), sim.clock(), AWAY_MS);
    private final Book book = new Book();

    @Test
    public void letsALevelBeHadForSomeTimeAfterItHasGone() {
        final RaidLevel first = new Pairs(0, 1, 2, 3);
        levels.plug(first, version("1.0.0"));
        levels.keepTo(book);
        levels.unplug(first);
        sim.run();
        final RaidLevelInfo away = info();
        assertEquals(State.AWAY, away.state());
        assertEquals("1.0.0", away.version());
        assertTrue(away.why(), away.why().contains("serve as before for 1 s"));
        assertEquals(2, levels.find("pairs").minDevices());
        assertEquals(1, book.told);
        sim.runFor(TimeUnit.MILLISECONDS.toNanos(2 * AWAY_MS));
        assertEquals(null, levels.find("pairs"));
        assertEquals("nobody needs it", List.of(), levels.infos());
        assertEquals(2, book.told);
    }

    @Test
    public void takesTheNewVersionThatAnswersTheSame() {
        final RaidLevel first = new Pairs(0, 1, 2, 3);
        levels.plug(first, version("1.0.0"));
        book.lies(levels, SHAPE);
        levels.unplug(first);
        levels.plug(new Pairs(0, 1, 2, 3), version("2.0.0"));
        assertEquals(State.INSTALLED, info().state());
        assertEquals("2.0.0", info().version());
        sim.runFor(TimeUnit.MILLISECONDS.toNanos(2 * AWAY_MS));
        assertEquals("the time of the first one counts no more", State.INSTALLED, info().state());
    }

    @Test
    public void refusesAVersionThatLaysOutDataOtherwise() {
        final RaidLevel first = new Pairs(0, 1, 2, 3);
        levels.plug(first, version("1.0.0"));
        book.lies(levels, SHAPE);
        levels.unplug(first);
        final RaidLevel second = new Pairs(0, 2, 1, 3);
        levels.plug(second, version("2.0.0"));
        assertEquals(State.AWAY, info().state());
        assertTrue(info().why(), info().why().contains("version 2.0.0 of bundle pairs is refused"));
        sim.runFor(TimeUnit.MILLISECONDS.toNanos(2 * AWAY_MS));
        assertEquals(State.REFUSED, info().state());
        assertEquals(2 * AWAY_MS, info().awayMs());
        assertTrue(
                info().why(), info().why().contains("columns=4 stripBytes=4096; install the version that made them"));
        assertEquals(null, levels.find("pairs"));
        levels.unplug(second);
        assertEquals(State.MISSING, info().state());
        levels.plug(first, version("1.0.0"));
        assertEquals(State.INSTALLED, info().state());
        assertEquals("", info().why());
    }

    @Test
    public void refusesWhatWasThereBeforeItWasKnownHowDataLies() {
        levels.plug(new Pairs(0, 2, 1, 3), version("2.0.0"));
        book.layouts.put(SHAPE, 17L);
        levels.keepTo(book);
        assertEquals(State.REFUSED, info().state());
        assertEquals(null, levels.find("pairs"));
        book.layouts.clear();
        levels.keepTo(book);
        assertEquals("nothing lies anywhere any more", State.INSTALLED, info().state());
    }

    @Test
    public void saysThatALevelIsMissingThatDataNeeds() {
        book.layouts.put(SHAPE, 17L);
        levels.keepTo(book);
        assertEquals(State.MISSING, info().state());
        assertEquals("level pairs is not installed; install its bundle", info().why());
        assertEquals("", info().bundle());
        assertEquals(0, info().minDevices());
    }

    @Test
    public void prefersTheHigherRankingOfTwo() {
        final RaidLevel low = new Pairs(0, 1, 2, 3);
        final RaidLevel high = new Pairs(0, 1, 2, 3);
        levels.plug(low, version("1.0.0"));
        levels.plug(new Pairs(0, 1, 2, 3), version("1.1.0"));
        assertEquals("no reason to change", "1.0.0", info().version());
        levels.plug(high, new LevelOrigin("pairs", "2.0.0", 7));
        assertEquals("2.0.0", info().version());
        levels.unplug(high);
        levels.unplug(low);
        assertEquals("1.1.0", info().version());
    }

    @Test
    public void takesNoLevelWithoutAFitName() {
        levels.plug(new Named(""), version("1.0.0"));
        levels.plug(new Named("a level"), version("1.0.0"));
        levels.plug(new Named(null), version("1.0.0"));
        assertEquals(List.of(), levels.infos());
    }

    @Test
    public void saysWhichLevelAnswersNonsenseOrFails() {
        final int[] answer = {1};
        final RaidLevel odd = new Pairs(0, 1, 2, 3) {
            @Override
            public int columns(final int devices) {
                if (answer[0] < 0) {
                    throw new NoClassDefFoundError("gone with its bundle");
                }
                return answer[0];
            }

            @Override
            public RaidGeometry geometry(final int columns, final int stripBytes) {
                if (columns == 5) {
                    throw new IllegalStateException("no idea");
                }
                return super.geometry(4, 4096);
            }
        };
        levels.plug(odd, version("1.0.0"));
        final PluggedLevel level = levels.find("pairs");
        fails("must be 2 to 4, is 1", () -> level.columns(4));
        answer[0] = 5;
        fails("must be 2 to 4, is 5", () -> level.columns(4));
        answer[0] = -1;
        fails("gone with its bundle", () -> level.columns(4));
        fails("no idea", () -> level.geometry(5, 4096));
        fails("has columns=4 stripBytes=4096", () -> level.geometry(6, 4096));
        book.layouts.put(new RaidShape("pairs", 5, 4096), 1L);
        levels.keepTo(book);
        assertTrue(info().why(), info().why().contains("has no layout for sets that there are"));
    }

    private static void fails(final String why, final ThrowingRunnable call) {
        final StorageException failed = assertThrows(StorageException.class, call);
        assertEquals(StorageException.Code.UNAVAILABLE, failed.code());
        assertTrue(failed.getMessage(), failed.getMessage().contains(why));
    }

    private RaidLevelInfo info() {
        return levels.infos().get(0);
    }

    private static LevelOrigin version(final String version) {
        return new LevelOrigin("pairs", version, 0);
    }

    private static final class Book implements LayoutBook {
        private final Map<RaidShape, Long> layouts = new HashMap<>();
        private int told;

        /** Sets of a shape are there, laid out by the level that there is. */
        void lies(final PluggedLevels by, final RaidShape shape) {
            layouts.put(
                    shape,
                    by.find(shape.level())
                            .geometry(shape.columns(), shape.stripBytes())
                            .fingerprint());
            by.keepTo(this);
        }

        @Override
        public Map<RaidShape, Long> layouts() {
            return layouts;
        }

        @Override
        public void levelsChanged() {
            told++;
        }
    }

    /** Two pairs of copies on four columns. */
    private static class Pairs implements RaidLevel {
        private final List<Integer> places;

        Pairs(final Integer... places) {
            this.places = List.of(places);
        }

        @Override
        public String name() {
            return "pairs";
        }

        @Override
        public int minDevices() {
            return 2;
        }

        @Override
        public int columns(final int devices) {
            return 4;
        }

        @Override
        public RaidGeometry geometry(final int columns, final int stripBytes) {
            return new GeometryTableTest.Drawn(columns, stripBytes, 1, 0, places);
        }
    }

    private static final class Named extends Pairs {
        private final String name;

        Named(final String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }
    }
}
