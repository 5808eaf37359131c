package org.isobar.raid;

import io.netty.buffer.ByteBuf;

/** What the log tells a {@link ReplayCheck} of rows of a stripe that were being written in place. Control lane only. */
interface RowWitness {
    /** First byte of the strips that it tells of. */
    int from();

    /** First byte after the last one. */
    int to();

    /** Whether it tells of the row at a byte of the strips. */
    boolean tellsOf(int at);

    /** Mask of the data elements of a row that were being written; nobody was writing the others. */
    long written(int at);

    /** Whether what is written of a row, data and redundancy, held blocks with this {@link RowHash}, or should have. */
    boolean vouchesFor(int at, int hash);

    /** Adds to a block what the data elements of a row give together that nobody was writing. */
    void addOthers(int at, ByteBuf to);
}
