package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Rule;
import org.junit.Test;

public final class TracesTest {
    @Rule
    public final ApiServer api = new ApiServer();

    @Test
    public void startsShowsDownloadsStopsAndDeletes() {
        final ApiServer.Answer started =
                api.post("/traces", "{\"initiator\":\"iqn.host\",\"snapBytes\":128,\"limitBytes\":1048576}");
        assertEquals(201, started.status());
        assertEquals("RUNNING", started.text("state"));
        assertEquals(128, started.json().get("snapBytes").asInt());
        assertEquals(started.json(), api.get("/traces").json().get(0));
        assertEquals(started.json(), api.get("/traces/1").json());
        final ApiServer.Answer file = api.get("/traces/1/file");
        assertEquals("recorded", file.http().body());
        assertEquals("application/vnd.tcpdump.pcap", file.header("Content-Type"));
        assertTrue(file.header("Content-Disposition").startsWith("attachment"));
        assertEquals("STOPPED", api.post("/traces/1/stop", null).text("state"));
        assertEquals(204, api.delete("/traces/1").status());
        assertEquals(404, api.get("/traces/1/file").status());
        assertEquals(404, api.post("/traces/1/stop", null).status());
        assertEquals(404, api.delete("/traces/x").status());
    }

    @Test
    public void namesTheFieldThatIsWrong() {
        refused("tsih", "{\"tsih\":65536}");
        refused("snapBytes", "{\"snapBytes\":-1}");
        refused("limitBytes", "{\"limitBytes\":4294967297}");
        refused("initiator", "{\"initiator\":\"a b\"}");
        refused("extra", "{\"extra\":1}");
        assertEquals(409, api.post("/traces", "{\"initiator\":\"iqn.refused\"}").status());
    }

    private void refused(final String field, final String body) {
        final ApiServer.Answer answer = api.post("/traces", body);
        assertEquals(400, answer.status());
        assertTrue(answer.text("detail"), answer.text("detail").startsWith(field + ":"));
    }
}
