package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.common.kernel.Crc32c;

/**
 * View over one slot of a write log: a header block that describes pieces, and their content after it. A piece is the same
 * range of some elements of one stripe, of one of three kinds. Of what was logged as it is, data and redundancy, each
 * element is there in whole blocks, or is zero and has none. Of what brings data to its place that the log keeps, the
 * redundancy is there alone. Of a part that is written in place, partial parity is there, and at the end of the header, for
 * each of its blocks, the {@link RowHash} of what is written as it was and as it is to be. Slots of a {@link LogJournal} and
 * of a {@link KeptJournal} have no pieces, and entries that are not covered by the header's checksum. Big-endian. The checksum
 * is over header and content, of a {@link KeptJournal} over the fixed part of the header, with the checksum field zero.
 */
final class LogSlot {
    static final int HEADER_BYTES = LogLayout.BLOCK_BYTES;
    private static final long MAGIC = 0x49534F574C534C54L; // "ISOWLSLT"
    private static final int VERSION = 7;
    /** The first form of which all slots are slots of the present one as well; partial parity came after it. */
    private static final int OLDEST_VERSION = 6;

    private static final int VERSION_OFFSET = 8;
    private static final int CRC_OFFSET = 12;
    private static final int SET_OFFSET = 16;
    private static final int GROUP_OFFSET = 24;
    private static final int PIECES_OFFSET = 28;
    private static final int SEQUENCE_OFFSET = 32;
    private static final int CONTENT_BYTES_OFFSET = 40;
    private static final int NONCE_OFFSET = 48;
    private static final int FORM_OFFSET = 56;
    static final int FIXED_BYTES = 64;
    private static final int FIRST_PIECE_OFFSET = FIXED_BYTES;
    private static final int PIECE_BYTES = 48;
    private static final int FROM_OFFSET = 8;
    private static final int TO_OFFSET = 12;
    private static final int ELEMENTS_OFFSET = 16;
    private static final int ZEROS_OFFSET = 24;
    private static final int KIND_OFFSET = 32;
    private static final int COVERED_OFFSET = 40;
    static final int CONTENT = 1;
    static final int REDUNDANCY = 4;
    static final int PARTIAL = 5;
    private static final int PIECES = 0;
    private static final int ROWS = 1;
    private static final int KEPT = 2;
    static final int PIECES_MAX = (HEADER_BYTES - FIRST_PIECE_OFFSET) / PIECE_BYTES;
    /** For each block of partial parity, from the end of the header backwards. */
    private static final int HASHES_BYTES = 2 * Integer.BYTES;

    private ByteBuf buffer;
    private int start;

    /** Looks at a slot that begins at an absolute index. */
    LogSlot wrap(final ByteBuf from, final int index) {
        buffer = from;
        start = index;
        return this;
    }

    void begin(final long set, final int group, final long sequence) {
        buffer.setZero(start, HEADER_BYTES);
        buffer.setLong(start, MAGIC);
        buffer.setInt(start + VERSION_OFFSET, VERSION);
        buffer.setLong(start + SET_OFFSET, set);
        buffer.setInt(start + GROUP_OFFSET, group);
        buffer.setLong(start + SEQUENCE_OFFSET, sequence);
    }

    /** Describes a further piece, a range of an entry. */
    void add(final LogEntry entry, final int from, final int to) {
        if (entry.isPartial()) {
            add(PARTIAL, entry.stripe(), from, to, entry.covered(), 0, entry.covered());
            return;
        }
        final int kind = entry.isRedundancyOnly() ? REDUNDANCY : CONTENT;
        final long zerosOrOldest = entry.isRedundancyOnly() ? entry.oldestData() : entry.zeros();
        add(kind, entry.stripe(), from, to, entry.elements(), zerosOrOldest, entry.covered());
    }

    /** Says of a block of partial parity, counted from the start of the content, what its row may hold of what is written. */
    void hashes(final int block, final int before, final int after) {
        buffer.setInt(hashesAt(block), before);
        buffer.setInt(hashesAt(block) + Integer.BYTES, after);
    }

    int hashBefore(final int block) {
        return buffer.getInt(hashesAt(block));
    }

    int hashAfter(final int block) {
        return buffer.getInt(hashesAt(block) + Integer.BYTES);
    }

    private int hashesAt(final int block) {
        return start + HEADER_BYTES - (block + 1) * HASHES_BYTES;
    }

    /** Describes a further piece; of redundancy alone with the oldest slot of its data in place of the zeros. */
    void add(
            final int kind,
            final long stripe,
            final int from,
            final int to,
            final long elements,
            final long zeros,
            final long covered) {
        final int at = piece(pieces());
        buffer.setInt(at + KIND_OFFSET, kind);
        buffer.setLong(at, stripe);
        buffer.setInt(at + FROM_OFFSET, from);
        buffer.setInt(at + TO_OFFSET, to);
        buffer.setLong(at + ELEMENTS_OFFSET, elements);
        buffer.setLong(at + ZEROS_OFFSET, zeros);
        buffer.setLong(at + COVERED_OFFSET, covered);
        buffer.setInt(start + PIECES_OFFSET, pieces() + 1);
    }

    /** Makes it one of a journal. */
    void journal(final long nonce) {
        buffer.setInt(start + FORM_OFFSET, ROWS);
        buffer.setLong(start + NONCE_OFFSET, nonce);
    }

    /** Makes it one of those that keep blocks. */
    void keeps(final long nonce) {
        buffer.setInt(start + FORM_OFFSET, KEPT);
        buffer.setLong(start + NONCE_OFFSET, nonce);
    }

    /** Whether it is one that keeps blocks. */
    boolean keeps() {
        return buffer.getInt(start + FORM_OFFSET) == KEPT;
    }

    /** Of a slot of a journal, what its entries are known by; else 0. */
    long nonce() {
        return buffer.getLong(start + NONCE_OFFSET);
    }

    /** All pieces and their content are there. */
    void end(final int contentBytes, final Crc32c crc) {
        buffer.setInt(start + CONTENT_BYTES_OFFSET, contentBytes);
        buffer.setInt(start + CRC_OFFSET, crc.of(buffer, start, summed()));
    }

    private int summed() {
        return keeps() && version() >= OLDEST_VERSION ? FIXED_BYTES : HEADER_BYTES + contentBytes();
    }

    /** Whether the header may be that of a slot of this group, as far as can be told without the content. */
    boolean announces(final long set, final int group, final int slotBytes) {
        final int content = contentBytes();
        return buffer.getLong(start) == MAGIC
                && version() >= OLDEST_VERSION
                && version() <= VERSION
                && buffer.getLong(start + SET_OFFSET) == set
                && buffer.getInt(start + GROUP_OFFSET) == group
                && content >= 0
                && content <= slotBytes - HEADER_BYTES
                && sequence() >= 0
                && pieces() >= 0
                && pieces() <= PIECES_MAX
                && buffer.getInt(start + FORM_OFFSET) >= PIECES
                && buffer.getInt(start + FORM_OFFSET) <= KEPT;
    }

    /** As {@link #announces}, of a slot of a form that earlier releases wrote, with the same checksum. */
    boolean isOfEarlierForm(final long set, final int group, final int slotBytes) {
        final int version = buffer.getInt(start + VERSION_OFFSET);
        final int content = contentBytes();
        return buffer.getLong(start) == MAGIC
                && version > 0
                && version < OLDEST_VERSION
                && buffer.getLong(start + SET_OFFSET) == set
                && buffer.getInt(start + GROUP_OFFSET) == group
                && content >= 0
                && content <= slotBytes - HEADER_BYTES
                && sequence() >= 0;
    }

    /** Whether the header is that of a slot of this group, of whatever form. */
    boolean isOf(final long set, final int group) {
        return buffer.getLong(start) == MAGIC
                && buffer.getLong(start + SET_OFFSET) == set
                && buffer.getInt(start + GROUP_OFFSET) == group
                && sequence() >= 0;
    }

    /** The form that it was written in. */
    int version() {
        return buffer.getInt(start + VERSION_OFFSET);
    }

    /** Whether the form is one that no release up to this one writes. */
    boolean isOfLaterForm() {
        return version() > VERSION || version() < 1;
    }

    /** Whether header and content are whole. Changes the checksum field. */
    boolean whole(final Crc32c crc) {
        final int expected = buffer.getInt(start + CRC_OFFSET);
        buffer.setInt(start + CRC_OFFSET, 0);
        return crc.of(buffer, start, summed()) == expected;
    }

    long sequence() {
        return buffer.getLong(start + SEQUENCE_OFFSET);
    }

    int contentBytes() {
        return buffer.getInt(start + CONTENT_BYTES_OFFSET);
    }

    int pieces() {
        return buffer.getInt(start + PIECES_OFFSET);
    }

    /** Whether a piece is the redundancy of data that was kept in the log. */
    boolean redundancyOnly(final int piece) {
        return buffer.getInt(piece(piece) + KIND_OFFSET) == REDUNDANCY;
    }

    /** Whether a piece is the partial parity of data that was written in place. */
    boolean isPartial(final int piece) {
        return buffer.getInt(piece(piece) + KIND_OFFSET) == PARTIAL;
    }

    /** Mask of the data elements whose content a piece renews, also those whose column was missing. */
    long covered(final int piece) {
        return buffer.getLong(piece(piece) + COVERED_OFFSET);
    }

    /** Bytes of content that a piece has. */
    int contentBytes(final int piece) {
        final int contents = isPartial(piece) ? 1 : Long.bitCount(elements(piece) & ~zeros(piece));
        return contents * (to(piece) - from(piece));
    }

    long stripe(final int piece) {
        return buffer.getLong(piece(piece));
    }

    /** First byte of a piece in each strip. */
    int from(final int piece) {
        return buffer.getInt(piece(piece) + FROM_OFFSET);
    }

    /** First byte after a piece in each strip. */
    int to(final int piece) {
        return buffer.getInt(piece(piece) + TO_OFFSET);
    }

    /** Mask of the elements of a piece. */
    long elements(final int piece) {
        return buffer.getLong(piece(piece) + ELEMENTS_OFFSET);
    }

    /** Mask of those elements of a piece that are zero. */
    long zeros(final int piece) {
        return redundancyOnly(piece) ? 0 : buffer.getLong(piece(piece) + ZEROS_OFFSET);
    }

    /** Of redundancy alone, the sequence number of the oldest slot that has some of the data that it goes with. */
    long oldestData(final int piece) {
        return buffer.getLong(piece(piece) + ZEROS_OFFSET);
    }

    private int piece(final int number) {
        return start + FIRST_PIECE_OFFSET + number * PIECE_BYTES;
    }
}
