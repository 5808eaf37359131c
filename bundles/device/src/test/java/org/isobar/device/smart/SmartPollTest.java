package org.isobar.device.smart;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.isobar.api.device.SmartInfo;
import org.isobar.common.time.SystemClock;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** With a program of ours in the place of smartctl. */
public class SmartPollTest {
    private static final String FAILING = "{\"smart_status\":{\"passed\":false},\"temperature\":{\"current\":61}}";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final BlockingQueue<SmartInfo> answers = new LinkedBlockingQueue<>();
    private SmartPoll poll;

    @After
    public void stop() {
        if (poll != null) {
            poll.close();
        }
    }

    @Test
    public void asksAboutTheDeviceAndAgain() throws Exception {
        final Path arguments = folder.getRoot().toPath().resolve("arguments");
        start(program("echo \"$@\" > '" + arguments + "'; echo '" + FAILING + "'; exit 24"), "/dev/a b;c", true);
        final SmartInfo info = answer();
        assertTrue(info.available());
        assertFalse(info.passed());
        assertEquals(61, info.temperatureC());
        assertTrue(info.askedMs() > 0);
        assertEquals("--json --all /dev/a b;c", Files.readString(arguments).strip());
        assertTrue("asked again", answer().available());
    }

    @Test
    public void aProgramThatIsNotThereIsNamed() throws Exception {
        start("/nowhere/smartctl", "/dev/x", true);
        final SmartInfo info = answer();
        assertFalse(info.available());
        assertTrue(info.why(), info.why().contains("cannot run /nowhere/smartctl"));
    }

    @Test
    public void anAnswerThatTakesTooLongIsNotWaitedFor() throws Exception {
        start(program("exec sleep 60"), "/dev/x", true);
        assertEquals("no answer within 1 s", answer().why());
    }

    @Test
    public void anAnswerWithoutEndIsCutShort() throws Exception {
        start(program("exec yes"), "/dev/x", true);
        assertTrue(answer().why().startsWith("the answer is longer than"));
    }

    @Test
    public void closingEndsWhatIsRunning() throws Exception {
        final Path begun = folder.getRoot().toPath().resolve("begun");
        start(program("echo $$ > '" + begun + "'; exec sleep 600"), "/dev/x", true, 600);
        String pid = "";
        while (!pid.endsWith("\n")) {
            Thread.onSpinWait();
            pid = Files.exists(begun) ? Files.readString(begun) : "";
        }
        poll.close();
        ProcessHandle.of(Long.parseLong(pid.strip()))
                .ifPresent(program ->
                        program.onExit().orTimeout(30, TimeUnit.SECONDS).join());
    }

    @Test
    public void aFileHasNothingToSay() throws Exception {
        start(program("echo never"), "/srv/file", false);
        assertEquals("a file, not a block device", answer().why());
    }

    @Test
    public void anEmptyCommandSwitchesItOff() throws Exception {
        start("", "/dev/x", true);
        assertTrue(answer().why().startsWith("switched off"));
    }

    @Test
    public void badSettingsAreRefusedByName() {
        assertThrows(IllegalArgumentException.class, () -> new SmartSettings("smartctl", 0, 30));
        assertThrows(IllegalArgumentException.class, () -> new SmartSettings("smartctl", 604_801, 30));
        assertThrows(IllegalArgumentException.class, () -> new SmartSettings("smartctl", 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new SmartSettings("smartctl", 1, 601));
    }

    private void start(final String command, final String device, final boolean blockDevice) {
        start(command, device, blockDevice, 1);
    }

    private void start(final String command, final String device, final boolean blockDevice, final int limitS) {
        final List<SmartPoll.Subject> subjects =
                List.of(new SmartPoll.Subject(Path.of(device), blockDevice, answers::add));
        poll = new SmartPoll(new SmartSettings(command, 1, limitS), new SystemClock(), () -> subjects);
    }

    private SmartInfo answer() throws InterruptedException {
        final SmartInfo info = answers.poll(30, TimeUnit.SECONDS);
        if (info == null) {
            throw new AssertionError("no answer");
        }
        return info;
    }

    private String program(final String script) throws Exception {
        final Path path = folder.getRoot().toPath().resolve("fake-smartctl");
        Files.writeString(path, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        return path.toString();
    }
}
