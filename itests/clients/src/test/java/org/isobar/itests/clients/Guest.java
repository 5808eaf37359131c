package org.isobar.itests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A small Debian machine under software emulation, with the kernel's iSCSI initiator, that reaches this host's loopback as
 * {@link #HOST} and, through its second network card, as {@link #HOST_BY_SECOND_CARD}. Commands go over its second serial
 * port, one at a time; the first one is the kernel's console, kept in a file.
 */
final class Guest implements AutoCloseable {
    static final String HOST = "10.0.2.2";
    static final String HOST_BY_SECOND_CARD = "10.0.3.2";

    private static final Path FOLDER = Path.of("target", "guest").toAbsolutePath();
    private static final String EXIT = "GUEST-EXIT ";
    private static final long BOOT_LIMIT_S = 180;
    private static final int CONSOLE_TAIL = 60;

    /** What the kernel says when I/O or itself went wrong; connection errors alone are not among it. */
    private static final Pattern TROUBLE = Pattern.compile("I/O error|EXT4-fs (error|warning)|JBD2.*(rror|bort)"
            + "|critical |FAILED Result|Sense Key|rejecting I/O|Device offlined|blocked for more than|BUG:|WARNING:"
            + "|Call Trace|Out of memory|Remounting");

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Process machine;
    private final Path console;
    private final Path messages;
    private int forgotten;

    private Guest(final String name) throws IOException {
        console = FOLDER.resolve(name + ".console.log");
        messages = FOLDER.resolve(name + ".qemu.log");
        machine = new ProcessBuilder(List.of(
                        "qemu-system-x86_64",
                        "-nodefaults",
                        "-no-user-config",
                        "-no-reboot",
                        "-machine",
                        "q35,accel=tcg",
                        "-cpu",
                        "max",
                        "-m",
                        "512",
                        "-display",
                        "none",
                        "-kernel",
                        FOLDER.resolve("vmlinuz").toString(),
                        "-initrd",
                        FOLDER.resolve("initramfs").toString(),
                        "-append",
                        "console=ttyS0 loglevel=7 panic=-1 mitigations=off cryptomgr.notests net.ifnames=0 audit=0",
                        "-netdev",
                        "user,id=first,net=10.0.2.0/24",
                        "-device",
                        "virtio-net-pci,netdev=first,romfile=",
                        "-netdev",
                        "user,id=second,net=10.0.3.0/24",
                        "-device",
                        "virtio-net-pci,netdev=second,romfile=",
                        "-serial",
                        "file:" + console,
                        "-serial",
                        "stdio"))
                .redirectError(messages.toFile())
                .start();
        final Thread reader = new Thread(this::readLines, "guest " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Makes the guest's kernel and file system where they are missing, boots it, and waits until it takes commands. */
    static Guest boot(final String name) {
        Tools.run("src/test/guest/build", FOLDER.toString());
        try {
            final Guest guest = new Guest(name);
            try {
                guest.await("GUEST-READY", BOOT_LIMIT_S, "its start");
            } catch (final AssertionError failure) {
                guest.close();
                throw failure;
            }
            return guest;
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What it runs: the kernel's and the packages' versions. */
    static String versions() {
        return read(FOLDER.resolve("versions")).strip().replace("\n", ", ");
    }

    /** Runs one line of shell that must succeed, and returns what it printed. */
    String run(final long limitS, final String command) {
        final Tools.Result result = attempt(limitS, command);
        if (result.exit() != 0) {
            throw failure("the guest's command ended with " + result.exit() + ": " + command + "\n" + result.output());
        }
        return result.output();
    }

    /** Runs one line of shell whatever its end. */
    Tools.Result attempt(final long limitS, final String command) {
        send(command);
        final StringBuilder printed = new StringBuilder();
        final String exit = await(EXIT, limitS, command, printed);
        return new Tools.Result(Integer.parseInt(exit.substring(EXIT.length()).strip()), printed.toString());
    }

    /** Waits until a line of shell succeeds. */
    void awaitSuccess(final long limitS, final String what, final String command) {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitS);
        Tools.Result last = attempt(limitS, command);
        while (last.exit() != 0) {
            if (System.nanoTime() > deadline) {
                throw failure("waited in vain for " + what + "; " + command + " printed:\n" + last.output());
            }
            Appliance.pause(500);
            last = attempt(limitS, command);
        }
    }

    /** Lets {@link #log} begin here. */
    void forgetLog() {
        forgotten = read(console).length();
    }

    /** Fails when the log shows an I/O error or worse. */
    void assertKernelContent() {
        final String trouble =
                log().lines().filter(line -> TROUBLE.matcher(line).find()).collect(Collectors.joining("\n"));
        assertEquals("the guest's kernel complains (all of it: " + console + ")", "", trouble);
    }

    /** What the kernel and the initiator's daemon have logged since {@link #forgetLog}. */
    String log() {
        return read(console).substring(forgotten);
    }

    @Override
    public void close() {
        machine.destroyForcibly();
        try {
            machine.waitFor();
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private void send(final String command) {
        try {
            machine.getOutputStream().write((command + "\n").getBytes(UTF_8));
            machine.getOutputStream().flush();
        } catch (final IOException gone) {
            throw failure("the guest is gone before: " + command);
        }
    }

    private void await(final String beginning, final long limitS, final String what) {
        await(beginning, limitS, what, new StringBuilder());
    }

    private String await(final String beginning, final long limitS, final String what, final StringBuilder printed) {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitS);
        try {
            while (true) {
                final String line = lines.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (line == null) {
                    throw failure((machine.isAlive()
                                    ? "the guest took more than " + limitS + " s for: "
                                    : "the guest died in: ")
                            + what + "\n" + printed);
                }
                if (line.startsWith(beginning)) {
                    return line;
                }
                printed.append(line).append('\n');
            }
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private void readLines() {
        try (BufferedReader output = new BufferedReader(new InputStreamReader(machine.getInputStream(), UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (final IOException closed) {
            lines.add("the guest's serial port closed: " + closed);
        }
    }

    private AssertionError failure(final String message) {
        final List<String> log = read(console).lines().toList();
        final String tail = String.join("\n", log.subList(Math.max(0, log.size() - CONSOLE_TAIL), log.size()));
        return new AssertionError(message + "\n--- qemu:\n" + read(messages) + "--- end of " + console + ":\n" + tail);
    }

    private static String read(final Path file) {
        try {
            return Files.exists(file) ? new String(Files.readAllBytes(file), UTF_8) : "";
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
