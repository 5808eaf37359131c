package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.UUID;
import org.junit.Rule;
import org.junit.Test;

public final class ProfilesTest {
    private static final UUID NOBODY = new UUID(1, 1);

    @Rule
    public final ApiServer api = new ApiServer();

    @Test
    public void measuresADeviceAndShowsWhatCameOfIt() {
        final String device = api.post("/devices", "{\"path\":\"/dev/one\"}").text("uuid");
        assertEquals(404, api.get("/profiles/" + device).status());
        assertEquals(404, api.get("/profiles/" + device + "/picture").status());
        assertEquals("[]", api.get("/profiles/classes").json().toString());
        final ApiServer.Answer started = api.post("/profiles/" + device + "/measure", "{\"writes\":true}");
        assertEquals(202, started.status());
        assertTrue(started.text("subject").contains("writes=true"));
        final ApiServer.Answer shown = api.get("/profiles/" + device);
        assertEquals(200, shown.json().at("/samples/0/performance/readMibPerS").asInt());
        assertEquals(10, shown.json().at("/regions/1/chunkletCount").asInt());
        assertEquals(shown.json(), api.get("/profiles").json().get(0));
        assertEquals(
                device,
                api.get("/profiles/classes").json().at("/0/parts/0/device").asText());
        assertTrue(api.get("/profiles/" + device + "/picture").http().body().startsWith("<svg"));
    }

    @Test
    public void refusesWhatIsNotThereAndWhatIsNoUuid() {
        assertEquals(404, api.post("/profiles/" + NOBODY + "/measure", null).status());
        assertEquals(404, api.get("/profiles/seven").status());
        assertEquals(
                400,
                api.post("/profiles/" + NOBODY + "/measure", "{\"writes\":3}").status());
    }
}
