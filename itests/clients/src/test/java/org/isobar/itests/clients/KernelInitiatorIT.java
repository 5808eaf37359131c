package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * The Linux kernel's initiator (open-iscsi) in a small machine of its own keeps file systems on the member's volumes, and
 * its kernel sees no I/O error: in plain use, through drain and restarts of the member under load, and with one of two
 * paths cut or one of two portals removed.
 */
public class KernelInitiatorIT {
    private static final long GIB = 1L << 30;
    /** A good part of the file that is deleted. */
    private static final long LEAST_TRIMMED_BYTES = 24L << 20;

    private static final String SECRET = "secret-of-the-kernel";
    private static final String TARGET_SECRET = "secret-of-the-member";

    /** How iscsiadm ends when the target turns the initiator away (ISCSI_ERR_LOGIN_AUTH_FAILED). */
    private static final int AUTHORIZATION_FAILED = 24;

    /** How iscsiadm ends when the initiator turns the target away (ISCSI_ERR_FATAL_LOGIN). */
    private static final int LOGIN_FAILED = 19;

    /** Where the member's portals listen. */
    private static final String LOOPBACK = "127.0.0.1:";

    private static final int QUICK_S = 60;
    private static final int LONG_S = 240;

    private static Appliance appliance;
    private static Guest guest;

    @BeforeClass
    public static void bootBoth() {
        final CompletableFuture<Guest> booting = CompletableFuture.supplyAsync(() -> Guest.boot("kernel-initiator"));
        try {
            appliance = Appliance.demo("kernel-initiator", "--device-size", "2G", "--volume-size", "512M");
        } finally {
            guest = booting.join();
        }
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

    @Before
    public void forgetLog() {
        guest.forgetLog();
    }

    /** Leaves nothing to the next test, also after a failure in the middle of one. */
    @After
    public void logOut() {
        guest.attempt(QUICK_S, "ip link set eth0 up; ip link set eth1 up; touch /run/writer/stop");
        guest.attempt(
                QUICK_S,
                "for i in $(seq 50); do test -e /run/writer/sums -a ! -e /run/writer/ended || break; sleep 1; done;"
                        + " umount /mnt; killall multipathd; multipath -F; iscsiadm -m node -U all;"
                        + " rm -rf /etc/iscsi/nodes /run/writer");
    }

    @Test
    public void keepsAFileSystemThroughItsLife() {
        final String iqn = iqn("vol-a");
        final String found = guest.run(QUICK_S, "iscsiadm -m discovery -t sendtargets -p " + portal(Guest.HOST));
        assertTrue(found, found.contains(iqn));
        // the portal's own address leads nowhere from here
        guest.run(QUICK_S, "rm -rf /etc/iscsi/nodes");
        demandChap();
        assertRefused(AUTHORIZATION_FAILED, iqn);
        assertRefused(AUTHORIZATION_FAILED, iqn, chap("secret-of-a-stranger", TARGET_SECRET));
        assertRefused(LOGIN_FAILED, iqn, chap(SECRET, "secret-of-a-stranger"));
        logIn(iqn, Guest.HOST, chap(SECRET, TARGET_SECRET));
        guest.run(LONG_S, "mkfs.ext4 -q $(disk " + iqn + ") && mount $(disk " + iqn + ") /mnt");
        guest.run(
                LONG_S,
                "cp -a /usr/bin /usr/sbin /usr/lib/modules /mnt && sync && cd /mnt && find bin sbin modules -type f |"
                        + " xargs sha256sum >/run/sums");
        trimGivesSpaceBack();
        growthIsNoticed(iqn);

        guest.run(LONG_S, "umount /mnt && e2fsck -fn $(disk " + iqn + ")");
        guest.run(QUICK_S, "iscsiadm -m node -T " + iqn + " -u");
        appliance.await("/sessions", "the session to end", sessions -> sessions.isEmpty());
        guest.run(QUICK_S, "iscsiadm -m node -T " + iqn + " -l");
        guest.run(LONG_S, "mount $(disk " + iqn + ") /mnt && cd /mnt && sha256sum -c -s /run/sums");
        guest.assertKernelContent();
    }

    @Test
    public void ridesThroughDrainAndRestartsUnderLoad() {
        final String iqn = iqn("vol-b");
        logIn(iqn, Guest.HOST, "node.conn[0].iscsi.HeaderDigest", "CRC32C", "node.conn[0].iscsi.DataDigest", "CRC32C");
        guest.run(LONG_S, "mkfs.ext4 -q $(disk " + iqn + ") && mount $(disk " + iqn + ") /mnt");
        startWriter();
        drain(iqn);
        assertWriterGoesOn("after a drain");
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
            logIn(
                    iqn,
                    host,
                    "node.session.timeo.replacement_timeout",
                    "3",
                    "node.conn[0].timeo.noop_out_interval",
                    "2",
                    "node.conn[0].timeo.noop_out_timeout",
                    "3");
        }
        mapTwoPaths();
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

    @Test
    public void goesOnWithOneOfTwoPortalsRemoved() {
        final String iqn = iqn("vol-c");
        final String first = appliance.addPortalKnownAs(Guest.HOST, 2);
        final String second = appliance.addPortalKnownAs(Guest.HOST_BY_SECOND_CARD, 3);
        final String[] places = {Guest.HOST + ":" + first, Guest.HOST_BY_SECOND_CARD + ":" + second};
        final String found = guest.run(QUICK_S, "iscsiadm -m discovery -t sendtargets -p " + places[0]);
        assertTrue(found, found.contains(places[0] + ",2 " + iqn) && found.contains(places[1] + ",3 " + iqn));
        for (final String place : places) {
            final String node = "iscsiadm -m node -T " + iqn + " -p " + place;
            guest.run(QUICK_S, node + " -o update -n node.session.timeo.replacement_timeout -v 3 && " + node + " -l");
        }
        mapTwoPaths();
        startWriter();
        removeAndReturn(second, 3, Guest.HOST_BY_SECOND_CARD);
        removeAndReturn(first, 2, Guest.HOST);
        assertWrittenIsKept("/dev/mapper/mpatha");
    }

    /** One portal goes while the writer works, its path fails, the writer goes on; portal and path come back. */
    private static void removeAndReturn(final String port, final int tag, final String host) {
        appliance.removePortal(LOOPBACK + port);
        guest.awaitSuccess(QUICK_S, "the path of portal group " + tag + " to fail", activePaths(1));
        assertWriterGoesOn("without portal group " + tag);
        appliance.addPortal(port, tag, host);
        guest.awaitSuccess(QUICK_S, "the path of portal group " + tag + " to come back", activePaths(2));
    }

    /** Lets multipathd make its map of two sessions, and a file system on it. */
    private static void mapTwoPaths() {
        guest.run(QUICK_S, "udevadm settle; multipathd");
        guest.awaitSuccess(QUICK_S, "a map with two paths", activePaths(2));
        guest.run(QUICK_S, "udevadm settle");
        guest.run(LONG_S, "mkfs.ext4 -qF /dev/mapper/mpatha && mount /dev/mapper/mpatha /mnt");
    }

    /** Asks the one session with this target to log out, and waits until there is another. */
    private static void drain(final String iqn) {
        final int before = appliance.get("/sessions").get(0).get("tsih").asInt();
        final Appliance.Answer drained = appliance.request("POST", "/sessions/drain", "{\"target\":\"" + iqn + "\"}");
        assertEquals(drained.toString(), "{\"sessions\":1}", drained.body());
        appliance.await(
                "/sessions",
                "the initiator to log out and in again",
                sessions -> sessions.size() == 1 && sessions.get(0).get("tsih").asInt() != before);
        assertTrue(guest.log(), guest.log().contains("requests logout"));
        assertFalse(guest.log(), guest.log().contains("detected conn error"));
        guest.assertKernelContent();
    }

    private static String activePaths(final int count) {
        return "multipathd show paths raw format '%d %t %T' | tee /run/paths; test $(grep -c 'active ready'"
                + " /run/paths) = "
                + count;
    }

    private static void demandChap() {
        final Appliance.Answer user = appliance.request(
                "POST",
                "/access/users",
                "{\"name\":\"kernel\",\"secret\":\"" + SECRET + "\",\"targetName\":\"member\",\"targetSecret\":\""
                        + TARGET_SECRET + "\"}");
        assertEquals(user.toString(), 201, user.status());
        final Appliance.Answer rule = appliance.request(
                "POST", "/volumes/vol-a/access", "{\"chapUser\":\"kernel\",\"grant\":\"READ_WRITE\"}");
        assertEquals(rule.toString(), 201, rule.status());
    }

    /** Settings of a node record for CHAP in both directions. */
    private static String[] chap(final String secret, final String targetSecret) {
        final String auth = "node.session.auth.";
        return new String[] {
            auth + "authmethod", "CHAP",
            auth + "chap_algs", "SHA3-256,SHA256",
            auth + "username", "kernel",
            auth + "password", secret,
            auth + "username_in", "member",
            auth + "password_in", targetSecret
        };
    }

    private static void assertRefused(final int exit, final String iqn, final String... settings) {
        final String node = record(iqn, Guest.HOST, settings);
        final Tools.Result refused = guest.attempt(QUICK_S, node + " -l");
        assertEquals(refused.output(), exit, refused.exit());
        guest.run(QUICK_S, node + " -o delete");
    }

    private static void trimGivesSpaceBack() {
        guest.run(LONG_S, "dd if=/dev/zero of=/mnt/again bs=1M count=40 conv=fsync");
        final long wanted = allocatedBytes() - LEAST_TRIMMED_BYTES;
        guest.run(LONG_S, "rm /mnt/again && sync && fstrim -v /mnt");
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
        guest.run(LONG_S, "resize2fs $(disk " + iqn + ")");
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

    private static void logIn(final String iqn, final String host, final String... settings) {
        guest.run(QUICK_S, record(iqn, host, settings) + " -l");
    }

    /** Makes a node record with these settings, each a name and a value, and returns the command that works on it. */
    private static String record(final String iqn, final String host, final String... settings) {
        final String node = "iscsiadm -m node -T " + iqn + " -p " + portal(host);
        final StringBuilder command = new StringBuilder(node + " -o new");
        for (int index = 0; index < settings.length; index += 2) {
            command.append(" && ").append(node).append(" -o update -n ").append(settings[index]);
            command.append(" -v ").append(settings[index + 1]);
        }
        guest.run(QUICK_S, command.toString());
        return node;
    }

    private static String portal(final String host) {
        return host + ":"
                + URI.create(appliance.url("vol-a").replace("iscsi:", "http:")).getPort();
    }

    private static String iqn(final String volume) {
        return appliance.get("/volumes/" + volume).get("iqn").asText();
    }
}
