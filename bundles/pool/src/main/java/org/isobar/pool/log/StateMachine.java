package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;

/**
 * The state that the log keeps. Called on the control lane only, never re-entrantly. What an implementation throws
 * during {@link MetadataLog#open} ends the open with nothing written to any device; so a record or checkpoint of an
 * unknown version is refused by throwing {@link org.isobar.api.StorageException}. Throwing later is a bug and fences
 * the log.
 */
public interface StateMachine {
    /** Back to the state of a member that never had a log. First call of every open. */
    void reset();

    /** Takes over a whole state. The readable bytes are what {@link #checkpoint} once gave; valid during the call. */
    void restore(ByteBuf checkpoint);

    /**
     * Applies one record; at open to replay it, later as soon as it is written on all ACTIVE devices that survive, just
     * before its {@link Done}. The readable bytes are those appended; valid during the call. Must not append.
     */
    void apply(ByteBuf record);

    /**
     * Upper bound of the length of {@link #checkpoint} now, cheap to compute. Applying a record must not make it grow
     * by more than the record's own length: the log decides by it whether an append still leaves room for a checkpoint.
     */
    long checkpointBytes();

    /** The whole state. The log reads the readable bytes and releases the buffer. */
    ByteBuf checkpoint();
}
