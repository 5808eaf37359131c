package org.isobar.volume.recording;

/** What is recorded of an operation, as in the file. */
public final class AccessOp {
    /** Data were read. */
    public static final int READ = 0;

    /** Data were written. */
    public static final int WRITE = 1;

    /** Zeros were written. */
    public static final int ZERO = 2;

    /** Not recorded. */
    static final int NONE = 3;

    private AccessOp() {}

    /** For people. */
    static String text(final int op) {
        return switch (op) {
            case READ -> "read";
            case WRITE -> "write";
            case ZERO -> "zero";
            default -> "unknown";
        };
    }
}
