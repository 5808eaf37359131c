package org.isobar.raid;

import io.netty.buffer.ByteBuf;

/** What a {@link BatchWrite} writes to two columns, or to a certain one. Control lane only. */
interface LogWrite {
    /** Any two columns. */
    int TWO = -1;

    /** The only column that it is for, which can do without it once that is given up, or {@link #TWO}. */
    default int column() {
        return TWO;
    }

    /** Says which columns are to get it, before all else, and again when the choice changes. */
    void chosen(long columns);

    /** Where it goes, relative to the chunklet. */
    long inChunklet();

    ByteBuf buffer();

    /** Where it begins in the buffer. */
    int index();

    int lengthBytes();

    /** Whether it must be on stable media before the writes that it is for go on. */
    boolean isDurable();
}
