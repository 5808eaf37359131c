import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The launcher's hand on a member's REST API: waits for it, sets the demo up, reports. Started from source by the launcher
 * with Jackson on the class path, so it needs no build of its own. Only {@code status} writes to standard output; progress
 * and failures go to standard error, and the admin password goes nowhere.
 */
public final class MemberClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);
    /** Pool, its level, the volume made in it. */
    private static final String[][] DEMO = {{"A", "10", "vol-a"}, {"B", "5", "vol-b"}, {"C", "50", "vol-c"}};

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final String base;
    private final Path passwordFile;

    private MemberClient(final String base, final Path passwordFile) {
        this.base = base;
        this.passwordFile = passwordFile;
    }

    public static void main(final String[] arguments) throws Exception {
        final List<String> rest = List.of(arguments).subList(1, arguments.length);
        try {
            switch (arguments[0]) {
                case "wait" -> new MemberClient(rest.get(0), Path.of(rest.get(1)))
                        .awaitReady(Long.parseLong(rest.get(2)), Integer.parseInt(rest.get(3)));
                case "provision" -> new MemberClient(rest.get(0), Path.of(rest.get(1)))
                        .provision(Long.parseLong(rest.get(2)), rest.subList(3, rest.size()));
                case "status" -> new MemberClient(rest.get(0), Path.of(rest.get(1)))
                        .status(Long.parseLong(rest.get(2)), rest.get(3).equals("json"));
                case "shell" -> shell(Path.of(rest.get(0)), rest.subList(1, rest.size()));
                default -> throw new Failure("unknown command: " + arguments[0]);
            }
        } catch (Failure failure) {
            System.err.println("isobar: " + failure.getMessage());
            System.exit(1);
        }
    }

    /** Waits until the API answers and the member has left its starting states, as long as its process lives. */
    private void awaitReady(final long pid, final int seconds) throws Exception {
        final long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        String last = "no answer yet";
        while (System.nanoTime() < deadline) {
            if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
                throw new Failure("the member's process " + pid + " ended while it started");
            }
            try {
                final Answer answer = call("GET", "/system", null);
                last = answer.status + " " + answer.body.path("state").asText();
                if (answer.status == 401) {
                    throw new Failure("the member does not accept the password in " + passwordFile);
                }
                if (answer.status == 200 && !Set.of("STARTING", "WAITING").contains(state(answer.body))) {
                    return;
                }
            } catch (IOException notYet) {
                last = notYet.getClass().getSimpleName();
            }
            Thread.sleep(100);
        }
        throw new Failure("no ready answer of " + base + "/system within " + seconds + " s (last: " + last + ")");
    }

    private void provision(final long volumeBytes, final List<String> devices) throws Exception {
        final Set<String> known = names(list("/devices"), "path");
        for (final String device : devices) {
            if (!known.contains(device)) {
                create("device " + device, "/devices", object("path", device).put("force", false));
            }
        }
        final Set<String> pools = names(list("/pools"), "name");
        final Set<String> volumes = names(list("/volumes"), "name");
        for (final String[] demo : DEMO) {
            if (!pools.contains(demo[0])) {
                create("pool " + demo[0] + " (RAID " + demo[1] + ")", "/pools", object("name", demo[0]).put("level", demo[1]));
            }
        }
        for (final String[] demo : DEMO) {
            if (!volumes.contains(demo[2])) {
                create(
                        "volume " + demo[2] + " in pool " + demo[0],
                        "/volumes",
                        object("name", demo[2]).put("sizeBytes", volumeBytes).put("pool", demo[0]));
            }
        }
    }

    private void create(final String what, final String path, final ObjectNode body) throws Exception {
        final long from = System.nanoTime();
        final Answer answer = call("POST", path, body);
        if (answer.status / 100 != 2) {
            throw new Failure("creating " + what + " failed: " + answer.problem());
        }
        System.err.printf(Locale.ROOT, "    %s  %.1f s%n", what, (System.nanoTime() - from) / 1e9);
    }

    private void status(final long pid, final boolean json) throws Exception {
        final ObjectNode report = JSON.createObjectNode();
        report.put("state", "starting").put("pid", pid).put("rest", base).put("passwordFile", passwordFile.toString());
        final ArrayNode volumes = report.putArray("volumes");
        JsonNode system = JSON.createObjectNode();
        try {
            system = require(call("GET", "/system", null), "/system");
            report.put("state", state(system).toLowerCase(Locale.ROOT));
            for (final JsonNode volume : list("/volumes")) {
                final ObjectNode line = volumes.addObject();
                for (final String field : List.of("name", "pool", "level", "sizeBytes", "url")) {
                    line.set(field, volume.path(field).isMissingNode() ? null : volume.get(field));
                }
            }
        } catch (IOException unreachable) {
            report.put("message", "the REST API does not answer: " + unreachable);
        } catch (Failure refused) {
            report.put("message", refused.getMessage());
        }
        if (system.hasNonNull("message")) {
            report.set("message", system.get("message"));
        }
        if (json) {
            System.out.println(JSON.writeValueAsString(report));
            return;
        }
        System.out.println("state     " + report.path("state").asText() + "  (process " + pid + ")");
        if (report.hasNonNull("message")) {
            System.out.println("          " + report.get("message").asText());
        }
        for (final JsonNode warning : system.path("warnings")) {
            System.out.println("warning   " + (warning.isTextual() ? warning.asText() : warning.toString()));
        }
        for (final JsonNode volume : volumes) {
            System.out.printf(
                    Locale.ROOT,
                    "volume    %s  pool %s (RAID %s)  %.2f GiB  %s%n",
                    volume.path("name").asText(),
                    volume.path("pool").asText(),
                    volume.path("level").asText().replaceFirst("(?i)^raid ?", ""),
                    volume.path("sizeBytes").asLong() / (double) (1L << 30),
                    volume.path("url").asText());
        }
    }

    /** Runs Karaf's own client in this process, so that the password is in no argument list that others could read. */
    private static void shell(final Path passwordFile, final List<String> arguments) throws Exception {
        final List<String> all = new ArrayList<>(List.of("-u", "admin", "-p", password(passwordFile)));
        all.addAll(arguments);
        Class.forName("org.apache.karaf.client.Main")
                .getMethod("main", String[].class)
                .invoke(null, (Object) all.toArray(new String[0]));
    }

    private List<JsonNode> list(final String path) throws Exception {
        final List<JsonNode> all = new ArrayList<>();
        String next = path;
        while (next != null) {
            final JsonNode body = require(call("GET", next, null), next);
            (body.isArray() ? body : body.path("items")).forEach(all::add);
            final JsonNode token = body.path("next");
            next = token.isTextual()
                    ? path + "?after=" + URLEncoder.encode(token.asText(), StandardCharsets.UTF_8)
                    : null;
        }
        return all;
    }

    private static Set<String> names(final List<JsonNode> items, final String field) {
        final Set<String> names = new LinkedHashSet<>();
        items.forEach(item -> names.add(item.path(field).asText()));
        return names;
    }

    private static String state(final JsonNode system) {
        return system.path("state").asText("UNKNOWN").toUpperCase(Locale.ROOT);
    }

    private static JsonNode require(final Answer answer, final String path) throws Failure {
        if (answer.status / 100 != 2) {
            throw new Failure("GET " + path + " failed: " + answer.problem());
        }
        return answer.body;
    }

    private static ObjectNode object(final String field, final String value) {
        return JSON.createObjectNode().put(field, value);
    }

    private Answer call(final String method, final String path, final JsonNode body) throws Exception {
        final String credentials = "admin:" + password(passwordFile);
        final HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(CALL_TIMEOUT)
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .header("Accept", "application/json, application/problem+json")
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        final HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode answer = JSON.createObjectNode();
        try {
            final JsonNode read = JSON.readTree(response.body());
            answer = read == null ? answer : read;
        } catch (IOException notJson) {
            answer = object("detail", response.body().strip().lines().findFirst().orElse(""));
        }
        return new Answer(response.statusCode(), answer);
    }

    private static String password(final Path file) throws IOException {
        return Files.readString(file).strip();
    }

    private record Answer(int status, JsonNode body) {
        String problem() {
            final String title = body.path("title").asText("");
            final String detail = body.path("detail").asText("");
            return "HTTP " + status + " " + title + (title.isEmpty() || detail.isEmpty() ? "" : ": ") + detail;
        }
    }

    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;

        Failure(final String message) {
            super(message);
        }
    }
}
