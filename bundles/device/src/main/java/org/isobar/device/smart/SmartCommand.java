package org.isobar.device.smart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.isobar.api.device.SmartInfo;

/**
 * Asks one device by running a program; its length of answer and time are bounded. Blocks; never on a lane and never on the
 * thread that looks after the devices.
 */
final class SmartCommand {
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private final SmartSettings settings;
    private final ScheduledExecutorService timers;
    private volatile Process running;
    private volatile boolean stopped;

    /**
     * Prepares.
     *
     * @param timers ends programs that take too long; must have a thread besides the caller's
     */
    SmartCommand(final SmartSettings settings, final ScheduledExecutorService timers) {
        this.settings = settings;
        this.timers = timers;
    }

    /** Ends what is running, and what would run later, without an answer. Any thread. */
    void stop() {
        stopped = true;
        final Process program = running;
        if (program != null) {
            program.destroyForcibly();
        }
    }

    /** What the device at the path says. */
    SmartInfo ask(final Path device, final long nowMs) {
        final Process program;
        try {
            // No shell between, so that the path is one word whatever it contains.
            program = new ProcessBuilder(settings.command(), "--json", "--all", device.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (final IOException e) {
            return SmartInfo.unavailable("cannot run " + settings.command() + ": " + e.getMessage());
        }
        running = program;
        if (stopped) {
            program.destroyForcibly();
        }
        final AtomicBoolean late = new AtomicBoolean();
        ScheduledFuture<?> end = null;
        try (InputStream output = program.getInputStream()) {
            end = timers.schedule(
                    () -> {
                        late.set(true);
                        program.destroyForcibly();
                    },
                    settings.limitS(),
                    TimeUnit.SECONDS);
            program.getOutputStream().close();
            final byte[] answer = output.readNBytes(ANSWER_BYTES_MAX + 1);
            if (late.get()) {
                return SmartInfo.unavailable("no answer within " + settings.limitS() + " s");
            }
            if (answer.length > ANSWER_BYTES_MAX) {
                return SmartInfo.unavailable("the answer is longer than " + ANSWER_BYTES_MAX + " bytes");
            }
            // The exit status is no help: it is not zero for many devices that are sound.
            return SmartAnswer.of(answer, nowMs);
        } catch (final IOException e) {
            return SmartInfo.unavailable(
                    late.get() ? "no answer within " + settings.limitS() + " s" : "no answer: " + e.getMessage());
        } finally {
            if (end != null) {
                end.cancel(false);
            }
            program.destroyForcibly();
            running = null;
        }
    }
}
