package org.isobar.api.device;

/**
 * Where things are on a device, in bytes from its start; written in both superblocks when the device is added and
 * never changed. All offsets and lengths are multiples of 4096.
 *
 * @param intentOffset first byte of the write-intent area (owned by the RAID engine)
 * @param intentLength its length; at least 4096 bytes per 128 chunklets
 * @param systemOffset first byte of the system area (owned by the metadata log of the page store)
 * @param systemLength its length; at least 16 MiB
 * @param sumsOffset first byte of the checksum area (owned by the RAID engine)
 * @param sumsLength its length, 0 when the device was labelled without one: its blocks then go unchecked
 * @param dataOffset first byte of chunklet 0
 * @param chunkletBytes length of a chunklet
 * @param chunkletCount number of chunklets, 1 or more
 */
public record DeviceLayout(
        long intentOffset,
        long intentLength,
        long systemOffset,
        long systemLength,
        long sumsOffset,
        long sumsLength,
        long dataOffset,
        long chunkletBytes,
        int chunkletCount) {
    /** First byte of a chunklet. */
    public long chunkletOffset(final int chunklet) {
        return dataOffset + chunklet * chunkletBytes;
    }

    /** Whether checksums are kept. */
    public boolean hasSums() {
        return sumsLength != 0;
    }

    /** First byte of a chunklet's checksums; {@link SumBlock#bytesFor} says how many there are. */
    public long chunkletSumsOffset(final int chunklet) {
        return sumsOffset + chunklet * SumBlock.bytesFor(chunkletBytes);
    }
}
