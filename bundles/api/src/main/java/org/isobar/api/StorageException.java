package org.isobar.api;

import static java.util.Objects.requireNonNull;

/**
 * The one exception of the control path: an operating failure or a refused request. The message reads
 * {@code what failed: key=value} and, where someone can do something about it, says what.
 */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure; skins map it to an HTTP status or a shell message. */
    public enum Code {
        /** A field is missing, malformed or out of bounds. */
        INVALID,
        /** No such object. */
        NOT_FOUND,
        /** An object with this name exists. */
        EXISTS,
        /** The object's state forbids it now, e.g. a volume that an initiator uses. */
        CONFLICT,
        /** Belongs to someone else, e.g. a device with foreign data; needs force. */
        FOREIGN,
        /** Not enough free space or devices. */
        NO_SPACE,
        /** The object is there but cannot serve, e.g. an offline RAID set. */
        UNAVAILABLE,
        /** A device or the host failed. */
        IO
    }

    private final Code code;

    public StorageException(final Code code, final String message) {
        super(message);
        this.code = requireNonNull(code);
    }

    public StorageException(final Code code, final String message, final Throwable cause) {
        super(message, cause);
        this.code = requireNonNull(code);
    }

    /** What kind of failure. */
    public Code code() {
        return code;
    }
}
