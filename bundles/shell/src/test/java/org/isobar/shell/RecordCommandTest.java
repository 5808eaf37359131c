package org.isobar.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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

    @Test
    public void simulatesAPolicy() throws Exception {
        shell.run("volume:record start v");
        final String printed = shell.run("balance:simulate 1");
        assertTrue(
                printed, printed.contains("policy adaptive on recording 1 of volume v: 16 clients, asked every 60 s"));
        assertTrue(printed, printed.contains("A 100 %, 50 %, 0.250, 7"));
        assertTrue(printed, printed.contains("adaptive: 3 to move; saves a lot"));
        assertTrue(
                printed,
                printed.contains("in all: 200.0 % of staying, 80.0 % of the oracle; 2 pages moved (8.00 MiB),"
                        + " one again after 90 s"));
        assertTrue(printed, printed.contains("note: heed this"));
        final JsonNode report = new ObjectMapper()
                .readTree(shell.run("balance:simulate --json --policy adaptive --period 30 --rate 1M --clients 4"
                        + " --speed 2.5 --pool fast=9000/4500,120,100 --pool slow=100,8000.5,1000 1"));
        assertEquals(250, report.at("/spec/speedPercent").asInt());
        assertEquals(30, report.at("/spec/periodS").asInt());
        assertEquals(1 << 20, report.at("/spec/bytesPerSecond").asInt());
        assertEquals(4, report.at("/spec/clients").asInt());
        assertEquals(4500, report.at("/spec/pools/0/writesPerS").asDouble(), 0);
        assertEquals(8000.5, report.at("/spec/pools/1/latencyUs").asDouble(), 0);
        assertEquals(100, report.at("/spec/pools/1/writesPerS").asDouble(), 0);
        assertEquals(1000, report.at("/spec/pools/1/pages").asInt());
    }

    @Test
    public void refusesToSimulateWhatMakesNoSense() throws Exception {
        refuses("balance:simulate 1", "no such recording");
        refuses("balance:simulate x", "no such recording");
        shell.run("volume:record start v");
        refuses("balance:simulate --policy other 1", "simulation FAILED: nobody knows why");
        refuses("balance:simulate --pool fast 1", "--pool: must be NAME=IOPS,LATENCY,PAGES");
        refuses("balance:simulate --pool fast=many,1,1 1", "--pool: IOPS: must be a number");
        refuses("balance:simulate --pool fast=1,1,0 1", "pools.pages: must be 1 to 16777216");
        refuses("balance:simulate --pool fast=1,NaN,1 1", "pools.latencyUs: must be 0 to 60000000");
        refuses("balance:simulate --period soon 1", "--period: must be a number");
        refuses("balance:simulate --period 5 1", "periodS: must be 10 to 86400");
        refuses("balance:simulate --clients 0 1", "clients: must be 1 to 1024");
        refuses("balance:simulate --speed 0 1", "speedPercent: must be 1 to 10000");
        refuses("balance:simulate --rate 1K 1", "bytesPerSecond: must be");
    }

    private void refuses(final String line, final String why) {
        final Exception refused = assertThrows(Exception.class, () -> shell.run(line));
        assertTrue(refused.getMessage(), refused.getMessage().contains(why));
    }
}
