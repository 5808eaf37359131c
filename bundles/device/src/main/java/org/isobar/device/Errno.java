package org.isobar.device;

import org.isobar.api.block.IoStatus;

/** The kernel's error numbers that matter here (errno(3)), as positive numbers. */
final class Errno {
    static final int NONE = 0;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int EOPNOTSUPP = 95;
    static final int EDQUOT = 122;
    /** Not the kernel's: the file ends before the range does. */
    static final int BEYOND_END = 255;
    /** Larger than all of the above. */
    static final int LIMIT = BEYOND_END + 1;

    private Errno() {}

    static IoStatus status(final int errno) {
        return switch (errno) {
            case NONE -> IoStatus.OK;
            case ENOSPC, EDQUOT -> IoStatus.NO_SPACE;
            case EROFS -> IoStatus.WRITE_PROTECTED;
            default -> IoStatus.IO_ERROR;
        };
    }

    static String name(final int errno) {
        return switch (errno) {
            case EIO -> "EIO";
            case EAGAIN -> "EAGAIN";
            case EINVAL -> "EINVAL";
            case ENOSPC -> "ENOSPC";
            case EROFS -> "EROFS";
            case EOPNOTSUPP -> "EOPNOTSUPP";
            case EDQUOT -> "EDQUOT";
            case BEYOND_END -> "beyond-end-of-file";
            default -> "errno-" + errno;
        };
    }
}
