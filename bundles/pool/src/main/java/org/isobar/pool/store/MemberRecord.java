package org.isobar.pool.store;

/**
 * One change of the {@link MemberState}. A record knows its form ({@link RecordCodec} puts kind and version before it)
 * and its effect. A checkpoint is a sequence of such records, too.
 */
sealed interface MemberRecord
        permits SetRecord, SpaceRecord, DocumentRecord, ScrubRecord, ClassRecord, SpaceAllocated, LayoutKnown {
    /** Its number on disk; never used for anything else. */
    int kind();

    /** Writes the form, without kind and version. */
    void write(RecordWriter out);

    /** Changes the state; throws when the record contradicts it. */
    void applyTo(MemberState state);

    /** Whether it may use the log's reserve: it makes the state smaller, or must not fail. */
    default boolean fromReserve() {
        return false;
    }
}
