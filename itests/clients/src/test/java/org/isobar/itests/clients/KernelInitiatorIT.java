package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.net.URI;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * The Linux kernel's initiator (open-iscsi) in a small machine of its own keeps file systems on the member's volumes, and
 * its kernel sees no I/O error: in plain use, through restarts of the member under load, and with one of two paths cut.
 */
public class KernelInitiatorIT {
    private static final long GIB = 1L << 30;
    /** A good part of the tree that is deleted. */
    private static final long LEAST_TRIMMED_BYTES = 24L << 20;

    private static final int QUICK_S = 60;
    private static final int LONG_S = 240;

    private static Appliance appliance;
    private static Guest guest;

    @BeforeClass
    public static void bootBoth() {
        appliance = Appliance.demo("kernel-initiator", "--device-size", "2G", "--volume-size", "512M");
        guest = Guest.boot("kernel-initiator");
        System.out.println("KernelInitiatorIT: " + Guest.versions());
    }

    @AfterClass
    public static void stopBoth() {
        if (guest != null) {
            guest.close();
        }
        if (appliance != null) {
            appliance.close();
        }
    }

    @After
    public void logOut() {
        guest.attempt(
                QUICK_S,
                "touch /run/writer/stop; umount /mnt; killall multipathd; multipath -F; iscsiadm -m node -U all; rm"
                        + " -rf /etc/iscsi/nodes");
    }

    @Test
    public void keepsAFileSystemThroughItsLife() {
        final String iqn = iqn("vol-a");
        final String found = guest.run(QUICK_S, "iscsiadm -m discovery -t sendtargets -p " + portal(Guest.HOST));
        assertTrue(found, found.contains(iqn));
        logIn(iqn, Guest.HOST);
        guest.run(LONG_S, "mkfs.ext4 -q $(disk " + iqn + ") && mount $(disk " + iqn + ") /mnt");
        guest.run(LONG_S, "cp -a /usr /mnt && sync && cd /mnt && find usr -type f | xargs sha256sum >/run/sums");

        remount(iqn);
        guest.run(LONG_S, "cd /mnt && sha256sum -c -s /run/sums");
        trimGivesSpaceBack();
        growthIsNoticed(iqn);

        guest.run(LONG_S, "umount /mnt && e2fsck -fn $(disk " + iqn + ")");
        guest.run(QUICK_S, "iscsiadm -m node -T " + iqn + " -u");
        appliance.await("/sessions", "the session to end", sessions -> sessions.isEmpty());
        logIn(iqn, Guest.HOST);
        guest.run(LONG_S, "mount $(disk " + iqn + ") /mnt && cd /mnt && sha256sum -c -s /run/sums");
        guest.assertKernelContent();
    }

    @Test
    public void ridesThroughRestartsUnderLoad() {
        final String iqn = iqn("vol-b");
        logIn(iqn, Guest.HOST, "node.conn[0].iscsi.HeaderDigest", "CRC32C", "node.conn[0].iscsi.DataDigest", "CRC32C");
        guest.run(LONG_S, "mkfs.ext4 -q $(disk " + iqn + ") && mount $(disk " + iqn + ") /mnt");
        startWriter();
        appliance.stop();
        appliance.start();
        assertWriterGoesOn("after stop and start");
        appliance.kill();
        appliance.start();
        assertWriterGoesOn("after kill -9 and start");
        assertWrittenIsKept("$(disk " + iqn + ")");
        assertTrue("no connection was ever lost", guest.log().contains("detected conn error"));
        guest.assertKernelContent();
    }

    @Test
    public void goesOnWithOneOfTwoPathsCut() {
        final String iqn = iqn("vol-c");
        for (final String host : new String[] {Guest.HOST, Guest.HOST_BY_SECOND_CARD}) {
            logIn(iqn, host, "node.session.timeo.replacement_timeout", "5");
        }
        guest.run(QUICK_S, "udevadm settle; multipathd");
        guest.awaitSuccess(QUICK_S, "a map with two paths", activePaths(2));
        guest.run(QUICK_S, "udevadm settle");
        guest.run(LONG_S, "mkfs.ext4 -q /dev/mapper/mpatha && mount /dev/mapper/mpatha /mnt");
        startWriter();
        guest.run(QUICK_S, "ip link set eth1 down");
        guest.awaitSuccess(QUICK_S, "the cut path to fail", activePaths(1));
        assertWriterGoesOn("with the second path cut");
        guest.run(QUICK_S, "ip link set eth1 up");
        guest.awaitSuccess(QUICK_S, "the second path to come back", activePaths(2));
        guest.run(QUICK_S, "ip link set eth0 down");
        guest.awaitSuccess(QUICK_S, "the other path to fail", activePaths(1));
        assertWriterGoesOn("with the first path cut");
        guest.run(QUICK_S, "ip link set eth0 up");
        guest.awaitSuccess(QUICK_S, "the first path to come back", activePaths(2));
        assertWrittenIsKept("/dev/mapper/mpatha");
    }

    private static String activePaths(final int count) {
        return "multipathd show paths raw format '%d %t %T' | tee /run/paths; test $(grep -c 'active ready'"
                + " /run/paths) = "
                + count;
    }

    private static void trimGivesSpaceBack() {
        guest.run(LONG_S, "cp -a /usr /mnt/again && sync");
        final long wanted = allocatedBytes() - LEAST_TRIMMED_BYTES;
        guest.run(LONG_S, "rm -r /mnt/again && sync && fstrim -v /mnt");
        appliance.await(
                "/volumes/vol-a",
                "trimmed space to be free",
                volume -> volume.get("allocatedBytes").asLong() <= wanted);
    }

    private static long allocatedBytes() {
        return appliance.get("/volumes/vol-a").get("allocatedBytes").asLong();
    }

    private static void growthIsNoticed(final String iqn) {
        final Appliance.Answer grown = appliance.request("PATCH", "/volumes/vol-a", "{\"sizeBytes\":" + GIB + "}");
        assertEquals(grown.toString(), 200, grown.status());
        // the kernel learns of it from the unit attention of its next command, whichever that is
        guest.run(QUICK_S, "dd if=$(disk " + iqn + ") of=/dev/null bs=4k count=1 iflag=direct");
        assertTrue(guest.log(), guest.log().contains("Capacity data has changed"));
        guest.run(QUICK_S, "iscsiadm -m session -R && blockdev --getsize64 $(disk " + iqn + ") | grep -x " + GIB);
        guest.run(LONG_S, "resize2fs $(disk " + iqn + ") && cd /mnt && sha256sum -c -s /run/sums");
    }

    private static void remount(final String iqn) {
        guest.run(LONG_S, "umount /mnt && echo 3 >/proc/sys/vm/drop_caches && mount $(disk " + iqn + ") /mnt");
    }

    private static void startWriter() {
        guest.run(QUICK_S, "writer /mnt >/dev/null 2>&1 &");
        guest.awaitSuccess(QUICK_S, "the first write", "test -e /run/writer/count");
    }

    private static void assertWriterGoesOn(final String when) {
        final int before = written();
        guest.awaitSuccess(
                LONG_S,
                "writes " + when,
                "test $(cat /run/writer/count) -gt " + (before + 4) + " || test -e /run/writer/ended");
        guest.run(QUICK_S, "if test -e /run/writer/failed; then cat /run/writer/failed; exit 1; fi");
    }

    private static int written() {
        return Integer.parseInt(guest.run(QUICK_S, "cat /run/writer/count").strip());
    }

    private static void assertWrittenIsKept(final String disk) {
        guest.run(QUICK_S, "touch /run/writer/stop");
        guest.awaitSuccess(LONG_S, "the writer to end", "test -e /run/writer/ended && test ! -e /run/writer/failed");
        guest.run(
                LONG_S,
                "umount /mnt && e2fsck -fn " + disk + " && echo 3 >/proc/sys/vm/drop_caches && mount " + disk
                        + " /mnt");
        guest.run(LONG_S, "cd /mnt && cat /run/writer/sums/* | sha256sum -c -s");
        System.out.println("KernelInitiatorIT: files written and kept: " + written());
    }

    /** Makes a node record and logs in with these settings of it, each a name and a value. */
    private static void logIn(final String iqn, final String host, final String... settings) {
        final String node = "iscsiadm -m node -T " + iqn + " -p " + portal(host);
        guest.run(QUICK_S, node + " -o new");
        for (int index = 0; index < settings.length; index += 2) {
            guest.run(QUICK_S, node + " -o update -n " + settings[index] + " -v " + settings[index + 1]);
        }
        guest.run(QUICK_S, node + " -l");
    }

    private static String portal(final String host) {
        return host + ":"
                + URI.create(appliance.url("vol-a").replace("iscsi:", "http:")).getPort();
    }

    private static String iqn(final String volume) {
        return appliance.get("/volumes/" + volume).get("iqn").asText();
    }
}
