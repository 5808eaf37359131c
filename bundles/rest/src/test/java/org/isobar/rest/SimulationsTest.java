package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.isobar.api.volume.VolumeSpec;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public final class SimulationsTest {
    @Rule
    public final ApiServer api = new ApiServer();

    @Before
    public void record() {
        api.member.pools().create("A", "10");
        api.member.volumes().create(new VolumeSpec("vol-a", 1 << 30, "A", null, 0));
        api.post("/recordings", "{\"volume\":\"vol-a\"}");
    }

    @Test
    public void startsAJobAndShowsItsReport() {
        assertEquals(0, api.get("/simulations").json().size());
        final ApiServer.Answer started = api.post(
                "/simulations",
                "{\"recording\":1,\"policy\":\"adaptive\",\"periodS\":30,\"bytesPerSecond\":1048576,\"clients\":4,"
                        + "\"speedPercent\":200,\"pools\":[{\"name\":\"fast\",\"readsPerS\":9000.5,\"writesPerS\":4000,"
                        + "\"latencyUs\":100,\"pages\":64}]}");
        assertEquals(202, started.status());
        final String job = started.text("id");
        assertTrue(started.header("Location").endsWith("jobs/" + job));
        final JsonNode report = api.get("/simulations/" + job).json();
        assertEquals(report, api.get("/simulations").json().get(0));
        assertEquals(30, report.at("/spec/periodS").asInt());
        assertEquals(1 << 20, report.at("/spec/bytesPerSecond").asInt());
        assertEquals(4, report.at("/spec/clients").asInt());
        assertEquals(200, report.at("/spec/speedPercent").asInt());
        assertEquals(9000.5, report.at("/spec/pools/0/readsPerS").asDouble(), 0);
        assertEquals(64, report.at("/spec/pools/0/pages").asInt());
        assertEquals(250, report.at("/sum/oracle/perS").asDouble(), 0);
        final JsonNode standard = api.get("/simulations/"
                        + api.post("/simulations", "{\"recording\":1}").text("id"))
                .json();
        assertEquals(16, standard.at("/spec/clients").asInt());
        assertEquals(404, api.get("/simulations/99").status());
        assertEquals(404, api.get("/simulations/x").status());
    }

    @Test
    public void namesTheFieldThatIsWrong() {
        refused("recording", "{}");
        refused("policy", "{\"recording\":1,\"policy\":\"a b\"}");
        refused("periodS", "{\"recording\":1,\"periodS\":15}");
        refused("clients", "{\"recording\":1,\"clients\":0}");
        refused("speedPercent", "{\"recording\":1,\"speedPercent\":10001}");
        refused("bytesPerSecond", "{\"recording\":1,\"bytesPerSecond\":1}");
        refused("pools", "{\"recording\":1,\"pools\":5}");
        refused("pools", "{\"recording\":1,\"pools\":[5]}");
        refused("pools", "{\"recording\":1,\"pools\":{}}");
        refused("name", "{\"recording\":1,\"pools\":[{}]}");
        refused("readsPerS", "{\"recording\":1,\"pools\":[{\"name\":\"p\"}]}");
        refused("readsPerS", "{\"recording\":1,\"pools\":[{\"name\":\"p\",\"readsPerS\":\"many\"}]}");
        refused(
                "pools.pages",
                "{\"recording\":1,\"pools\":[{\"name\":\"p\",\"readsPerS\":1,\"writesPerS\":1,\"latencyUs\":1,"
                        + "\"pages\":0}]}");
        refused(
                "more",
                "{\"recording\":1,\"pools\":[{\"name\":\"p\",\"readsPerS\":1,\"writesPerS\":1,\"latencyUs\":1,"
                        + "\"pages\":1,\"more\":1}]}");
        refused("more", "{\"recording\":1,\"more\":1}");
        assertEquals(404, api.post("/simulations", "{\"recording\":7}").status());
    }

    private void refused(final String field, final String body) {
        final ApiServer.Answer answer = api.post("/simulations", body);
        assertEquals(body, 400, answer.status());
        assertTrue(answer.text("detail"), answer.text("detail").startsWith(field + ":"));
    }
}
