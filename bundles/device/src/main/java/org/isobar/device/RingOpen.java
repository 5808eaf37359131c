package org.isobar.device;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.common.buffer.Buffers;

/** Opens one file on a ring, because only so do we learn a file descriptor that the ring can use. */
final class RingOpen implements IoUringIoHandle {
    private static final byte OP_OPENAT = 18;
    private static final int AT_FDCWD = -100;
    private static final int O_RDWR = 2;
    private static final int O_EXCL = 0x80;
    private static final int O_CLOEXEC = 0x80000;
    /** O_DIRECT differs between processors. */
    private static final int O_DIRECT = "aarch64".equals(System.getProperty("os.arch")) ? 0x10000 : 0x4000;

    private final CompletableFuture<Integer> result = new CompletableFuture<>();

    private RingOpen() {}

    /**
     * Opens for reading and writing; waits, so never called on a lane.
     *
     * @param exclusive refuse a block device that a file system or another member has opened (open(2), O_EXCL)
     */
    static int open(final IoEventLoop loop, final Path path, final boolean direct, final boolean exclusive) {
        final byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        final ByteBuf terminated = Buffers.allocateZeroed(name.length + 1);
        final RingOpen handle = new RingOpen();
        try {
            terminated.setBytes(0, name);
            final IoRegistration registration =
                    loop.register(handle).syncUninterruptibly().getNow();
            final int flags = O_RDWR | O_CLOEXEC | (direct ? O_DIRECT : 0) | (exclusive ? O_EXCL : 0);
            registration.submit(new IoUringIoOps(
                    OP_OPENAT,
                    (byte) 0,
                    (short) 0,
                    AT_FDCWD,
                    0L,
                    terminated.memoryAddress(),
                    0,
                    flags,
                    1L,
                    (short) 0,
                    (short) 0,
                    0,
                    0L));
            final int fd = handle.result.join();
            registration.cancel();
            if (fd < 0) {
                throw new StorageException(
                        Code.IO, "device cannot be opened: path=" + path + " error=" + Errno.name(-fd));
            }
            return fd;
        } finally {
            terminated.release();
        }
    }

    @Override
    public void handle(final IoRegistration registration, final IoEvent event) {
        result.complete(((IoUringIoEvent) event).res());
    }

    @Override
    public void close() {
        // The loop waits for what is under way before it ends, so the result still comes.
    }
}
