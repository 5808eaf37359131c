package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;

public final class LoginTest {
    @Rule
    public final ApiServer api = new ApiServer();

    @Test
    public void asksWhoComesWithoutCredentials() {
        api.credentials(null);
        for (final String path :
                List.of("/system", "/volumes", "/nothing", "/openapi.json/../system", "/openapi.jsonx")) {
            final ApiServer.Answer answer = api.get(path);
            assertEquals(path, 401, answer.status());
            assertEquals(path, Problem.MEDIA_TYPE, answer.header("Content-Type"));
            assertTrue(path, answer.header("WWW-Authenticate").startsWith("Basic "));
            assertFalse(path, answer.json().has("code"));
        }
        assertEquals(401, api.post("/pools/layout", null).status());
        assertEquals(401, api.post("/openapi.json", "{}").status());
        assertEquals(401, api.delete("/volumes/x?force=true").status());
        assertEquals(0, api.member.pools().pools().size());
    }

    @Test
    public void refusesWrongCredentials() throws Exception {
        final String password = Files.readString(api.etc()).strip();
        for (final String wrong : List.of("admin:", "admin:x", "root:" + password, password)) {
            api.credentials(wrong);
            assertEquals(wrong, 401, api.get("/system").status());
        }
        api.credentials(null);
        assertEquals(
                401,
                api.send(api.request("GET", "/system", null).header("Authorization", "Bearer x"))
                        .status());
    }

    @Test
    public void acceptsTheSchemeInAnyCase() throws Exception {
        final String password = Files.readString(api.etc()).strip();
        final String token = Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8));
        api.credentials(null);
        assertEquals(
                200,
                api.send(api.request("GET", "/system", null).header("Authorization", "basic " + token))
                        .status());
        assertEquals(
                401,
                api.send(api.request("GET", "/system", null).header("Authorization", "Basic %%%"))
                        .status());
    }

    @Test
    public void slowsDownGuessing() throws Exception {
        final String password = Files.readString(api.etc()).strip();
        api.credentials("admin:wrong");
        for (int i = 0; i < LoginThrottle.FREE_FAILURES; i++) {
            assertEquals(401, api.get("/system").status());
        }
        final ApiServer.Answer limited = api.get("/system");
        assertEquals(429, limited.status());
        assertEquals(Problem.MEDIA_TYPE, limited.header("Content-Type"));
        assertTrue(Integer.parseInt(limited.header("Retry-After")) >= 1);
        api.credentials("admin:" + password);
        assertEquals(429, api.get("/system").status());
        api.sim.runFor(TimeUnit.SECONDS.toNanos(1));
        assertEquals(200, api.get("/system").status());
        api.credentials("admin:wrong");
        assertEquals("counts anew after a good log-in", 401, api.get("/system").status());
    }

    @Test
    public void waitsLongerAfterEachFurtherFailureUpToHalfAMinute() {
        final LoginThrottle throttle = new LoginThrottle(api.sim.clock());
        for (int i = 0; i < LoginThrottle.FREE_FAILURES - 1; i++) {
            throttle.failed("a");
            assertEquals(0, throttle.waitNs("a"));
        }
        for (final int seconds : new int[] {1, 2, 4, 8, 16, 32, 32, 32}) {
            throttle.failed("a");
            assertEquals(TimeUnit.SECONDS.toNanos(seconds), throttle.waitNs("a"));
        }
        assertEquals(0, throttle.waitNs("b"));
        throttle.succeeded("a");
        assertEquals(0, throttle.waitNs("a"));
    }
}
