package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.List;
import org.isobar.api.StorageException;
import org.junit.Rule;
import org.junit.Test;

public final class ResourcesTest {
    @Rule
    public final ApiServer api = new ApiServer();

    @Test
    public void tellsHowTheMemberIs() {
        final ApiServer.Answer answer = api.get("/system");
        assertEquals(200, answer.status());
        assertEquals("application/json", answer.header("Content-Type"));
        assertEquals("no-store", answer.header("Cache-Control"));
        assertEquals("SERVING", answer.text("state"));
        assertEquals("look at this", answer.json().get("warnings").get(0).asText());
    }

    @Test
    public void addsShowsAndRemovesADevice() {
        final ApiServer.Answer added = api.post("/devices", "{\"path\":\"/dev/one\"}");
        assertEquals(201, added.status());
        final String uuid = added.text("uuid");
        assertEquals(api.uri("/devices/" + uuid).toString(), added.header("Location"));
        assertEquals("/dev/one", api.get("/devices").json().get(0).get("path").asText());
        assertEquals("ONLINE", api.get("/devices/" + uuid).text("state"));
        assertEquals(1, api.post("/devices/scan", null).json().size());
        assertEquals(
                12, api.get("/devices/usage").json().get(0).get("freeChunklets").asInt());
        final ApiServer.Answer removing = api.delete("/devices/" + uuid);
        assertEquals(202, removing.status());
        assertEquals("remove", removing.text("kind"));
        assertEquals("RUNNING", api.get("/jobs/" + removing.text("id")).text("state"));
    }

    @Test
    public void showsAndClearsTheHealthOfADevice() {
        final String uuid = api.post("/devices", "{\"path\":\"/dev/one\"}").text("uuid");
        assertEquals(
                "GOOD", api.get("/devices/" + uuid).json().at("/health/state").asText());
        final ApiServer.Answer cleared = api.post("/devices/" + uuid + "/clear", null);
        assertEquals(200, cleared.status());
        assertEquals(100, cleared.json().at("/health/score").asInt());
        assertEquals(
                404,
                api.post("/devices/00000000-0000-0000-0000-000000000009/clear", null)
                        .status());
    }

    @Test
    public void takesForeignDevicesByForceOnly() {
        final ApiServer.Answer refused = api.post("/devices", "{\"path\":\"/dev/foreign\"}");
        assertEquals(409, refused.status());
        assertEquals("FOREIGN", refused.text("code"));
        assertEquals(
                201,
                api.post("/devices", "{\"path\":\"/dev/foreign\",\"force\":true}")
                        .status());
    }

    @Test
    public void createsLaysOutAndDeletesPools() {
        assertEquals(
                201, api.post("/pools", "{\"name\":\"A\",\"level\":\"10\"}").status());
        assertEquals(
                "EXISTS",
                api.post("/pools", "{\"name\":\"A\",\"level\":\"10\"}").text("code"));
        assertEquals("false", api.get("/pools/A").text("writeLog"));
        assertEquals(
                "true", api.call("PATCH", "/pools/A", "{\"writeLog\":true}").text("writeLog"));
        assertEquals("true", api.call("PATCH", "/pools/A", "{}").text("writeLog"));
        assertEquals(400, api.call("PATCH", "/pools/A", "{\"writeLog\":1}").status());
        assertEquals(
                "true", api.post("/pools", "{\"name\":\"L\",\"level\":\"5\"}").text("writeLog"));
        assertEquals(
                "false",
                api.post("/pools", "{\"name\":\"O\",\"level\":\"5\",\"writeLog\":false}")
                        .text("writeLog"));
        assertEquals(
                400,
                api.post("/pools", "{\"name\":\"P\",\"level\":\"5\",\"writeLog\":\"no\"}")
                        .status());
        api.call("DELETE", "/pools/L", null);
        api.call("DELETE", "/pools/O", null);
        assertEquals(404, api.call("PATCH", "/pools/X", "{\"writeLog\":true}").status());
        assertEquals(
                "class-1",
                api.get("/pools/layout").json().at("/0/performanceClass").asText());
        assertEquals(
                400,
                api.post("/pools", "{\"name\":\"Q\",\"level\":\"5\",\"performanceClass\":\"class-9\"}")
                        .status());
        assertEquals(
                "class-1",
                api.call("PATCH", "/pools/A", "{\"performanceClass\":\"class-1\"}")
                        .text("performanceClass"));
        assertEquals(
                "any",
                api.call("PATCH", "/pools/A", "{\"performanceClass\":\"any\"}").text("performanceClass"));
        assertEquals(
                400,
                api.call("PATCH", "/pools/A", "{\"performanceClass\":\"class-9\"}")
                        .status());
        assertEquals(3, api.post("/pools/layout", null).json().size());
        assertEquals("50", api.get("/pools/C").text("level"));
        assertEquals("NORMAL", api.get("/pools/C").text("fullness"));
        final ApiServer.Answer changed =
                api.call("PATCH", "/pools/C", "{\"warningPercent\":50,\"criticalPercent\":60}");
        assertEquals(200, changed.status());
        assertEquals(60, changed.json().get("thresholds").get("criticalPercent").asInt());
        final ApiServer.Answer earlier = api.call("PATCH", "/pools/C", "{\"warningPercent\":40}");
        assertEquals(60, earlier.json().get("thresholds").get("criticalPercent").asInt());
        for (final String bad : List.of(
                "{\"warningPercent\":60}",
                "{\"warningPercent\":0}",
                "{\"warningPercent\":60,\"criticalPercent\":60}")) {
            final ApiServer.Answer refused = api.call("PATCH", "/pools/C", bad);
            assertEquals(400, refused.status());
            assertTrue(bad, refused.json().get("detail").asText().contains("ercent"));
        }
        final ApiServer.Answer scrub = api.post("/pools/A/scrub", "{\"repair\":true}");
        assertEquals(202, scrub.status());
        assertTrue(scrub.text("subject").contains("repair=true"));
        assertEquals(202, api.post("/pools/A/scrub", null).status());
        final ApiServer.Answer scheduled =
                api.call("PUT", "/pools/A/scrub-schedule", "{\"intervalDays\":7,\"fromHour\":22,\"untilHour\":4}");
        assertEquals(7, scheduled.json().get("intervalDays").asInt());
        final ApiServer.Answer scrubs = api.get("/pools/A/scrubs");
        assertEquals(22, scrubs.json().get("schedule").get("fromHour").asInt());
        assertEquals(
                4096,
                scrubs.json().get("sets").get(0).get("last").get("bytesChecked").asInt());
        assertTrue(scrubs.json().get("sets").get(0).get("present").isNull());
        assertEquals(404, api.get("/pools/none/scrubs").status());
        assertEquals(204, api.delete("/pools/B").status());
        assertEquals(404, api.get("/pools/B").status());
    }

    @Test
    public void listsRaidLevelsAndSaysWhichIsMissing() {
        final JsonNode services = api.get("/services").json();
        assertEquals("safe", services.get(1).get("name").asText());
        assertEquals("failures>=1", services.get(1).get("asks").asText());
        assertTrue(services.get(0).get("pools").isArray());
        final JsonNode levels = api.get("/raid-levels").json();
        assertEquals("INSTALLED", levels.get(0).get("level").get("state").asText());
        assertEquals("A", levels.get(0).get("pools").get(0).asText());
        assertEquals(levels.get(1), api.get("/raid-levels/triple").json());
        assertEquals(
                "level triple is not installed; install its bundle",
                levels.get(1).get("level").get("why").asText());
        assertEquals(404, api.get("/raid-levels/7").status());
    }

    @Test
    public void showsRaidSets() {
        api.post("/pools", "{\"name\":\"A\",\"level\":\"10\"}");
        final ApiServer.Answer set = api.get("/raid-sets/1");
        assertEquals("HEALTHY", set.json().at("/info/state").asText());
        assertEquals(set.json(), api.get("/raid-sets").json().get(0));
        assertEquals(404, api.get("/raid-sets/2").status());
        assertEquals(404, api.get("/raid-sets/two").status());
    }

    @Test
    public void createsGrowsAndDeletesAVolume() {
        api.post("/pools/layout", null);
        final ApiServer.Answer created =
                api.post("/volumes", "{\"name\":\"vol-a\",\"sizeBytes\":1073741824,\"pool\":\"B\"}");
        assertEquals(201, created.status());
        assertEquals("5", created.text("level"));
        assertEquals("manual", created.text("policy"));
        assertEquals("iqn.2026-11.org.isobar:vol-a", created.text("iqn"));
        assertEquals("iscsi://127.0.0.1:3260/iqn.2026-11.org.isobar:vol-a/0", created.text("url"));
        assertEquals(created.json(), api.get("/volumes/vol-a").json());
        final ApiServer.Answer grown = api.call("PATCH", "/volumes/vol-a", "{\"sizeBytes\":2147483648}");
        assertEquals(200, grown.status());
        assertEquals(2147483648L, grown.json().get("sizeBytes").asLong());
        assertEquals(
                400,
                api.call("PATCH", "/volumes/vol-a", "{\"sizeBytes\":1073741824}")
                        .status());
        assertEquals("true", created.text("verifyReads"));
        assertEquals(
                "false",
                api.call("PATCH", "/volumes/vol-a", "{\"verifyReads\":false}").text("verifyReads"));
        assertEquals(
                2147483648L,
                api.call("PATCH", "/volumes/vol-a", "{}")
                        .json()
                        .get("sizeBytes")
                        .asLong());
        assertEquals("false", api.get("/volumes/vol-a").text("verifyReads"));
        assertEquals(
                400,
                api.call("PATCH", "/volumes/vol-a", "{\"verifyReads\":\"off\"}").status());
        assertEquals(
                404,
                api.call("PATCH", "/volumes/none", "{\"verifyReads\":false}").status());
        assertEquals(
                "false",
                api.post("/volumes", "{\"name\":\"raw\",\"sizeBytes\":1048576,\"verifyReads\":false}")
                        .text("verifyReads"));
        final String set = "{\"warningPercent\":50,\"criticalPercent\":60}";
        assertEquals(
                60,
                api.call("PATCH", "/volumes/raw", set)
                        .json()
                        .at("/thresholds/criticalPercent")
                        .asInt());
        assertEquals(
                40,
                api.call("PATCH", "/volumes/raw", "{\"warningPercent\":40}")
                        .json()
                        .at("/thresholds/warningPercent")
                        .asInt());
        assertEquals("NORMAL", api.get("/volumes/raw").text("fullness"));
        assertEquals(
                400, api.call("PATCH", "/volumes/raw", "{\"warningPercent\":0}").status());
        assertEquals(
                400,
                api.call("PATCH", "/volumes/raw", "{\"criticalPercent\":101}").status());
        final String none = "{\"warningPercent\":0,\"criticalPercent\":0}";
        assertEquals(
                0,
                api.call("PATCH", "/volumes/raw", none)
                        .json()
                        .at("/thresholds/warningPercent")
                        .asInt());
        assertEquals(204, api.delete("/volumes/raw").status());
        assertEquals(1, api.get("/volumes").json().size());
        assertEquals(204, api.delete("/volumes/vol-a").status());
        assertEquals(404, api.get("/volumes/vol-a").status());
    }

    @Test
    public void namesTheUsersOfAVolumeThatItDoesNotDelete() {
        api.post("/pools/layout", null);
        api.post("/volumes", "{\"name\":\"vol-a\",\"sizeBytes\":1048576}");
        api.member.logIn("vol-a", "iqn.host");
        final ApiServer.Answer refused = api.delete("/volumes/vol-a?force=false");
        assertEquals(409, refused.status());
        assertEquals("CONFLICT", refused.text("code"));
        assertEquals("iqn.host", refused.json().get("users").get(0).asText());
        assertEquals(204, api.delete("/volumes/vol-a?force=true").status());
    }

    @Test
    public void showsTargetsPortalsAndSessionsAndDropsOne() {
        api.post("/pools/layout", null);
        api.post("/volumes", "{\"name\":\"vol-a\",\"sizeBytes\":1048576}");
        api.member.logIn("vol-a", "iqn.host");
        assertEquals(1, api.get("/targets").json().get(0).get("sessions").asInt());
        assertEquals(3260, api.get("/portals").json().get(0).get("port").asInt());
        assertEquals(
                "iqn.host",
                api.get("/sessions").json().get(0).get("initiatorName").asText());
        assertEquals(400, api.post("/sessions/drain", "{}").status());
        assertEquals(404, api.post("/sessions/drain", "{\"tsih\":7}").status());
        assertEquals(
                0,
                api.post("/sessions/drain", "{\"target\":\"iqn.x:none\"}")
                        .json()
                        .get("sessions")
                        .asInt());
        assertEquals(204, api.delete("/sessions/1").status());
        assertEquals(404, api.delete("/sessions/1").status());
        assertEquals(404, api.delete("/sessions/99999999999").status());
    }

    @Test
    public void addsAndRemovesPortals() {
        final ApiServer.Answer added =
                api.post("/portals", "{\"address\":\"127.0.0.1\",\"port\":3261,\"portalGroupTag\":2}");
        assertEquals(201, added.status());
        assertEquals(2, added.json().get("portalGroupTag").asInt());
        assertEquals(
                409,
                api.post("/portals", "{\"address\":\"127.0.0.1\",\"port\":3261}")
                        .status());
        assertEquals(
                400,
                api.post("/portals", "{\"address\":\"127.0.0.1\",\"port\":65536}")
                        .status());
        assertEquals(400, api.post("/portals", "{\"port\":3262}").status());
        assertEquals(2, api.get("/portals").json().size());
        assertEquals(204, api.delete("/portals/127.0.0.1:3261").status());
        assertEquals(404, api.delete("/portals/127.0.0.1:3261").status());
    }

    @Test
    public void showsAndClearsReservations() {
        api.post("/pools/layout", null);
        api.post("/volumes", "{\"name\":\"vol-a\",\"sizeBytes\":1048576}");
        assertEquals(
                0,
                api.get("/volumes/vol-a/reservations")
                        .json()
                        .get("registrations")
                        .size());
        api.member.reserve("vol-a", "iqn.host");
        final ApiServer.Answer shown = api.get("/volumes/vol-a/reservations");
        assertEquals(200, shown.status());
        assertEquals("EXCLUSIVE_ACCESS", shown.text("type"));
        assertEquals("00000000000000ab", shown.json().at("/registrations/0/key").asText());
        assertEquals(204, api.delete("/volumes/vol-a/reservations").status());
        assertTrue(api.get("/volumes/vol-a/reservations").json().get("type").isNull());
        assertEquals(404, api.get("/volumes/vol-b/reservations").status());
        assertEquals(404, api.delete("/volumes/vol-b/reservations").status());
    }

    @Test
    public void cancelsJobs() {
        final var job = api.member.jobs().start("rebuild", "set=1", 4, "regions");
        assertEquals(202, api.post("/jobs/1/cancel", null).status());
        assertTrue(job.cancelRequested());
        assertEquals(404, api.post("/jobs/2/cancel", null).status());
        assertEquals(1, api.get("/jobs").json().size());
    }

    @Test
    public void mapsEachFailureToItsStatus() {
        final List<Integer> expected = List.of(400, 404, 409, 409, 409, 507, 503, 500);
        int index = 0;
        for (final StorageException.Code code : StorageException.Code.values()) {
            api.member.failNext(new StorageException(code, "it failed: because=" + code));
            final ApiServer.Answer answer = api.post("/devices/scan", null);
            final int status = expected.get(index++);
            assertEquals(code.name(), status, answer.status());
            assertEquals(Problem.MEDIA_TYPE, answer.header("Content-Type"));
            assertEquals(code.name(), answer.text("code"));
            assertEquals("it failed: because=" + code, answer.text("detail"));
            assertEquals(status, answer.json().get("status").asInt());
            assertTrue(answer.json().hasNonNull("title"));
        }
    }

    @Test
    public void keepsBugsToItself() {
        api.member.failNext(new IllegalStateException("secret inner workings"));
        final ApiServer.Answer answer = api.post("/devices/scan", null);
        assertEquals(500, answer.status());
        assertEquals(Problem.MEDIA_TYPE, answer.header("Content-Type"));
        assertTrue(!answer.http().body().contains("secret")
                && !answer.http().body().contains("Exception"));
    }

    @Test
    public void changesThePassword() throws Exception {
        final ApiServer.Answer refused = api.post("/system/password", "{\"password\":\"hunter2hun\"}");
        assertEquals(400, refused.status());
        assertTrue(refused.text("detail"), !refused.text("detail").contains("hunter2"));
        assertEquals(
                204,
                api.post("/system/password", "{\"password\":\"correct horse battery\"}")
                        .status());
        assertEquals(401, api.get("/system").status());
        api.credentials("admin:correct horse battery");
        assertEquals(200, api.get("/system").status());
        assertEquals("correct horse battery\n", Files.readString(api.etc()));
    }

    @Test
    public void followsResourcesThatComeAndGo() {
        final PortalsResource second = new PortalsResource(api.member.targets());
        assertEquals(200, api.get("/portals").status());
        api.servlet().unbindResource(second);
        assertEquals(200, api.get("/portals").status());
        final RestResource more = new MoreResource();
        assertEquals(404, api.get("/more").status());
        api.servlet().bindResource(more);
        assertEquals(200, api.get("/more").status());
        api.servlet().unbindResource(more);
        assertEquals(404, api.get("/more").status());
    }

    @Test
    public void describesItselfToEverybody() {
        api.credentials(null);
        final ApiServer.Answer document = api.get("/openapi.json");
        assertEquals(200, document.status());
        assertEquals("3.0.3", document.text("openapi"));
        assertNull(document.header("WWW-Authenticate"));
    }
}
