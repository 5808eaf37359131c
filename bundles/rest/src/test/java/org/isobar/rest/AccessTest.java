package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public final class AccessTest {
    private static final String SECRET = "twelve bytes of secret";
    private static final String TARGET_SECRET = "0x000102030405060708090a0b";

    @Rule
    public final ApiServer api = new ApiServer();

    @Before
    public void createVolume() {
        api.post("/pools/layout", null);
        api.post("/volumes", "{\"name\":\"vol-a\",\"sizeBytes\":1048576}");
    }

    @Test
    public void addsChangesAndRemovesRules() {
        assertEquals(0, api.get("/volumes/vol-a/access").json().get("rules").size());
        final ApiServer.Answer added = api.post(
                "/volumes/vol-a/access",
                "{\"initiatorName\":\"iqn.x:*\",\"address\":\"10.0.0.0/8\",\"chapUser\":\"alice\",\"grant\":\"READ_WRITE\"}");
        assertEquals(201, added.status());
        assertEquals(api.uri("/volumes/vol-a/access/1").toString(), added.header("Location"));
        assertEquals("10.0.0.0/8", added.text("address"));
        final ApiServer.Answer changed = api.call("PATCH", "/volumes/vol-a/access/1", "{\"grant\":\"READ_ONLY\"}");
        assertEquals("READ_ONLY", changed.text("grant"));
        assertEquals(changed.json(), api.get("/access/rules").json().at("/0/rules/0"));
        assertEquals(204, api.delete("/volumes/vol-a/access/1").status());
        assertEquals(404, api.delete("/volumes/vol-a/access/1").status());
        assertEquals(404, api.delete("/volumes/vol-a/access/one").status());
        assertEquals(404, api.delete("/volumes/vol-a/access/4294967297").status());
        assertEquals(404, api.get("/volumes/absent/access").status());
    }

    @Test
    public void refusesMalformedRules() {
        for (final String body : new String[] {
            "{}",
            "{\"grant\":\"NONE\"}",
            "{\"grant\":\"READ_ONLY\",\"address\":\"host.name\"}",
            "{\"grant\":\"READ_ONLY\",\"chapUser\":\"a b\"}",
            "{\"grant\":\"READ_ONLY\",\"initiatorName\":\"\"}",
            "{\"grant\":\"READ_ONLY\",\"odd\":1}"
        }) {
            assertEquals(body, 400, api.post("/volumes/vol-a/access", body).status());
        }
    }

    @Test
    public void takesSecretsAndNeverGivesThemBack() {
        final ApiServer.Answer added = api.post(
                "/access/users",
                "{\"name\":\"alice\",\"secret\":\"" + SECRET + "\",\"targetName\":\"isobar\",\"targetSecret\":\""
                        + TARGET_SECRET + "\"}");
        assertEquals(201, added.status());
        assertEquals("isobar", added.text("targetName"));
        assertEquals(SECRET + " " + TARGET_SECRET, api.member.access().secretOf("alice"));
        final ApiServer.Answer listed = api.get("/access/users");
        assertEquals(added.json(), listed.json().get(0));
        assertEquals(3, listed.json().get(0).size());
        assertEquals(
                409,
                api.post("/access/users", "{\"name\":\"alice\",\"secret\":\"" + SECRET + "\"}")
                        .status());
        final ApiServer.Answer changed =
                api.call("PUT", "/access/users/alice/secrets", "{\"secret\":\"another good secret\"}");
        assertEquals(200, changed.status());
        assertTrue(changed.json().get("targetName").isNull());
        assertEquals("another good secret", api.member.access().secretOf("alice"));
        assertEquals(204, api.delete("/access/users/alice").status());
        assertEquals(404, api.delete("/access/users/alice").status());
        assertEquals(
                404,
                api.call("PUT", "/access/users/alice/secrets", "{\"secret\":\"another good secret\"}")
                        .status());
    }

    @Test
    public void repeatsNoSecretThatItRefuses() {
        for (final String body : new String[] {
            "{\"name\":\"alice\",\"secret\":\"hushhush\"}",
            "{\"name\":\"alice\",\"secret\":[\"hushhush\"]}",
            "{\"name\":\"alice\",\"secret\":\"" + SECRET + "\",\"targetSecret\":\"hushhush\"}",
            "{\"name\":\"a b\",\"secret\":\"hushhush hushhush\"}"
        }) {
            final ApiServer.Answer refused = api.post("/access/users", body);
            assertEquals(body, 400, refused.status());
            assertFalse(refused.http().body(), refused.http().body().contains("hush"));
        }
    }

    @Test
    public void changesSettingsAndShowsCounters() {
        assertEquals(4, api.get("/access/settings").json().get("chapAlgorithms").size());
        final ApiServer.Answer changed = api.call("PATCH", "/access/settings", "{\"discoveryChap\":true}");
        assertTrue(changed.json().get("discoveryChap").asBoolean());
        assertEquals(4, changed.json().get("chapAlgorithms").size());
        api.call("PATCH", "/access/settings", "{\"chapAlgorithms\":[\"SHA-256\"]}");
        final ApiServer.Answer shown = api.get("/access/settings");
        assertTrue(shown.json().get("discoveryChap").asBoolean());
        assertEquals("[\"SHA-256\"]", shown.json().get("chapAlgorithms").toString());
        for (final String body : new String[] {
            "{\"discoveryChap\":\"yes\"}", "{\"chapAlgorithms\":\"MD5\"}", "{\"chapAlgorithms\":[5]}", "{\"odd\":1}"
        }) {
            assertEquals(body, 400, api.call("PATCH", "/access/settings", body).status());
        }
        assertEquals(4, api.get("/access/logins").json().get("proofsFailed").asInt());
    }
}
