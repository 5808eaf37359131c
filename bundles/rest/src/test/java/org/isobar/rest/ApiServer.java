package org.isobar.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.isobar.testkit.FakeMember;
import org.isobar.testkit.Simulation;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/** The API as it is served, over a fake member, on a port of its own. */
final class ApiServer extends ExternalResource {
    final FakeMember member = new FakeMember();
    final Simulation sim = new Simulation(1);

    private final TemporaryFolder etc = new TemporaryFolder();
    private final HttpClient http = HttpClient.newHttpClient();
    private Server server;
    private ServerConnector connector;
    private ApiServlet servlet;
    private String credentials;

    @Override
    protected void before() throws Exception {
        etc.create();
        final AdminAccount account = new AdminAccount(etc.getRoot().toPath());
        credentials = "admin:" + Files.readString(etc()).strip();
        servlet = new ApiServlet(account, sim.clock());
        servlet.bindResource(new OpenApiResource());
        servlet.bindResource(new SystemResource(member.member(), account));
        servlet.bindResource(new DevicesResource(member.devices(), member.pools()));
        servlet.bindResource(new ProfilesResource(member.profiles()));
        servlet.bindResource(new PoolsResource(member.pools()));
        servlet.bindResource(new RaidSetsResource(member.pools()));
        servlet.bindResource(new RaidLevelsResource(member.pools()));
        servlet.bindResource(new ServicesResource(member.volumes()));
        servlet.bindResource(new VolumesResource(member.volumes(), member.targets()));
        servlet.bindResource(new ReservationsResource(member.reservations()));
        servlet.bindResource(new TargetsResource(member.targets()));
        servlet.bindResource(new PortalsResource(member.targets()));
        servlet.bindResource(new SessionsResource(member.targets()));
        servlet.bindResource(new SessionStatisticsResource(member.statistics()));
        servlet.bindResource(new VolumeStatisticsResource(member.volumes(), member.statistics()));
        servlet.bindResource(new VolumeMovesResource(member.moves()));
        servlet.bindResource(new VolumePlacementResource(member.moves()));
        servlet.bindResource(new BalanceResource(member.balance()));
        servlet.bindResource(new PagesResource(member.balance()));
        servlet.bindResource(new RecordingsResource(member.recordings()));
        servlet.bindResource(new SimulationsResource(member.simulations()));
        servlet.bindResource(new TracesResource(member.traces()));
        servlet.bindResource(new SlowCommandsResource(member.statistics()));
        servlet.bindResource(new MetricsResource(
                member.member(),
                member.devices(),
                member.pools(),
                member.volumes(),
                member.moves(),
                member.balance(),
                member.statistics(),
                sim.lanes(),
                member.jobs()));
        servlet.bindResource(new AccessResource(member.access()));
        servlet.bindResource(new VolumeAccessResource(member.access()));
        servlet.bindResource(new JobsResource(member.jobs()));
        servlet.bindResource(new PoliciesResource(member.policies()));
        server = new Server();
        connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        final ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder(servlet), ApiServlet.BASE_PATH + "/*");
        server.setHandler(context);
        server.start();
    }

    @Override
    protected void after() {
        try {
            server.stop();
        } catch (final Exception failed) {
            throw new IllegalStateException(failed);
        } finally {
            etc.delete();
        }
    }

    ApiServlet servlet() {
        return servlet;
    }

    Path etc() {
        return etc.getRoot().toPath().resolve("admin.password");
    }

    void credentials(final String userAndPassword) {
        credentials = userAndPassword;
    }

    Answer get(final String path) {
        return call("GET", path, null);
    }

    Answer delete(final String path) {
        return call("DELETE", path, null);
    }

    Answer post(final String path, final String body) {
        return call("POST", path, body);
    }

    Answer call(final String method, final String path, final String body) {
        return send(request(method, path, body).header("Content-Type", "application/json"));
    }

    HttpRequest.Builder request(final String method, final String path, final String body) {
        final HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (credentials != null) {
            final byte[] bytes = credentials.getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
        }
        return request;
    }

    Answer send(final HttpRequest.Builder request) {
        try {
            final HttpResponse<String> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            final boolean json = response.headers()
                    .firstValue("Content-Type")
                    .filter(type -> type.contains("json"))
                    .isPresent();
            return new Answer(response, json ? Json.MAPPER.readTree(response.body()) : null);
        } catch (final IOException | InterruptedException failed) {
            throw new AssertionError("no answer", failed);
        }
    }

    URI uri(final String path) {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + ApiServlet.BASE_PATH + path);
    }

    /** What came back. */
    record Answer(HttpResponse<String> http, JsonNode json) {
        int status() {
            return http.statusCode();
        }

        String header(final String name) {
            return http.headers().firstValue(name).orElse(null);
        }

        String text(final String field) {
            return json.get(field).asText();
        }
    }
}
