package org.isobar.api.block;

/** How a request ended. Anything but {@link #OK} leaves the content of a written range undefined within that range. */
public enum IoStatus {
    /** Done as asked. */
    OK,
    /** The data cannot be read or written and no redundancy is left to help. */
    IO_ERROR,
    /** The layer cannot serve now, its data is untouched and it may come back (device missing, RAID set offline). */
    OFFLINE,
    /** No free space for a first write. */
    NO_SPACE,
    /** A queue or resource is full; the same request may succeed later. */
    BUSY,
    /** The range lies outside the layer, or is not a multiple of its block length. */
    OUT_OF_RANGE,
    /** The layer is read-only. */
    WRITE_PROTECTED,
    /**
     * Given up, on request or because it took too long. The buffer of a read may still be written to: nobody may use its content;
     * see {@link org.isobar.api.device.Device}. The same request, with another buffer, may succeed.
     */
    ABORTED
}
