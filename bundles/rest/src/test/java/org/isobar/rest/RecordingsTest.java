package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.volume.VolumeSpec;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public final class RecordingsTest {
    @Rule
    public final ApiServer api = new ApiServer();

    @Before
    public void createAVolume() {
        api.member.pools().create("A", "10");
        api.member.volumes().create(new VolumeSpec("vol-a", 1 << 30, "A", null, 0));
    }

    @Test
    public void startsShowsDownloadsExportsStopsAndDeletes() {
        final ApiServer.Answer started =
                api.post("/recordings", "{\"volume\":\"vol-a\",\"seconds\":60,\"sampleOneIn\":4}");
        assertEquals(201, started.status());
        assertEquals("RUNNING", started.text("state"));
        assertEquals(4, started.json().get("sampleOneIn").asInt());
        assertEquals(64 << 20, started.json().get("limitBytes").asInt());
        assertEquals(started.json(), api.get("/recordings").json().get(0));
        assertEquals(started.json(), api.get("/recordings/1").json());
        final ApiServer.Answer file = api.get("/recordings/1/file");
        assertEquals("recorded", file.http().body());
        assertEquals("application/octet-stream", file.header("Content-Type"));
        assertTrue(file.header("Content-Disposition").startsWith("attachment"));
        final ApiServer.Answer text = api.get("/recordings/1/accesses");
        assertTrue(text.http().body().endsWith("5,read,0,1,8\n"));
        assertTrue(text.header("Content-Type").startsWith("text/csv"));
        assertEquals(409, api.post("/recordings", "{\"volume\":\"vol-a\"}").status());
        assertEquals("STOPPED", api.post("/recordings/1/stop", null).text("state"));
        assertEquals(204, api.delete("/recordings/1").status());
        assertEquals(404, api.get("/recordings/1").status());
        assertEquals(404, api.get("/recordings/1/file").status());
        assertEquals(404, api.get("/recordings/1/accesses").status());
        assertEquals(404, api.post("/recordings/1/stop", null).status());
        assertEquals(404, api.delete("/recordings/x").status());
    }

    @Test
    public void namesTheFieldThatIsWrong() {
        refused("volume", "{}");
        refused("volume", "{\"volume\":\"A B\"}");
        refused("seconds", "{\"volume\":\"vol-a\",\"seconds\":604801}");
        refused("seconds", "{\"volume\":\"vol-a\",\"seconds\":-1}");
        refused("sampleOneIn", "{\"volume\":\"vol-a\",\"sampleOneIn\":1025}");
        refused("limitBytes", "{\"volume\":\"vol-a\",\"limitBytes\":1000}");
        refused("extra", "{\"volume\":\"vol-a\",\"extra\":1}");
        assertEquals(404, api.post("/recordings", "{\"volume\":\"vol-x\"}").status());
        assertEquals(Code.INVALID.name(), api.post("/recordings", "{}").text("code"));
        assertEquals(
                StorageException.Code.NOT_FOUND.name(), api.get("/recordings/9").text("code"));
    }

    private void refused(final String field, final String body) {
        final ApiServer.Answer answer = api.post("/recordings", body);
        assertEquals(400, answer.status());
        assertTrue(answer.text("detail"), answer.text("detail").startsWith(field + ":"));
    }
}
