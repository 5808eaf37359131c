package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.Rule;
import org.junit.Test;

public class PoliciesTest {
    @Rule
    public final ApiServer api = new ApiServer();

    @Test
    public void listsAndUnfences() {
        final JsonNode broken = api.get("/policies").json().get(0);
        assertEquals("broken", broken.get("name").asText());
        assertEquals("volume=v", broken.get("usedBy").get(0).asText());
        assertTrue(broken.get("fenced").asBoolean());
        assertEquals("answered null", broken.get("why").asText());
        final ApiServer.Answer unfenced = api.post("/policies/volume/broken/unfence", "");
        assertEquals(200, unfenced.status());
        assertFalse(unfenced.json().get("fenced").asBoolean());
        assertFalse(api.get("/policies").json().get(0).get("fenced").asBoolean());
    }

    @Test
    public void knowsOnlyPoliciesThatAreThere() {
        assertEquals(404, api.post("/policies/volume/nobody/unfence", "").status());
        assertEquals(404, api.post("/policies/nothing/broken/unfence", "").status());
    }
}
