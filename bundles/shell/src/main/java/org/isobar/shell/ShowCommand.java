package org.isobar.shell;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.support.CommandException;

/**
 * A command that shows something, for people or (with {@code --json}, in REST's shape) for programs.
 *
 * @param <T> what it shows
 */
abstract class ShowCommand<T> extends StorageCommand {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Option(name = "--json", description = "Prints JSON, as REST does")
    private boolean json;

    /** What to show. */
    protected abstract T fetch() throws CommandException;

    /** Shows it to people. */
    protected abstract void print(T value);

    @Override
    protected final void run() throws CommandException, IOException {
        final T value = fetch();
        if (json) {
            System.out.println(JSON.writeValueAsString(value));
        } else {
            print(value);
        }
    }
}
