package org.isobar.device;

import static org.junit.Assert.assertEquals;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ForeignDataTest {
    private static final long SIZE = (8 << 20) + 12288;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void blankIsNothing() throws Exception {
        try (RandomAccessFile file = blank()) {
            assertEquals("", ForeignData.find(file.getChannel(), SIZE));
        }
    }

    @Test
    public void fileTooSmallForAnythingIsNothing() throws Exception {
        try (RandomAccessFile file = blank()) {
            file.setLength(100);
            assertEquals("", ForeignData.find(file.getChannel(), 0));
        }
    }

    @Test
    public void fileSystemsAreNamed() throws Exception {
        assertFound("ext2, ext3 or ext4 file system", 1080, "53ef");
        assertFound("xfs file system", 0, text("XFSB"));
        assertFound("btrfs file system", 0x10040, text("_BHRfS_M"));
        assertFound("ntfs file system", 3, text("NTFS    "), 510, "55aa");
        assertFound("fat file system", 54, text("FAT16   "), 510, "55aa");
        assertFound("fat file system", 82, text("FAT32   "), 510, "55aa");
        assertFound("iso9660 file system", 32769, text("CD001"));
    }

    @Test
    public void volumeFormatsAreNamed() throws Exception {
        assertFound("LVM2 physical volume", 512, text("LABELONE"));
        assertFound("swap space", 4086, text("SWAPSPACE2"));
        assertFound("swap space", 65526, text("SWAPSPACE2"));
        assertFound("LUKS encrypted data", 0, "4c554b53babe");
        assertFound("zfs pool member", 128 << 10, "0cb1ba0000000000");
        assertFound("zfs pool member", (128 << 10) + 7168, "0000000000bab10c");
    }

    @Test
    public void raidMembersAreNamed() throws Exception {
        assertFound("MD raid member (1.1)", 0, "fc4e2ba9");
        assertFound("MD raid member (1.2)", 4096, "fc4e2ba9");
        assertFound("MD raid member (1.0)", (SIZE / 512 - 16) / 8 * 8 * 512, "fc4e2ba9");
        assertFound("MD raid member (0.90)", SIZE / 65536 * 65536 - 65536, "fc4e2ba9");
        assertFound("MD raid member (0.90)", SIZE / 65536 * 65536 - 65536, "a92b4efc");
    }

    @Test
    public void partitionTablesAreNamed() throws Exception {
        assertFound("MBR partition table or boot sector", 510, "55aa");
        assertFound("GPT partition table", 512, text("EFI PART"), 510, "55aa");
        assertFound("GPT partition table", 4096, text("EFI PART"), 510, "55aa");
        assertFound("GPT partition table (backup)", SIZE - 512, text("EFI PART"));
    }

    private void assertFound(final String name, final Object... offsetsAndBytes) throws Exception {
        try (RandomAccessFile file = blank()) {
            for (int i = 0; i < offsetsAndBytes.length; i += 2) {
                file.seek(((Number) offsetsAndBytes[i]).longValue());
                file.write(HexFormat.of().parseHex((String) offsetsAndBytes[i + 1]));
            }
            assertEquals(name, ForeignData.find(file.getChannel(), SIZE));
        }
    }

    private RandomAccessFile blank() throws Exception {
        final RandomAccessFile file = new RandomAccessFile(folder.newFile(), "rw");
        file.setLength(SIZE);
        return file;
    }

    private static String text(final String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
