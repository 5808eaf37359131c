package org.isobar.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.isobar.api.StorageException;
import org.isobar.api.recording.RecordingInfo;
import org.isobar.api.recording.RecordingService;
import org.isobar.api.recording.RecordingSpec;

/** Records the accesses of volumes. */
@Service
@Command(
        scope = "volume",
        name = "record",
        description = "Records which pages of a volume are read and written: start VOLUME, stop ID, list, delete ID,"
                + " export ID FILE")
public final class VolumeRecordCommand extends ShowCommand<List<RecordingInfo>> {
    @Reference
    private RecordingService recordings;

    @Argument(index = 0, name = "action", description = "start, stop, list, delete or export", required = true)
    @Completion(
            value = StringsCompleter.class,
            values = {"start", "stop", "list", "delete", "export"})
    private String action;

    @Argument(index = 1, name = "what", description = "start: the volume; stop, delete, export: the recording's number")
    @Completion(RecordingSubjects.class)
    private String what;

    @Argument(index = 2, name = "file", description = "export: file on the member that is made, a line for each access")
    private String file;

    @Option(name = "--seconds", description = "start: how long at most, 1 to 604800; 3600 when not given")
    private String seconds;

    @Option(name = "--sample", description = "start: one page in so many, 1 to 1024; every page when not given")
    private String sample;

    @Option(name = "--limit", description = "start: length at which the file is full, 1M to 1G; 64M when not given")
    private String limit;

    @Override
    protected List<RecordingInfo> fetch() throws CommandException {
        checkArguments();
        return switch (action) {
            case "start" ->
                List.of(await(recordings.start(new RecordingSpec(
                        what,
                        whole("--seconds", seconds),
                        whole("--sample", sample),
                        limit == null ? 0 : Size.parse("--limit", limit)))));
            case "stop" -> List.of(await(recordings.stop(RecordingIds.parse(what))));
            case "delete" -> {
                await(recordings.delete(RecordingIds.parse(what)));
                yield recordings.recordings();
            }
            case "export" -> {
                export(RecordingIds.parse(what));
                yield recordings.recordings();
            }
            default -> recordings.recordings();
        };
    }

    private void checkArguments() throws CommandException {
        switch (action) {
            case "start" -> checkGiven(what != null, "VOLUME");
            case "stop", "delete" -> checkGiven(what != null, "ID");
            case "export" -> checkGiven(what != null && file != null, "ID FILE");
            case "list" -> {}
            default -> throw new CommandException("action: must be start, stop, list, delete or export, is " + action);
        }
        if (!"start".equals(action) && (seconds != null || sample != null || limit != null)) {
            throw new CommandException("--seconds, --sample and --limit are for start");
        }
    }

    private void checkGiven(final boolean given, final String missing) throws CommandException {
        if (!given) {
            throw new CommandException("give volume:record " + action + " " + missing);
        }
    }

    private void export(final int id) {
        try (OutputStream to = Files.newOutputStream(Path.of(file), StandardOpenOption.CREATE_NEW)) {
            recordings.export(id, to);
        } catch (final IOException failed) {
            throw new StorageException(StorageException.Code.IO, "file cannot be written: " + failed, failed);
        }
    }

    private static int whole(final String option, final String text) {
        try {
            return text == null ? 0 : Integer.parseInt(text);
        } catch (final NumberFormatException notOne) {
            throw new StorageException(StorageException.Code.INVALID, option + ": must be a whole number, is " + text);
        }
    }

    @Override
    protected void print(final List<RecordingInfo> all) {
        RecordingTable.print(all);
    }
}
