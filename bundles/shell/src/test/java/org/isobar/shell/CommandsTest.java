package org.isobar.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.StorageException;
import org.isobar.api.device.HealthInfo;
import org.isobar.api.device.HealthState;
import org.isobar.api.device.SmartInfo;
import org.junit.Rule;
import org.junit.Test;

public final class CommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Rule
    public final TestShell shell = new TestShell();

    @Test
    public void areAllThere() throws Exception {
        final TreeSet<String> names = new TreeSet<>();
        for (final Class<?> type : TestShell.services()) {
            final Command command = type.getAnnotation(Command.class);
            if (command != null) {
                names.add(command.scope() + ":" + command.name());
            }
        }
        assertEquals(
                new TreeSet<>(List.of(
                        "command:slow",
                        "access:allow",
                        "access:change",
                        "access:deny",
                        "access:list",
                        "access:logins",
                        "access:settings",
                        "balance:history",
                        "balance:run-now",
                        "balance:set",
                        "balance:simulate",
                        "balance:status",
                        "chap:user-add",
                        "chap:user-list",
                        "chap:user-remove",
                        "chap:user-secret",
                        "class:list",
                        "device:add",
                        "device:clear",
                        "device:list",
                        "device:measure",
                        "device:profile",
                        "device:remove",
                        "device:scan",
                        "device:show",
                        "job:cancel",
                        "job:list",
                        "job:show",
                        "member:status",
                        "policy:list",
                        "policy:unfence",
                        "pool:class",
                        "pool:create",
                        "pool:delete",
                        "pool:layout",
                        "pool:list",
                        "pool:scrub",
                        "pool:scrub-report",
                        "pool:scrub-schedule",
                        "pool:show",
                        "pool:thresholds",
                        "pool:usage",
                        "pool:write-log",
                        "portal:add",
                        "portal:list",
                        "portal:remove",
                        "raid:levels",
                        "raid:list",
                        "raid:show",
                        "reservation:clear",
                        "reservation:list",
                        "session:drain",
                        "session:drop",
                        "session:list",
                        "session:stats",
                        "target:list",
                        "trace:delete",
                        "trace:list",
                        "trace:start",
                        "trace:stop",
                        "volume:create",
                        "volume:delete",
                        "volume:explain",
                        "volume:grow",
                        "volume:list",
                        "volume:move",
                        "volume:moves",
                        "volume:record",
                        "volume:services",
                        "volume:set",
                        "volume:show",
                        "volume:stats",
                        "volume:thresholds")),
                names);
    }

    @Test
    public void showTheMember() throws Exception {
        final String printed = shell.run("member:status");
        assertTrue(printed, printed.startsWith("SERVING: serving"));
        assertTrue(printed, printed.contains("warning: look at this"));
        assertEquals("SERVING", json("member:status --json").get("state").asText());
    }

    @Test
    public void addListAndRemoveDevices() throws Exception {
        assertTrue(shell.run("device:list").contains("No devices"));
        final String added = shell.run("device:add /dev/one /dev/two");
        assertTrue(added, added.contains("added /dev/one as ") && added.contains("added /dev/two as "));
        assertTrue(shell.run("device:list").contains("/dev/two"));
        assertEquals(2, json("device:scan --json").size());
        final String uuid = json("device:list --json").get(0).get("uuid").asText();
        showsAndClearsHealth(uuid);
        assertTrue(shell.run("device:remove " + uuid).contains("job 1 started: remove device=" + uuid));
        refuses("device:remove nonsense", "no such device");
        refuses("device:add /dev/foreign", "foreign data");
        assertTrue(shell.run("device:add --force /dev/foreign").contains("added"));
        assertTrue(shell.run("pool:usage").contains(uuid));
        assertEquals(12, json("pool:usage --json").get(0).get("freeChunklets").asInt());
    }

    private void showsAndClearsHealth(final String uuid) throws Exception {
        shell.member.healthOf(
                UUID.fromString(uuid),
                new HealthInfo(
                        HealthState.SUSPECT,
                        42,
                        List.of("time-outs 3.0"),
                        0,
                        0,
                        3,
                        0,
                        0,
                        0,
                        1,
                        2,
                        new HealthInfo.Latency(100, 900, 90, 95),
                        HealthInfo.Latency.NONE,
                        HealthInfo.Latency.NONE,
                        1_700_000_000_000L,
                        new SmartInfo(true, "", false, 40, 8, -1, 0, 12, 1_700_000_000_000L)));
        assertTrue(shell.run("device:list").contains("SUSPECT"));
        final String shown = shell.run("device:show " + uuid);
        assertTrue(shown, shown.contains("SUSPECT, score 42"));
        assertTrue(shown, shown.contains("time-outs 3.0"));
        assertTrue(shown, shown.contains("mean 100 us"));
        assertTrue(shown, shown.contains("2023-11-14T22:13:20Z"));
        assertTrue(shown, shown.contains("FAILING, 40 C, reallocated 8, pending ?"));
        assertEquals(42, json("device:show --json " + uuid).at("/health/score").asInt());
        assertTrue(shell.run("device:clear " + uuid).contains("cleared " + uuid));
        final String cleared = shell.run("device:show " + uuid);
        assertTrue(cleared, cleared.contains("GOOD, score 100"));
        assertTrue(cleared, cleared.contains("not available: not looked at"));
        final String other = new UUID(7, 7).toString();
        refuses("device:show " + other, "no such device");
        refuses("device:clear " + other, "no such device");
    }

    @Test
    public void createScrubAndDeletePools() throws Exception {
        assertEquals("created pool X of RAID 5 on class any with a write log\n", shell.run("pool:create X 5"));
        refuses("pool:create X 5", "pool exists");
        final String plan = shell.run("pool:layout --plan");
        assertTrue(plan, plan.contains("to be created, is of RAID 10"));
        assertEquals(1, json("pool:list --json").size());
        assertTrue(shell.run("pool:layout").contains("created"));
        assertTrue(shell.run("pool:layout").contains("is there"));
        assertEquals(4, json("pool:list --json").size());
        assertEquals("new RAID sets of pool X have a write log\n", shell.run("pool:write-log X on"));
        assertEquals("new RAID sets of pool X have no write log\n", shell.run("pool:write-log X off"));
        refuses("pool:write-log X maybe", "on: must be on or off, is maybe");
        refuses("pool:write-log Y on", "no such pool");
        assertTrue(shell.run("pool:create Z 5").endsWith("class any with a write log\n"));
        assertTrue(json("pool:list --json").get(4).get("writeLog").asBoolean());
        shell.run("pool:delete Z");
        assertTrue(shell.run("pool:create --write-log off Z 5").endsWith("class any without a write log\n"));
        assertFalse(json("pool:list --json").get(4).get("writeLog").asBoolean());
        shell.run("pool:delete Z");
        refuses("pool:create --write-log maybe Z 5", "--write-log: must be on or off, is maybe");
        assertTrue(shell.run("pool:scrub --repair A").contains("repair=true"));
        assertTrue(shell.run("pool:show A").contains("75 %"));
        refuses("pool:show Z", "no such pool");
        assertEquals(
                "pool A warns from 50 %, is critical from 60 %, is NORMAL\n", shell.run("pool:thresholds A 50 60"));
        assertEquals(
                60,
                json("pool:show --json A")
                        .get("thresholds")
                        .get("criticalPercent")
                        .asInt());
        refuses("pool:thresholds A 60 60", "criticalPercent");
        refuses("pool:thresholds A half 60", "warning: must be a whole number");
        refuses("pool:thresholds Z 50 60", "no such pool");
        assertTrue(shell.run("pool:scrub-schedule --from 22 --until 4 A 7").contains("every 7 days, from 22 to 4"));
        assertTrue(shell.run("pool:scrub-report A").contains("volume=1 lba=8"));
        assertEquals(
                7,
                json("pool:scrub-report --json A")
                        .get("schedule")
                        .get("intervalDays")
                        .asInt());
        refuses("pool:scrub-schedule A 366", "intervalDays: must be 0 to 365");
        refuses("pool:scrub-schedule A weekly", "days: must be a whole number");
        refuses("pool:scrub-report Z", "no such pool");
        assertTrue(shell.run("pool:scrub-schedule A 0").contains("not scrubbed by itself"));
        assertEquals("deleted pool X\n", shell.run("pool:delete X"));
        refuses("pool:delete X", "no such pool");
    }

    @Test
    public void putPoolsOnClasses() throws Exception {
        assertEquals(
                "created pool F of RAID 5 on class class-1 with a write log\n",
                shell.run("pool:create --class class-1 F 5"));
        refuses("pool:create --class class-9 G 5", "performanceClass: must be one of [any, class-1], is class-9");
        assertTrue(shell.run("pool:show F").contains("2 chunklets in use are of another class; they stay"));
        final String shown = shell.run("pool:show F");
        assertTrue(shown, shown.contains("reads 600 MiB/s, 960/s; writes 600 MiB/s, 480/s"));
        assertTrue(shown, shown.contains("50 %"));
        assertTrue(shell.run("pool:class F any").contains("pool F forms sets of class any; 0 chunklets"));
        assertEquals("any", json("pool:show --json F").get("performanceClass").asText());
        refuses("pool:class F class-9", "must be one of");
        refuses("pool:class G any", "no such pool");
        shell.run("device:add /dev/one");
        assertTrue(shell.run("pool:usage").contains("RAID 10"));
        assertEquals(7, json("pool:usage --json").at("/0/freeByClass/class-1").asInt());
    }

    @Test
    public void showRaidSets() throws Exception {
        shell.run("pool:create X 5");
        assertTrue(shell.run("raid:levels").contains("level triple is not installed; install its bundle"));
        assertTrue(shell.run("raid:list").contains("HEALTHY"));
        final String shown = shell.run("raid:show 1");
        assertTrue(shown, shown.contains("RAID 5") && shown.contains("IN_SYNC"));
        assertEquals("HEALTHY", json("raid:show --json 1").at("/info/state").asText());
        refuses("raid:show 9", "no such RAID set");
    }

    @Test
    public void createGrowAndShowVolumes() throws Exception {
        shell.run("pool:layout");
        assertEquals("created volume v of 10.00 GiB in pool B\n", shell.run("volume:create --pool B v 10G"));
        assertEquals("volume v is now 20.00 GiB\n", shell.run("volume:grow v 20G"));
        refuses("volume:grow v 1G", "sizeBytes");
        assertEquals("reads of volume v are not verified\n", shell.run("volume:set --verify-reads off v"));
        assertFalse(json("volume:show --json v").get("verifyReads").asBoolean());
        assertTrue(shell.run("volume:show v").matches("(?s).*Verify reads[^\n]*off.*"));
        assertEquals("reads of volume v are verified\n", shell.run("volume:set --verify-reads on v"));
        refuses("volume:set --verify-reads no v", "--verify-reads: must be on or off, is no");
        refuses("volume:create --verify-reads no w 1G", "--verify-reads: must be on or off, is no");
        refuses("volume:set --verify-reads on w", "no such volume");
        assertTrue(shell.run("volume:show v").contains("NORMAL, has no thresholds"));
        assertEquals(
                "volume v warns from 70 %, is critical from 100 %, is NORMAL\n",
                shell.run("volume:thresholds v 70 100"));
        assertEquals(
                70,
                json("volume:show --json v").at("/thresholds/warningPercent").asInt());
        assertEquals("volume v has no thresholds, is NORMAL\n", shell.run("volume:thresholds v 0 0"));
        refuses("volume:thresholds v 70 70", "criticalPercent: must be above");
        refuses("volume:thresholds v some 70", "warning: must be a whole number of percent, is some");
        refuses("volume:thresholds w 70 80", "no such volume");
        assertTrue(shell.run("volume:list").contains("iscsi://127.0.0.1:3260/"));
        assertTrue(shell.run("volume:show v").contains("21474836480 bytes"));
        assertEquals("5", json("volume:show --json v").get("level").asText());
        assertEquals(1, json("volume:list --json").size());
        refuses("volume:create w lots", "size: must be");
        refuses("volume:create --page 4G w 1G", "page: must be");
        refuses("volume:create --pool Z w 1G", "no such pool");
        refuses("volume:show w", "no such volume");
    }

    @Test
    public void listAndClearReservations() throws Exception {
        shell.run("pool:layout");
        shell.run("volume:create v 1G");
        assertTrue(shell.run("reservation:list v").contains("No registrations"));
        shell.member.reserve("v", "iqn.host");
        final String listed = shell.run("reservation:list v");
        assertTrue(listed, listed.contains("EXCLUSIVE_ACCESS") && listed.contains("00000000000000ab"));
        assertTrue(listed, listed.contains("Survives a restart"));
        assertEquals(
                "iqn.host",
                json("reservation:list --json v")
                        .at("/registrations/0/initiatorName")
                        .asText());
        refuses("reservation:clear v", "give --yes");
        assertEquals("cleared the reservations of volume v\n", shell.run("reservation:clear --yes v"));
        assertTrue(shell.run("reservation:list v").contains("No registrations"));
        refuses("reservation:list w", "no such volume");
        refuses("reservation:clear --yes w", "no such volume");
    }

    @Test
    public void deleteVolumesOnlyWhenSureAndUnused() throws Exception {
        shell.run("pool:layout");
        shell.run("volume:create v 1G");
        refuses("volume:delete v", "give --yes");
        shell.member.logIn("v", "iqn.host");
        refuses("volume:delete --yes v", "users=iqn.host");
        assertEquals("deleted volume v\n", shell.run("volume:delete --yes --force v"));
        refuses("volume:delete --yes v", "no such volume");
    }

    @Test
    public void addAndRemovePortals() throws Exception {
        assertEquals(
                "portal 127.0.0.1:3261 listens, group 2\n",
                shell.run("portal:add --tag 2 --advertise nas.example:3260 127.0.0.1:3261"));
        refuses("portal:add 127.0.0.1:3261", "portal exists");
        refuses("portal:add --tag x 127.0.0.1:3262", "tag: must be 1 to 65535");
        refuses("portal:add 127.0.0.1", "portal: must be ADDRESS:PORT");
        final String printed = shell.run("portal:list");
        assertTrue(printed, printed.contains("nas.example:3260"));
        assertEquals("removed portal 127.0.0.1:3261\n", shell.run("portal:remove 127.0.0.1:3261"));
        refuses("portal:remove 127.0.0.1:3261", "no such portal");
    }

    @Test
    public void showWhatSessionsAndVolumesHaveDone() throws Exception {
        assertTrue(shell.run("session:stats").contains("No sessions"));
        shell.run("pool:layout");
        shell.run("volume:create v 1G");
        shell.member.logIn("v", "iqn.host");
        final String sessions = shell.run("session:stats");
        assertTrue(sessions, sessions.contains("1 iqn.host v") && sessions.contains("4.00 KiB"));
        assertEquals(
                8, json("session:stats --json 1").at("/0/traffic/read/commands").asInt());
        refuses("session:stats 2", "no such session");
        refuses("session:stats 99999999999", "no such session");
        assertTrue(shell.run("volume:stats").contains("8.00 KiB"));
        assertEquals(
                3, json("volume:stats --json v").at("/0/traffic/write/commands").asInt());
        refuses("volume:stats w", "no such volume");
        final String slow = shell.run("command:slow");
        assertTrue(slow, slow.contains("WRITE(10)") && slow.contains("1 since the member started took 1000 ms"));
        assertEquals(8, json("command:slow --json").at("/last/0/lba").asInt());
    }

    @Test
    public void startListStopAndDeleteTraces() throws Exception {
        assertTrue(shell.run("trace:list").contains("No traces"));
        final String started = shell.run("trace:start --initiator iqn.host --bytes 128 --limit 1M");
        assertTrue(started, started.contains("iqn.host") && started.contains("1.00 MiB"));
        assertEquals(128, json("trace:list --json").at("/0/snapBytes").asInt());
        assertTrue(shell.run("trace:start --session 5").contains("session 5"));
        assertTrue(shell.run("trace:stop 1").contains("STOPPED"));
        assertEquals("deleted trace 1\n", shell.run("trace:delete 1"));
        assertEquals(List.of("2 "), shell.complete(TraceIds.class, ""));
        refuses("trace:stop 1", "no such trace");
        refuses("trace:delete 99999999999", "no such trace");
        refuses("trace:start --session 65536", "no such session");
        refuses("trace:start --initiator x --bytes 17M", "bytes: must be at most 16M");
        refuses("trace:start --initiator x --limit lots", "limit: must be");
        refuses("trace:start --initiator iqn.refused", "too many traces");
    }

    @Test
    public void showTargetsPortalsAndSessionsAndDropOne() throws Exception {
        shell.run("pool:layout");
        shell.run("volume:create v 1G");
        shell.member.logIn("v", "iqn.host");
        assertTrue(shell.run("target:list").contains("iqn.2026-11.org.isobar:v"));
        assertEquals(3260, json("portal:list --json").get(0).get("port").asInt());
        assertTrue(shell.run("portal:list").contains("127.0.0.1"));
        assertTrue(shell.run("session:list").contains("iqn.host"));
        refuses("session:drain", "sessions: must be named");
        refuses("session:drain 7", "no such session");
        assertEquals("asked 0 sessions to log out\n", shell.run("session:drain --target iqn.x"));
        assertEquals("dropped session 1\n", shell.run("session:drop 1"));
        refuses("session:drop 1", "no such session");
        refuses("session:drop 99999999999", "no such session");
        assertEquals(0, json("session:list --json").size());
    }

    @Test
    public void listAndUnfencePolicies() throws Exception {
        final String listed = shell.run("policy:list");
        assertTrue(listed, listed.contains("org.isobar.allocation") && listed.contains("new volumes"));
        assertTrue(listed, listed.contains("fenced: answered null"));
        assertEquals("broken", json("policy:list --json").get(0).get("name").asText());
        assertTrue(json("policy:list --json").get(0).get("fenced").asBoolean());
        assertEquals("policy is asked again: volume broken\n", shell.run("policy:unfence volume broken"));
        assertTrue(!json("policy:list --json").get(0).get("fenced").asBoolean());
        refuses("policy:unfence volume nobody", "no such policy");
        refuses("policy:unfence nothing broken", "no such policy");
    }

    @Test
    public void balancePages() throws Exception {
        assertTrue(shell.run("balance:status").contains("balancing is off: policy adaptive every 60 s"));
        assertTrue(shell.run("balance:status").contains("no decision since the member started"));
        assertTrue(shell.run("balance:history").contains("No decision"));
        shell.run("pool:layout");
        final String set = shell.run("balance:set --enabled on --policy stay --interval 30 --rate 64M --from 22"
                + " --until 6 --exclude-pool A --exclude-pool B --exclude-volume v");
        assertEquals(
                "balancing is on: policy stay every 30 s from 22 to 6 o'clock UTC, 64.00 MiB/s at most, without pools"
                        + " A, B, without volumes v\n",
                set);
        assertTrue(shell.run("balance:set --include-pool A --include-volume v").contains("without pools B"));
        assertEquals("stay: 2 pages to move; saves 1.00 s\n", shell.run("balance:run-now"));
        assertTrue(shell.run("balance:history").contains("saves 1.00 s"));
        assertEquals(1, json("balance:history --json").get(0).get("movedPages").asInt());
        assertEquals("WAITING", json("balance:status --json").get("state").asText());
        assertTrue(shell.run("balance:status").contains("last decision: 2 pages to move; saves 1.00 s"));
        refuses("balance:set", "nothing to change");
        refuses("balance:set --enabled maybe", "--enabled");
        refuses("balance:set --interval x", "--interval: must be a whole number");
        refuses("balance:set --interval 9", "intervalS: must be 10 to 86400");
        refuses("balance:set --rate 1", "bytesPerSecond: must be");
        refuses("balance:set --from 6", "untilHour: must differ");
        refuses("balance:set --policy other", "policy: must be one of");
    }

    @Test
    public void createVolumesByService() throws Exception {
        shell.run("pool:layout");
        assertTrue(
                shell.run("pool:list"),
                shell.run("pool:list").contains("960/480 io/s, degraded 480/480, survives 1, 50 %"));
        assertTrue(shell.run("volume:create --service \"failures>=1\" v 1G").contains("in pool A"));
        refuses("volume:create --service impossible w 1G", "no pool promises");
        final String listed = shell.run("pool:list");
        assertTrue(listed, listed.contains("Named") && listed.contains("50 % | safe"));
        assertTrue(shell.run("pool:show A"), shell.run("pool:show A").contains("Named services"));
        assertFalse(shell.run("pool:show B"), shell.run("pool:show B").contains("Named services"));
        final JsonNode services = json("volume:services --json");
        assertEquals("bulk", services.get(0).get("name").asText());
        assertEquals("A", services.get(1).get("pools").get(0).asText());
        assertTrue(shell.run("volume:services").contains("failures>=1"));
    }

    @Test
    public void allocateVolumesByExtentAndPage() throws Exception {
        shell.run("pool:layout");
        assertEquals(
                "created volume v of 1.00 GiB, allocated by extent of 64.00 MiB, policy striped, pools A, B\n",
                shell.run("volume:create --allocation extent:striped v 1G"));
        assertTrue(shell.run("volume:show v").contains("by extent of 64.00 MiB, policy striped, pools A, B"));
        assertEquals(
                "new pages of volume v are allocated by page, policy spread, pools C\n",
                shell.run("volume:set --allocation page --pools C v"));
        assertEquals(
                "new pages of volume v are allocated by volume, in pool A\n",
                shell.run("volume:set --allocation volume v"));
        refuses("volume:set --pools A v", "--pools and --extent go with --allocation");
        refuses("volume:set --allocation stripe v", "allocation: must be volume, extent or page");
        refuses("volume:set --allocation page: v", "allocation: must be");
        refuses("volume:set --allocation page --extent 1M v", "extentBytes: must be absent");
        refuses("volume:create --allocation extent --extent 3M w 1G", "extentBytes: must be a power of two");
    }

    @Test
    public void explainPages() throws Exception {
        shell.run("pool:layout");
        shell.run("volume:create --pool A v 1G");
        final String first = shell.run("volume:explain v");
        assertTrue(first, first.contains("page 0 of volume v lies in pool A"));
        assertTrue(first, first.contains("balancing has not moved it since 1970-01-01T00:00:01Z"));
        assertTrue(first, first.contains("1.50 reads/s, 0.00 writes/s, in 3 of the last six epochs"));
        assertTrue(first, first.contains("what would move it, by policy adaptive: more requests"));
        assertTrue(first, first.contains("it stays meanwhile: balancing is off"));
        shell.run("balance:run-now");
        final String moved = shell.run("volume:explain --offset 40M v");
        assertTrue(moved, moved.contains("page 10 of volume v lies in pool A"));
        assertTrue(moved, moved.contains("policy adaptive had it moved from pool B at 1970-01-01T00:00:02Z: busy"));
        assertTrue(shell.run("volume:explain --page 200 v").contains("page 200 of volume v lies nowhere"));
        assertEquals(7, json("volume:explain --page 7 --json v").get("page").asInt());
        refuses("volume:explain --page 1 --offset 1M v", "give one of --page and --offset");
        refuses("volume:explain --page x v", "--page: must be a whole number");
        refuses("volume:explain z", "no such volume");
        refuses("volume:explain --offset 1M z", "no such volume");
    }

    @Test
    public void moveVolumes() throws Exception {
        shell.run("pool:layout");
        shell.run("volume:create --pool A v 1G");
        assertTrue(shell.run("volume:moves").contains("No volume is being moved"));
        assertTrue(shell.run("volume:show v").contains("1 in pool A"));
        assertTrue(shell.run("volume:move --to B v").contains("from pool A to pool B"));
        assertTrue(shell.run("volume:moves").contains("RUNNING"));
        assertTrue(shell.run("volume:move --pause v").contains("PAUSED"));
        assertEquals(
                3 << 20, json("volume:moves --json").get(0).get("leftBytes").asInt());
        assertTrue(shell.run("volume:move --resume v").contains("RUNNING"));
        assertEquals("cancelled the move of volume v\n", shell.run("volume:move --cancel v"));
        assertEquals("volume v is pinned\n", shell.run("volume:set --pinned on v"));
        refuses("volume:move --to B v", "pinned");
        assertEquals("volume v is not pinned\n", shell.run("volume:set --pinned off v"));
        refuses("volume:set v", "--verify-reads or --pinned or --allocation");
        refuses("volume:set --pinned maybe v", "--pinned");
        refuses("volume:move v", "give one of");
        refuses("volume:move --to B --cancel v", "give one of");
        refuses("volume:move --to Z v", "no such pool");
        refuses("volume:move --cancel v", "not being moved");
    }

    @Test
    public void followAndCancelJobs() throws Exception {
        final var job = shell.member.jobs().start("rebuild", "set=1", 4, "regions");
        job.advance(1);
        assertTrue(shell.run("job:list").contains("25.0 % of 4 regions"));
        assertTrue(shell.run("job:show 1").contains("RUNNING"));
        assertEquals(1, json("job:show --json 1").get("doneUnits").asInt());
        shell.run("job:cancel 1");
        assertTrue(job.cancelRequested());
        refuses("job:show 7", "no such job");
        refuses("job:show seven", "no such job");
        refuses("job:cancel 7", "no such job");
    }

    @Test
    public void measureDevicesAndPlotThem() throws Exception {
        assertTrue(shell.run("class:list").contains("no device was measured yet"));
        shell.run("device:add /dev/one");
        final String uuid = json("device:list --json").get(0).get("uuid").asText();
        refuses("device:profile " + uuid, "no such profile of device");
        refuses("device:measure nonsense", "no such device");
        assertTrue(shell.run("device:measure --writes " + uuid).contains("writes=true"));
        final String shown = shell.run("device:profile " + uuid);
        assertTrue(shown, shown.contains("200 MiB/s |" + "*".repeat(36) + " ".repeat(36) + "\n"));
        assertTrue(shown, shown.contains("0 +|" + "-".repeat(23) + "|" + "-".repeat(47) + "\n"));
        assertEquals(2, json("device:profile --json " + uuid).get("regions").size());
        assertTrue(shell.run("class:list").contains("class-1"));
    }

    @Test
    public void failWithTheServicesOwnWords() {
        shell.member.failNext(new StorageException(StorageException.Code.IO, "scan failed: path=/dev/x"));
        refuses("device:scan", "scan failed: path=/dev/x");
    }

    @Test
    public void completeNames() throws Exception {
        shell.run("pool:layout");
        shell.run("volume:create vol-one 1G");
        shell.run("device:add /dev/one");
        shell.member.logIn("vol-one", "iqn.host");
        shell.member.jobs().start("rebuild", "set=1", 4, "regions");
        assertEquals(List.of("A ", "B ", "C "), shell.complete(PoolNames.class, ""));
        assertEquals(List.of("vol-one "), shell.complete(VolumeNames.class, "vo"));
        assertEquals(List.of("10 "), shell.complete(RaidLevelNames.class, ""));
        assertEquals(1, shell.complete(DeviceUuids.class, "").size());
        assertEquals(List.of("1 ", "2 ", "3 "), shell.complete(RaidSetIds.class, ""));
        assertEquals(List.of("1 "), shell.complete(SessionIds.class, ""));
        assertEquals(List.of("1 "), shell.complete(JobIds.class, ""));
    }

    private JsonNode json(final String line) throws Exception {
        return JSON.readTree(shell.run(line));
    }

    private void refuses(final String line, final String why) {
        final CommandException refusal = assertThrows(line, CommandException.class, () -> shell.run(line));
        assertTrue(refusal.getMessage(), refusal.getMessage().contains(why));
        assertFalse(refusal.getMessage(), refusal.getMessage().contains("Exception"));
    }
}
