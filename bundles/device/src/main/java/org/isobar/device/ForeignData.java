package org.isobar.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Recognises what others keep on block devices, by the magic numbers their formats define. */
final class ForeignData {
    private static final int FRONT_BYTES = 512 << 10;
    private static final int SECTOR_BYTES = 512;
    private static final int BIG_SECTOR_BYTES = 4096;
    private static final int LVM_LABEL_SECTORS = 4;
    private static final int KIB = 1024;
    private static final int ZFS_UBERBLOCKS_OFFSET = 128 * KIB;
    private static final int ZFS_UBERBLOCKS_END = 256 * KIB;
    private static final long ZFS_UBERBLOCK_MAGIC = 0x00BAB10CL;
    private static final int MD_MAGIC = 0xA92B4EFC;
    private static final int MD_OLD_RESERVED_BYTES = 64 * KIB;
    private static final int MD_END_SECTORS = 16;
    private static final int MD_END_SECTOR_MASK = 7;
    private static final int BOOT_SIGNATURE_OFFSET = 510;

    /** Most telling first: a file system also carries a boot signature, a partition table only that. */
    private static final List<Signature> SIGNATURES = signatures();

    /**
     * One format.
     *
     * @param name for people
     * @param offset where its magic number is
     * @param magic the number in hexadecimal digits
     */
    private record Signature(String name, int offset, String magic) {
        static Signature text(final String name, final int offset, final String magic) {
            return hex(name, offset, HexFormat.of().formatHex(magic.getBytes(StandardCharsets.US_ASCII)));
        }

        static Signature hex(final String name, final int offset, final String magic) {
            return new Signature(name, offset, magic);
        }

        boolean in(final ByteBuffer bytes) {
            final byte[] there = new byte[magic.length() / 2];
            bytes.get(offset, there);
            return HexFormat.of().formatHex(there).equalsIgnoreCase(magic);
        }
    }

    private ForeignData() {}

    /** Names what is there, or returns an empty string when nothing was recognised. */
    static String find(final FileChannel channel, final long sizeBytes) throws IOException {
        final ByteBuffer front = DeviceBytes.read(channel, 0, FRONT_BYTES);
        for (final Signature signature : SIGNATURES) {
            if (signature.in(front)) {
                return signature.name();
            }
        }
        for (int at = ZFS_UBERBLOCKS_OFFSET; at < ZFS_UBERBLOCKS_END; at += KIB) {
            final long magic = front.getLong(at);
            if (magic == ZFS_UBERBLOCK_MAGIC || Long.reverseBytes(magic) == ZFS_UBERBLOCK_MAGIC) {
                return "zfs pool member";
            }
        }
        final String atEnd = findAtEnd(channel, sizeBytes);
        if (!atEnd.isEmpty()) {
            return atEnd;
        }
        final boolean boot = (front.get(BOOT_SIGNATURE_OFFSET) & 0xFF) == 0x55
                && (front.get(BOOT_SIGNATURE_OFFSET + 1) & 0xFF) == 0xAA;
        return boot ? "MBR partition table or boot sector" : "";
    }

    private static String findAtEnd(final FileChannel channel, final long sizeBytes) throws IOException {
        final long sectors = sizeBytes / SECTOR_BYTES;
        if (sectors < 2L * MD_OLD_RESERVED_BYTES / SECTOR_BYTES) {
            return "";
        }
        final long endOffset = (sectors - MD_END_SECTORS & ~(long) MD_END_SECTOR_MASK) * SECTOR_BYTES;
        if (mdMagic(channel, endOffset)) {
            return "MD raid member (1.0)";
        }
        final long oldOffset = sizeBytes / MD_OLD_RESERVED_BYTES * MD_OLD_RESERVED_BYTES - MD_OLD_RESERVED_BYTES;
        if (mdMagic(channel, oldOffset)) {
            return "MD raid member (0.90)";
        }
        final Signature backup = Signature.text("", 0, "EFI PART");
        if (backup.in(DeviceBytes.read(channel, (sectors - 1) * SECTOR_BYTES, SECTOR_BYTES))) {
            return "GPT partition table (backup)";
        }
        return "";
    }

    private static boolean mdMagic(final FileChannel channel, final long offset) throws IOException {
        final int magic = DeviceBytes.read(channel, offset, Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(0);
        return magic == MD_MAGIC || Integer.reverseBytes(magic) == MD_MAGIC;
    }

    private static List<Signature> signatures() {
        final List<Signature> all = new ArrayList<>();
        all.add(Signature.hex("LUKS encrypted data", 0, "4C554B53BABE"));
        all.add(Signature.text("xfs file system", 0, "XFSB"));
        all.add(Signature.text("squashfs file system", 0, "hsqs"));
        all.add(Signature.hex("qcow2 disk image", 0, "514649FB"));
        all.add(Signature.text("Ceph BlueStore", 0, "bluestore block device"));
        all.add(Signature.hex("MD raid member (1.1)", 0, "FC4E2BA9"));
        all.add(Signature.hex("MD raid member (1.2)", 4096, "FC4E2BA9"));
        all.add(Signature.hex("bcache", 4096 + 24, "C68573F64E1A45CA8265F57F48BA6D81"));
        all.add(Signature.hex("ext2, ext3 or ext4 file system", 1024 + 0x38, "53EF"));
        all.add(Signature.hex("f2fs file system", 1024, "1020F5F2"));
        all.add(Signature.text("reiserfs file system", 0x10034, "ReIsEr"));
        all.add(Signature.text("btrfs file system", 0x10040, "_BHRfS_M"));
        all.add(Signature.text("iso9660 file system", 32769, "CD001"));
        for (int sector = 0; sector < LVM_LABEL_SECTORS; sector++) {
            all.add(Signature.text("LVM2 physical volume", sector * SECTOR_BYTES, "LABELONE"));
        }
        for (final int pageBytes : new int[] {4096, 8192, 16384, 65536}) {
            all.add(Signature.text("swap space", pageBytes - 10, "SWAPSPACE2"));
            all.add(Signature.text("swap space", pageBytes - 10, "SWAP-SPACE"));
        }
        all.add(Signature.text("GPT partition table", SECTOR_BYTES, "EFI PART"));
        all.add(Signature.text("GPT partition table", BIG_SECTOR_BYTES, "EFI PART"));
        all.add(Signature.text("ntfs file system", 3, "NTFS    "));
        all.add(Signature.text("exfat file system", 3, "EXFAT   "));
        all.add(Signature.text("fat file system", 54, "FAT12   "));
        all.add(Signature.text("fat file system", 54, "FAT16   "));
        all.add(Signature.text("fat file system", 82, "FAT32   "));
        return List.copyOf(all);
    }
}
