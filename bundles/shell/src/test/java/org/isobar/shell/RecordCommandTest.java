package org.isobar.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class RecordCommandTest {
    @Rule
    public final TestShell shell = new TestShell();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Before
    public void createAVolume() throws Exception {
        shell.run("pool:layout");
        shell.run("volume:create v 1G");
    }

    @Test
    public void startsListsExportsStopsAndDeletes() throws Exception {
        assertTrue(shell.run("volume:record list").contains("No recordings"));
        final String started = shell.run("volume:record --seconds 60 --sample 8 --limit 1M start v");
        assertTrue(started, started.contains("RUNNING") && started.contains("1 in 8"));
        assertEquals(
                60,
                new ObjectMapper()
                        .readTree(shell.run("volume:record --json list"))
                        .at("/0/seconds")
                        .asInt());
        final Path file = folder.getRoot().toPath().resolve("accesses.csv");
        shell.run("volume:record export 1 " + file);
        assertTrue(Files.readString(file).endsWith("5,read,0,1,8\n"));
        refuses("volume:record export 1 " + file, "file cannot be written");
        assertEquals(List.of("1 ", "v "), shell.complete(RecordingSubjects.class, ""));
        assertTrue(shell.run("volume:record stop 1").contains("STOPPED"));
        assertTrue(shell.run("volume:record delete 1").contains("No recordings"));
    }

    @Test
    public void refusesWhatMakesNoSense() throws Exception {
        refuses("volume:record begin", "action: must be start, stop, list, delete or export, is begin");
        refuses("volume:record start", "give volume:record start VOLUME");
        refuses("volume:record stop", "give volume:record stop ID");
        refuses("volume:record delete", "give volume:record delete ID");
        refuses("volume:record export 1", "give volume:record export ID FILE");
        refuses("volume:record --seconds 5 stop 1", "are for start");
        refuses("volume:record stop 9", "no such recording");
        refuses("volume:record delete x", "no such recording");
        refuses("volume:record delete 99999999999", "no such recording");
        refuses("volume:record start w", "no such volume");
        refuses("volume:record --seconds soon start v", "--seconds: must be a whole number");
        refuses("volume:record --seconds 604801 start v", "seconds: must be 0 or 1 to 604800");
        refuses("volume:record --sample 1025 start v", "sampleOneIn: must be 0 or 1 to 1024");
        refuses("volume:record --limit 2G start v", "limitBytes: must be 0 or 1048576 to 1073741824");
    }

    private void refuses(final String line, final String why) {
        final Exception refused = assertThrows(Exception.class, () -> shell.run(line));
        assertTrue(refused.getMessage(), refused.getMessage().contains(why));
    }
}
