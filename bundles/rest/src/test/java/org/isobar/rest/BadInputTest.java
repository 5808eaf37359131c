package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public final class BadInputTest {
    @Rule
    public final ApiServer api = new ApiServer();

    @Before
    public void layOut() {
        api.post("/pools/layout", null);
    }

    @Test
    public void refusesBadFieldsNamingThem() {
        final String name = "\"name\":\"vol\"";
        final List<String[]> table = List.of(
                row("/volumes", "", "name"),
                row("/volumes", "{}", "name"),
                row("/volumes", "{\"name\":null,\"sizeBytes\":1048576}", "name"),
                row("/volumes", "{\"name\":7,\"sizeBytes\":1048576}", "name"),
                row("/volumes", "{\"name\":\"\",\"sizeBytes\":1048576}", "name"),
                row("/volumes", "{\"name\":\"Upper\",\"sizeBytes\":1048576}", "name"),
                row("/volumes", "{\"name\":\"-x\",\"sizeBytes\":1048576}", "name"),
                row("/volumes", "{\"name\":\"../etc\",\"sizeBytes\":1048576}", "name"),
                row("/volumes", "{\"name\":\"" + "x".repeat(64) + "\",\"sizeBytes\":1048576}", "name"),
                row("/volumes", "{" + name + "}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":\"1048576\"}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1048576.5}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":true}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":[1]}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":{}}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":-1048576}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":0}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1048575}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1048577}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1125899906843136}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":9223372036854775808}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":" + "9".repeat(900) + "}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1e400}", "sizeBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1048576,\"pageBytes\":4097}", "pageBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1048576,\"pageBytes\":512}", "pageBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1048576,\"pageBytes\":4294967296}", "pageBytes"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1048576,\"pool\":5}", "pool"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1048576,\"pool\":\"a b\"}", "pool"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1048576,\"policy\":\"\"}", "policy"),
                row("/volumes", "{" + name + ",\"sizeBytes\":1048576,\"colour\":\"red\"}", "colour"),
                row("/pools", "{\"name\":\"P\",\"level\":10}", "level"),
                row("/pools", "{\"name\":\"P\"}", "level"),
                row("/pools", "{\"name\":\"P Q\",\"level\":\"10\"}", "name"),
                row("/pools/A/scrub", "{\"repair\":\"yes\"}", "repair"),
                row("/devices", "{}", "path"),
                row("/devices", "{\"path\":\"relative\"}", "path"),
                row("/devices", "{\"path\":\"/dev/\\u0000x\"}", "path"),
                row("/devices", "{\"path\":\"/" + "x".repeat(5000) + "\"}", "path"),
                row("/devices", "{\"path\":\"/dev/x\",\"force\":1}", "force"),
                row("/devices", "{\"path\":\"/dev/x\",\"Force\":true}", "Force"),
                row("/system/password", "{}", "password"),
                row("/system/password", "{\"password\":123456789012}", "password"));
        for (final String[] row : table) {
            final ApiServer.Answer answer = api.post(row[0], row[1]);
            final String what = row[0] + " " + row[1];
            assertEquals(what, 400, answer.status());
            assertEquals(what, Problem.MEDIA_TYPE, answer.header("Content-Type"));
            assertEquals(what, "INVALID", answer.text("code"));
            assertTrue(
                    what + ": " + answer.text("detail"), answer.text("detail").startsWith(row[2] + ":"));
            assertTrue(what, answer.text("detail").length() < 400);
        }
        assertEquals(0, api.get("/volumes").json().size());
    }

    @Test
    public void acceptsTheEdges() {
        for (final String size : List.of("1048576", "1125899906842624")) {
            final String name = "v" + size;
            assertEquals(
                    201,
                    api.post("/volumes", "{\"name\":\"" + name + "\",\"sizeBytes\":" + size + "}")
                            .status());
        }
        assertEquals(
                201,
                api.post("/volumes", "{\"name\":\"" + "x".repeat(63) + "\",\"sizeBytes\":1048576,\"pageBytes\":4096}")
                        .status());
    }

    @Test
    public void refusesWhatIsNotOneJsonObject() {
        final List<String> bodies = List.of(
                "{",
                "}",
                "[",
                "[]",
                "7",
                "null",
                "\"text\"",
                "{\"name\":}",
                "{'name':'x'}",
                "{} {}",
                "{\"name\":\"x\"",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "\u0000",
                "not json",
                "[".repeat(20000));
        for (final String body : bodies) {
            final ApiServer.Answer answer = api.post("/volumes", body);
            assertEquals(body, 400, answer.status());
            assertEquals(body, Problem.MEDIA_TYPE, answer.header("Content-Type"));
            assertTrue(body, answer.text("detail").startsWith("body:"));
            assertFalse(body, answer.text("detail").contains("com.fasterxml"));
        }
    }

    @Test
    public void answersUnknownThingsWithNotFound() {
        for (final String path : List.of(
                "/nothing",
                "/",
                "/devices/not-a-uuid",
                "/devices/00000000-0000-0000-0000-000000000009",
                "/pools/none",
                "/volumes/none",
                "/volumes/none/more",
                "/jobs/1",
                "/jobs/x",
                "/jobs/99999999999999999999",
                "/raid-sets/-1")) {
            final ApiServer.Answer answer = api.get(path);
            assertEquals(path, 404, answer.status());
            assertEquals(path, Problem.MEDIA_TYPE, answer.header("Content-Type"));
            assertEquals(path, "NOT_FOUND", answer.text("code"));
        }
        assertEquals(404, api.post("/devices", "{\"path\":\"/dev/absent\"}").status());
        assertEquals(
                404,
                api.post("/volumes", "{\"name\":\"x\",\"sizeBytes\":1048576,\"pool\":\"Z\"}")
                        .status());
        assertEquals(404, api.delete("/volumes/none").status());
    }

    @Test
    public void refusesWrongMethodsNamingTheRightOnes() {
        final ApiServer.Answer answer = api.call("PUT", "/volumes", "{}");
        assertEquals(405, answer.status());
        assertEquals(Problem.MEDIA_TYPE, answer.header("Content-Type"));
        assertTrue(answer.header("Allow"), answer.header("Allow").contains("POST"));
        assertEquals(405, api.delete("/pools").status());
        assertEquals(405, api.post("/system", "{}").status());
    }

    @Test
    public void refusesOtherMediaTypes() {
        final HttpRequest.Builder xml =
                api.request("POST", "/volumes", "<volume/>").header("Content-Type", "text/xml");
        final ApiServer.Answer answer = api.send(xml);
        assertEquals(415, answer.status());
        assertEquals(Problem.MEDIA_TYPE, answer.header("Content-Type"));
        final HttpRequest.Builder html = api.request("GET", "/volumes", null).header("Accept", "text/html");
        assertEquals(406, api.send(html).status());
    }

    @Test
    public void refusesBodiesOverTheLimit() {
        final String fits = "{\"name\":\"fits\",\"sizeBytes\":1048576}";
        final int spaces = BodyLimitFilter.BYTES_MAX - fits.length();
        assertEquals(201, api.post("/volumes", fits + " ".repeat(spaces)).status());
        final ApiServer.Answer answer = api.post("/volumes", fits + " ".repeat(spaces + 1));
        assertEquals(413, answer.status());
        assertEquals(Problem.MEDIA_TYPE, answer.header("Content-Type"));
        final byte[] tooLong = (fits + " ".repeat(spaces + 1)).getBytes(StandardCharsets.UTF_8);
        final HttpRequest.Builder chunked = api.request("POST", "/volumes", null)
                .method("POST", HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLong)))
                .header("Content-Type", "application/json");
        assertEquals(413, api.send(chunked).status());
    }

    @Test
    public void refusesAForceThatIsNeitherTrueNorFalse() {
        final ApiServer.Answer answer = api.delete("/volumes/none?force=maybe");
        assertEquals(400, answer.status());
        assertTrue(answer.text("detail").startsWith("force:"));
    }

    private static String[] row(final String path, final String body, final String field) {
        return new String[] {path, body, field};
    }
}
