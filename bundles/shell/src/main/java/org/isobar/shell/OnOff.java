package org.isobar.shell;

import org.isobar.api.StorageException;

/** A switch as it is typed. */
final class OnOff {
    static final String ON = "on";

    private OnOff() {}

    /** Whether it is on; refuses anything but on and off, naming the argument. */
    static boolean parse(final String argument, final String text) {
        if (!ON.equals(text) && !"off".equals(text)) {
            throw new StorageException(StorageException.Code.INVALID, argument + ": must be on or off, is " + text);
        }
        return ON.equals(text);
    }
}
