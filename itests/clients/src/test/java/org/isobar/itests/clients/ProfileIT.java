package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** A device of a running member is measured, and its regions and class are found. */
public class ProfileIT {
    private static Appliance appliance;

    @BeforeClass
    public static void bootMember() {
        appliance = Appliance.demo("profile", "--device-size", "512M", "--volume-size", "64M");
    }

    @AfterClass
    public static void stopMember() {
        if (appliance != null) {
            appliance.close();
        }
    }

    @Test
    public void measuresADeviceAndKeepsWhatItFound() {
        final String device = appliance.get("/devices").get(0).get("uuid").asText();
        final Appliance.Answer started =
                appliance.request("POST", "/profiles/" + device + "/measure", "{\"writes\":true}");
        assertEquals(started.toString(), 202, started.status());
        appliance.await("/jobs", "the profile", jobs -> {
            for (final JsonNode job : jobs) {
                if (job.get("kind").asText().equals("profile")
                        && job.get("state").asText().equals("DONE")) {
                    return true;
                }
            }
            return false;
        });
        final JsonNode profile = appliance.get("/profiles/" + device);
        assertEquals(profile.toString(), 1, profile.get("version").asInt());
        int next = 0;
        for (final JsonNode region : profile.get("regions")) {
            assertEquals("regions in a row", next, region.get("firstChunklet").asInt());
            assertTrue(region.toString(), region.at("/performance/readMibPerS").asDouble() > 0);
            next += region.get("chunkletCount").asInt();
        }
        assertTrue("no regions", next > 0);
        final JsonNode classes = appliance.get("/profiles/classes");
        assertEquals("class-1", classes.at("/0/name").asText());
        assertTrue(appliance
                .request("GET", "/profiles/" + device + "/picture", null)
                .body()
                .startsWith("<svg"));
        assertTrue(appliance.shell("class:list").contains("class-1"));
        assertTrue(appliance.shell("device:profile " + device).contains("MiB/s |"));

        appliance.stop();
        appliance.start();
        assertEquals("after a restart", profile, appliance.get("/profiles/" + device));
        assertEquals("after a restart", classes, appliance.get("/profiles/classes"));
        assertEquals("", appliance.errors());
    }
}
