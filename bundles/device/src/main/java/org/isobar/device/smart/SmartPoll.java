package org.isobar.device.smart;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.isobar.api.device.SmartInfo;
import org.isobar.common.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks all devices now and again what they say of themselves, one after the other, on threads of its own. */
public final class SmartPoll {
    private static final Logger LOG = LoggerFactory.getLogger(SmartPoll.class);
    private static final long FIRST_AFTER_S = 5;
    /** Two questions in a row, and the time limit of one of them. */
    private static final int THREADS = 2;

    private final SmartSettings settings;
    private final Clock clock;
    private final Supplier<List<Subject>> subjects;
    private final ScheduledExecutorService threads;
    private final SmartCommand command;
    private final ScheduledFuture<?> asking;

    /**
     * A device to be asked.
     *
     * @param blockDevice whether it is one; a file has nothing to say
     * @param tell takes the answer, on a thread of the poll
     */
    public record Subject(Path path, boolean blockDevice, Consumer<SmartInfo> tell) {}

    /** Begins soon. */
    public SmartPoll(final SmartSettings settings, final Clock clock, final Supplier<List<Subject>> subjects) {
        this.settings = settings;
        this.clock = clock;
        this.subjects = subjects;
        threads = Executors.newScheduledThreadPool(THREADS, task -> {
            final Thread thread = new Thread(task, "isobar-smart");
            thread.setDaemon(true);
            return thread;
        });
        command = new SmartCommand(settings, threads);
        asking = threads.scheduleWithFixedDelay(
                this::askQuietly,
                Math.min(FIRST_AFTER_S, settings.intervalS()),
                settings.intervalS(),
                TimeUnit.SECONDS);
    }

    /** Asks no more; an answer that is on its way is not waited for. */
    public void close() {
        asking.cancel(true);
        command.stop();
        threads.shutdownNow();
    }

    private void askQuietly() {
        try {
            subjects.get().forEach(this::ask);
        } catch (final RuntimeException e) {
            if (!threads.isShutdown()) {
                // The next round must still come.
                LOG.error("device.smart.failed", e);
            }
        }
    }

    private void ask(final Subject subject) {
        subject.tell().accept(answer(subject));
    }

    private SmartInfo answer(final Subject subject) {
        if (settings.command().isEmpty()) {
            return SmartInfo.unavailable("switched off: smart.command is empty");
        }
        if (!subject.blockDevice()) {
            return SmartInfo.unavailable("a file, not a block device");
        }
        return command.ask(subject.path(), clock.wallMs());
    }
}
