package org.isobar.shell;

import org.isobar.api.StorageException;

/** A percentage as it is typed. */
final class Percent {
    private Percent() {}

    /** The number; refuses what is none, naming the argument. What is too much or too little is for others to say. */
    static int parse(final String argument, final String text) {
        try {
            return Integer.parseInt(text);
        } catch (final NumberFormatException notOne) {
            throw new StorageException(
                    StorageException.Code.INVALID, argument + ": must be a whole number of percent, is " + text);
        }
    }
}
