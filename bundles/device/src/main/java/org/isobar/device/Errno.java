package org.isobar.device;

import org.isobar.api.block.IoStatus;

/** The kernel's error numbers that matter here (errno(3)), as positive numbers. */
final class Errno {
    static final int NONE = 0;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    /** The medium has lost it. */
    static final int ENODATA = 61;
    /** It fails its integrity check. */
    static final int EILSEQ = 84;

    static final int EOPNOTSUPP = 95;
    /** The device refuses it. */
    static final int EREMOTEIO = 121;

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

    /** Whether the same operation would fail again: the medium or the device says so, or the member itself is wrong. */
    static boolean lasting(final int errno) {
        return switch (errno) {
            case ENXIO, ENODEV, EINVAL, ENODATA, EILSEQ, EOPNOTSUPP, EREMOTEIO, BEYOND_END -> true;
            default -> false;
        };
    }

    static String name(final int errno) {
        return switch (errno) {
            case EIO -> "EIO";
            case EAGAIN -> "EAGAIN";
            case EINVAL -> "EINVAL";
            case ENXIO -> "ENXIO";
            case ENODEV -> "ENODEV";
            case ENODATA -> "ENODATA";
            case EILSEQ -> "EILSEQ";
            case EREMOTEIO -> "EREMOTEIO";
            case ENOSPC -> "ENOSPC";
            case EROFS -> "EROFS";
            case EOPNOTSUPP -> "EOPNOTSUPP";
            case EDQUOT -> "EDQUOT";
            case BEYOND_END -> "beyond-end-of-file";
            default -> "errno-" + errno;
        };
    }
}
