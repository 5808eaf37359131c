package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.Rule;
import org.junit.Test;

public final class BalanceTest {
    @Rule
    public final ApiServer api = new ApiServer();

    @Test
    public void isShownAndChanged() {
        final JsonNode first = api.get("/balance").json();
        assertFalse(first.get("settings").get("enabled").asBoolean());
        assertEquals("OFF", first.get("state").asText());
        assertTrue(first.get("last").isNull());
        final JsonNode changed = api.call(
                        "PATCH",
                        "/balance",
                        "{\"enabled\":true,\"policy\":\"stay\",\"intervalS\":30,\"bytesPerSecond\":1048576,"
                                + "\"fromHour\":22,\"untilHour\":6,\"excludedPools\":[\"A\"],\"excludedVolumes\":[\"v\"]}")
                .json();
        assertEquals("WAITING", changed.get("state").asText());
        final JsonNode settings = changed.get("settings");
        assertEquals("stay", settings.get("policy").asText());
        assertEquals(30, settings.get("intervalS").asInt());
        assertEquals(1 << 20, settings.get("bytesPerSecond").asInt());
        assertEquals(22, settings.get("fromHour").asInt());
        assertEquals(6, settings.get("untilHour").asInt());
        assertEquals("A", settings.get("excludedPools").get(0).asText());
        assertEquals("v", settings.get("excludedVolumes").get(0).asText());
        assertEquals(settings, api.call("PATCH", "/balance", "{}").json().get("settings"));
    }

    @Test
    public void refusesWhatCannotBe() {
        for (final String field : new String[] {
            "\"intervalS\":9",
            "\"bytesPerSecond\":1",
            "\"fromHour\":24",
            "\"untilHour\":25",
            "\"policy\":\"other\"",
            "\"enabled\":1",
            "\"excludedPools\":5",
            "\"other\":1"
        }) {
            final ApiServer.Answer answer = api.call("PATCH", "/balance", "{" + field + "}");
            assertEquals(field, 400, answer.status());
            final String name = field.substring(1, field.indexOf('"', 1));
            assertTrue(answer.http().body(), answer.http().body().contains(name + ": "));
        }
    }

    @Test
    public void explainsPages() {
        api.post("/pools/layout", "{}");
        assertEquals(
                201,
                api.post("/volumes", "{\"name\":\"v\",\"sizeBytes\":1073741824,\"pool\":\"A\"}")
                        .status());
        final JsonNode page = api.get("/volumes/v/pages/3").json();
        assertEquals(3, page.get("page").asInt());
        assertEquals("A", page.get("pool").asText());
        assertTrue(page.get("movedBy").isNull());
        assertEquals("more requests", page.get("wouldMove").asText());
        assertEquals(404, api.get("/volumes/z/pages/3").status());
        assertEquals(400, api.get("/volumes/v/pages/x").status());
    }

    @Test
    public void runsAndTellsWhatItDecided() {
        assertEquals(0, api.get("/balance/history").json().size());
        final ApiServer.Answer run = api.post("/balance/run", "");
        assertEquals(200, run.status());
        assertEquals(2, run.json().get("plannedPages").asInt());
        assertEquals(run.json(), api.get("/balance/history").json().get(0));
        assertEquals(run.json(), api.get("/balance").json().get("last"));
        final String text = api.get("/metrics").http().body();
        assertTrue(text, text.contains("isobar_balance_decisions_total 1.0"));
        assertTrue(text, text.contains("isobar_balance_moved_bytes_total 4096.0"));
        assertTrue(text, text.contains("isobar_balance_enabled 0.0"));
    }
}
