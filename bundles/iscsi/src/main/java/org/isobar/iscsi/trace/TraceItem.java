package org.isobar.iscsi.trace;

import io.netty.buffer.ByteBuf;

/**
 * A piece of one direction of a connection on its way to the file.
 *
 * @param stream the connection's state at the recorder
 * @param bytes the piece, owned
 * @param offset of its first byte in the direction, which begins at 0
 * @param otherOffset how far the other direction had come
 * @param boundary whether the piece begins with a PDU, whatever came before
 * @param headerDigest whether PDUs have one
 * @param dataDigest whether PDUs have one
 * @param atNs monotonic time
 */
record TraceItem(
        ConnectionStreams stream,
        Direction direction,
        ByteBuf bytes,
        long offset,
        long otherOffset,
        boolean boundary,
        boolean headerDigest,
        boolean dataDigest,
        long atNs) {}
