package org.isobar.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.StorageException;
import org.isobar.api.access.ChapSecrets;

/** Gets secrets from a prompt or a file, never from the command line, which ends up in histories and process lists. */
final class SecretInput {
    private SecretInput() {}

    /**
     * The secrets of a user.
     *
     * @param file on the member's host, a line for each secret; null to ask for them
     * @param targetName null for one-way CHAP
     */
    static ChapSecrets read(final Session session, final String file, final String targetName)
            throws CommandException, IOException {
        final int count = targetName == null ? 1 : 2;
        if (file == null) {
            final char[] secret = ask(session, "Secret of the initiator: ");
            return new ChapSecrets(secret, targetName, count == 1 ? null : ask(session, "Secret of the target: "));
        }
        final List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(file), StandardCharsets.US_ASCII);
        } catch (final IOException unreadable) {
            throw new CommandException("secrets file cannot be read: file=" + file + " because=" + unreadable);
        }
        if (lines.size() != count) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "--secrets-file: must have " + count + (count == 1 ? " line" : " lines") + ", has " + lines.size());
        }
        return new ChapSecrets(
                lines.get(0).toCharArray(),
                targetName,
                count == 1 ? null : lines.get(1).toCharArray());
    }

    private static char[] ask(final Session session, final String prompt) throws CommandException, IOException {
        final String once;
        final String again;
        try {
            once = session.readLine(prompt, '*');
            again = session.readLine("Again: ", '*');
        } catch (final UnsupportedOperationException nobodyThere) {
            throw new CommandException("nobody to ask for the secret: give --secrets-file");
        }
        if (once == null || !once.equals(again)) {
            throw new CommandException("not done: the two inputs differ");
        }
        return once.toCharArray();
    }
}
