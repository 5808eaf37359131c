package org.isobar.api.raid;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.isobar.api.StorageException;
import org.isobar.common.kernel.Crc32c;

/**
 * One block of a device's write-intent area, for 128 chunklets: big-endian header, then for each chunklet the id of the
 * set that last used it and the set's marked regions. An entry of another set means that this set never marked anything
 * there, unless entries were lost. A block of zeros only is one in which nothing was ever marked.
 */
public final class IntentBlock {
    /** Length of a block. */
    public static final int BYTES = 4096;
    /** Chunklets in a block. */
    public static final int ENTRIES = 128;

    private static final long MAGIC = 0x49534F494E544E54L; // "ISOINTNT"
    private static final int VERSION = 1;
    private static final int FLAG_ENTRIES_LOST = 1;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 8;
    private static final int LENGTH_OFFSET = 12;
    private static final int SEQUENCE_OFFSET = 16;
    private static final int FLAGS_OFFSET = 24;
    private static final int CRC_OFFSET = 28;
    private static final int ENTRIES_OFFSET = 64;
    private static final int ENTRY_BYTES = 16;
    private static final int ENTRY_WORD_OFFSET = 8;

    private final byte[] bytes = new byte[BYTES];
    private final ByteBuffer view = ByteBuffer.wrap(bytes);
    private final Crc32c crc = new Crc32c();

    public IntentBlock() {
        format(0);
    }

    /** Forgets everything: of sets without an entry it is not known what they marked. */
    public void lose() {
        Arrays.fill(bytes, (byte) 0);
        format(FLAG_ENTRIES_LOST);
    }

    /**
     * Takes over what a device holds; a damaged block counts as lost.
     *
     * @return whether it was sound
     * @throws StorageException INVALID when another version wrote it
     */
    public boolean read(final byte[] from) {
        if (isZero(from)) {
            Arrays.fill(bytes, (byte) 0);
            format(0);
            return true;
        }
        System.arraycopy(from, 0, bytes, 0, BYTES);
        final int expected = view.getInt(CRC_OFFSET);
        view.putInt(CRC_OFFSET, 0);
        final boolean sound = view.getLong(MAGIC_OFFSET) == MAGIC
                && view.getInt(LENGTH_OFFSET) == BYTES
                && crc.reset().update(bytes, 0, BYTES).value() == expected;
        if (!sound) {
            lose();
            return false;
        }
        if (view.getInt(VERSION_OFFSET) != VERSION) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "write intent not understood: version=" + view.getInt(VERSION_OFFSET));
        }
        return true;
    }

    /** Writes the next version of this block to {@code target}. */
    public void writeTo(final byte[] target) {
        view.putLong(SEQUENCE_OFFSET, view.getLong(SEQUENCE_OFFSET) + 1);
        view.putInt(CRC_OFFSET, 0);
        view.putInt(CRC_OFFSET, crc.reset().update(bytes, 0, BYTES).value());
        System.arraycopy(bytes, 0, target, 0, BYTES);
    }

    /** Whether the set has an entry. */
    public boolean has(final int entry, final long setId) {
        return view.getLong(at(entry)) == setId;
    }

    /** Whether it is known what the set marked. */
    public boolean knows(final int entry, final long setId) {
        return has(entry, setId) || (view.getInt(FLAGS_OFFSET) & FLAG_ENTRIES_LOST) == 0;
    }

    /** Regions that the set marked. */
    public long word(final int entry, final long setId) {
        return has(entry, setId) ? view.getLong(at(entry) + ENTRY_WORD_OFFSET) : 0;
    }

    public void put(final int entry, final long setId, final long word) {
        view.putLong(at(entry), setId);
        view.putLong(at(entry) + ENTRY_WORD_OFFSET, word);
    }

    private void format(final int flags) {
        view.putLong(MAGIC_OFFSET, MAGIC);
        view.putInt(VERSION_OFFSET, VERSION);
        view.putInt(LENGTH_OFFSET, BYTES);
        view.putInt(FLAGS_OFFSET, flags);
    }

    private static int at(final int entry) {
        return ENTRIES_OFFSET + entry * ENTRY_BYTES;
    }

    private static boolean isZero(final byte[] block) {
        for (final byte one : block) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }
}
