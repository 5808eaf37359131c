package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public class VolumeMovesTest {
    @Rule
    public final ApiServer api = new ApiServer();

    @Before
    public void makeAVolume() {
        assertEquals(
                201, api.post("/pools", "{\"name\":\"A\",\"level\":\"10\"}").status());
        assertEquals(201, api.post("/pools", "{\"name\":\"B\",\"level\":\"5\"}").status());
        assertEquals(
                201,
                api.post("/volumes", "{\"name\":\"v\",\"sizeBytes\":1048576,\"pool\":\"A\"}")
                        .status());
    }

    @Test
    public void startsPausesAndCancelsAMove() {
        final ApiServer.Answer begun = api.post("/volume-moves", "{\"volume\":\"v\",\"pool\":\"B\"}");
        assertEquals(201, begun.status());
        assertTrue(begun.header("Location"), begun.header("Location").endsWith("volume-moves/v"));
        assertEquals("B", begun.text("to"));
        assertEquals(1, api.get("/volume-moves").json().size());
        assertEquals("RUNNING", api.get("/volume-moves/v").text("state"));
        assertEquals(
                "PAUSED",
                api.call("PATCH", "/volume-moves/v", "{\"paused\":true}").text("state"));
        assertEquals("PAUSED", api.call("PATCH", "/volume-moves/v", "{}").text("state"));
        assertEquals(204, api.delete("/volume-moves/v").status());
        assertEquals(404, api.get("/volume-moves/v").status());
        assertEquals(404, api.delete("/volume-moves/v").status());
    }

    @Test
    public void refusesWhatCannotBe() {
        assertEquals(
                404,
                api.post("/volume-moves", "{\"volume\":\"v\",\"pool\":\"Z\"}").status());
        assertEquals(400, api.post("/volume-moves", "{\"volume\":\"v\"}").status());
        assertEquals(
                400,
                api.post("/volume-moves", "{\"volume\":\"v\",\"pool\":\"B\",\"x\":1}")
                        .status());
        assertEquals(
                404, api.call("PATCH", "/volume-moves/v", "{\"paused\":true}").status());
        assertEquals(404, api.get("/volumes/w/placement").status());
    }

    @Test
    public void saysHowNewPagesFindTheirPools() {
        assertEquals(
                "VOLUME",
                api.get("/volumes/v/placement").json().at("/allocation/unit").asText());
        final ApiServer.Answer changed = api.call(
                "PATCH", "/volumes/v/placement", "{\"allocation\":\"extent:striped\",\"pools\":[\"B\",\"A\"]}");
        assertEquals("striped", changed.json().at("/allocation/policy").asText());
        assertEquals(64 << 20, changed.json().at("/allocation/extentBytes").asLong());
        assertEquals("B", changed.json().at("/allocation/pools/0").asText());
        assertEquals(
                201,
                api.post("/volumes", "{\"name\":\"w\",\"sizeBytes\":1048576,\"allocation\":\"page\",\"pools\":[\"A\"]}")
                        .status());
        assertEquals(
                "PAGE",
                api.get("/volumes/w/placement").json().at("/allocation/unit").asText());
        for (final String refused : new String[] {
            "{\"allocation\":\"stripe\"}",
            "{\"allocation\":\"page:\"}",
            "{\"pools\":[\"A\"]}",
            "{\"extentBytes\":65536}",
            "{\"allocation\":\"page\",\"extentBytes\":65536}",
            "{\"allocation\":\"extent\",\"extentBytes\":65537}"
        }) {
            assertEquals(
                    refused,
                    400,
                    api.call("PATCH", "/volumes/v/placement", refused).status());
        }
    }

    @Test
    public void showsWherePagesLieAndPins() {
        assertEquals("A", api.get("/volumes/v/placement").text("pool"));
        assertEquals(
                4 << 20,
                api.get("/volumes/v/placement")
                        .json()
                        .get("bytesByPool")
                        .get("A")
                        .asInt());
        assertTrue(api.call("PATCH", "/volumes/v/placement", "{\"pinned\":true}")
                .json()
                .get("pinned")
                .asBoolean());
        assertEquals(
                409,
                api.post("/volume-moves", "{\"volume\":\"v\",\"pool\":\"B\"}").status());
        assertEquals(
                400,
                api.call("PATCH", "/volumes/v/placement", "{\"pinned\":\"x\"}").status());
    }

    @Test
    public void countsMovesForPrometheus() {
        final String text = api.get("/metrics").http().body();
        assertTrue(text, text.contains("isobar_moved_pages_total 5.0"));
        assertTrue(text, text.contains("isobar_move_failed_pages_total 1.0"));
    }
}
