package org.isobar.api.pool;

import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Lends chunklets that no RAID set uses, e.g. for measuring writes. A loan does not outlive the process. Any thread may call. */
public interface FreeChunklets {
    /**
     * Borrows a chunklet; no set is formed on it until it is given back. Its content is nobody's.
     *
     * @return false when it is in use, or must stay free
     */
    CompletionStage<Boolean> borrow(UUID device, int chunklet);

    /** Gives a borrowed chunklet back; nothing is on its way to it any more. */
    void giveBack(UUID device, int chunklet);
}
