package org.isobar.pool.check;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one device that is checked. */
public interface CheckSource extends AutoCloseable {
    /** What an operator knows it by. */
    String name();

    /** Length now. */
    long sizeBytes() throws IOException;

    /** Reads some bytes from {@code offset}; answers how many, or -1 at the end. */
    int read(ByteBuffer into, long offset) throws IOException;

    @Override
    void close() throws IOException;
}
