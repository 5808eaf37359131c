package org.isobar.itests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A member as a user has it: made and driven by the launcher, watched over REST. Its home is deleted at the end. */
final class Appliance implements AutoCloseable {
    private static final int PORTS_FIRST = 20_000;
    private static final int PORTS_EACH = 100;
    private static final int PORT_RANGES = 100;
    private static final AtomicInteger PORT = new AtomicInteger();
    private static final Path LAUNCHER =
            Path.of("..", "..", "isobar").toAbsolutePath().normalize();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(3);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path home;
    private String rest;
    private String authorization;

    private Appliance(final Path home) {
        this.home = home;
    }

    /** Runs {@code isobar demo} in a fresh home, on free ports. */
    static Appliance demo(final String name, final String... options) {
        return demo(name, Map.of(), options);
    }

    /** As above, with settings: the name of a file in {@code etc} and what is in it. */
    static Appliance demo(final String name, final Map<String, String> settings, final String... options) {
        final Path home = Path.of("target", "homes", name).toAbsolutePath();
        final Appliance appliance = new Appliance(home);
        appliance.close();
        final List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "demo", "--home", home.toString()));
        command.addAll(List.of("--iscsi-port", freePort(), "--rest-port", freePort(), "--ssh-port", freePort()));
        command.addAll(List.of(options));
        try {
            final Path etc = home.resolve("karaf/etc");
            Files.createDirectories(settings.isEmpty() ? home : etc);
            for (final Map.Entry<String, String> file : settings.entrySet()) {
                Files.writeString(etc.resolve(file.getKey()), file.getValue(), UTF_8);
            }
            Tools.run(command.toArray(String[]::new));
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (final AssertionError failure) {
            appliance.close();
            throw failure;
        }
        return appliance;
    }

    void start() {
        launcher("start");
    }

    void stop() {
        launcher("stop");
    }

    /** The launcher's status as programs read it. */
    JsonNode status() {
        return parse(launcher("status", "--json"));
    }

    /** Runs one command in the member's shell and returns what it printed. */
    String shell(final String... words) {
        return launcher("shell", words);
    }

    /** URL of a volume as libiscsi takes it. */
    String url(final String volume) {
        return get("/volumes/" + volume).get("url").asText();
    }

    /** As {@link #url(String)} through the portal at {@code place}, an address and port. */
    String url(final String volume, final String place) {
        return url(volume).replaceFirst("//[^/]*/", "//" + place + "/");
    }

    /** Opens a further portal on a free port in the portal group {@code tag}; answers its address and port. */
    String addPortal(final int tag) {
        return addPortal(freePort(), tag, null);
    }

    /** As {@link #addPortal(int)}, for initiators that reach it as {@code host} and are told so; answers its port. */
    String addPortalKnownAs(final String host, final int tag) {
        final String port = freePort();
        addPortal(port, tag, host);
        return port;
    }

    /** Opens a portal on a loopback port that initiators are told to reach at {@code host}, null for as it is. */
    String addPortal(final String port, final int tag, final String host) {
        final String body = "{\"address\":\"127.0.0.1\",\"port\":" + port + ",\"portalGroupTag\":" + tag
                + (host == null ? "" : ",\"advertise\":\"" + host + ":" + port + "\"") + "}";
        final Answer answer = request("POST", "/portals", body);
        assertEquals(answer.body(), 201, answer.status());
        return "127.0.0.1:" + port;
    }

    void removePortal(final String place) {
        final Answer answer = request("DELETE", "/portals/" + place, null);
        assertEquals(answer.body(), 204, answer.status());
    }

    /** Ends the member's process with SIGKILL and waits until it is gone. */
    void kill() {
        final long pid = pid();
        final ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        try {
            process.onExit().get(30, TimeUnit.SECONDS);
        } catch (final Exception failure) {
            throw new AssertionError("process " + pid + " survived SIGKILL", failure);
        }
    }

    private long pid() {
        try {
            return Long.parseLong(
                    Files.readString(home.resolve("member.pid"), UTF_8).strip());
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Checks all devices offline; the member must be stopped. */
    void check() {
        launcher("check");
    }

    /** As {@link #check()}, and also what an unclean stop may have left different must be right. */
    void checkStrictly() {
        final List<String> words = new ArrayList<>(List.of("--strict"));
        try (Stream<Path> files = Files.list(home.resolve("devices"))) {
            files.sorted().map(Path::toString).forEach(words::add);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
        launcher("check", words.toArray(String[]::new));
    }

    /** Lines of the member's log at level ERROR, empty when there are none. */
    String errors() {
        try (Stream<String> lines = Files.lines(home.resolve("karaf/data/log/karaf.log"))) {
            return lines.filter(line -> line.contains("| ERROR |")).collect(Collectors.joining("\n"));
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Moves a device file away, as when a disk is pulled; returns where it went. */
    Path pull(final String devicePath) {
        final Path device = Path.of(devicePath);
        final Path away = home.resolve("pulled-" + device.getFileName());
        move(device, away);
        return away;
    }

    /** Brings a pulled device back under another name in the folder of devices. */
    void giveBack(final Path away) {
        move(away, home.resolve("devices").resolve("returned-" + away.getFileName()));
    }

    JsonNode get(final String path) {
        final Answer answer = request("GET", path, null);
        assertEquals(path + " answered " + answer.body(), 200, answer.status());
        return parse(answer.body());
    }

    /** POSTs what must be created. */
    void create(final String path, final String body) {
        final Answer answer = request("POST", path, body);
        assertEquals(path + " answered " + answer.body(), 201, answer.status());
    }

    /** Scrubs all pools and waits for the end; answers how many stripes were wrong. */
    long scrub(final boolean repair) {
        final List<String> names = new ArrayList<>();
        final List<Long> begun = new ArrayList<>();
        for (final JsonNode pool : get("/pools")) {
            names.add(pool.get("name").asText());
            final Answer answer =
                    request("POST", "/pools/" + names.get(names.size() - 1) + "/scrub", "{\"repair\":" + repair + "}");
            assertEquals(answer.body(), 202, answer.status());
            begun.add(parse(answer.body()).get("id").asLong());
        }
        for (final long id : begun) {
            await("/jobs/" + id, "the scrub to end", job -> !job.get("state")
                    .asText()
                    .equals("RUNNING"));
        }
        long wrong = 0;
        for (final String name : names) {
            for (final JsonNode set : get("/pools/" + name + "/scrubs").get("sets")) {
                final JsonNode last = set.get("last");
                assertEquals(
                        name + " was not scrubbed: " + set,
                        repair,
                        last.get("repair").asBoolean());
                assertEquals(
                        name + " has lost blocks: " + set,
                        0,
                        last.get("blocksLost").asLong());
                wrong += last.get("stripesInconsistent").asLong();
            }
        }
        for (final long id : begun) {
            final JsonNode job = get("/jobs/" + id);
            assertEquals(job.toString(), "DONE", job.get("state").asText());
        }
        return wrong;
    }

    /** A folder of the running member, by its name. */
    Path folder(final String name) {
        return home.resolve("karaf").resolve(name);
    }

    /** Everything that Prometheus would read now. */
    String metrics() {
        final Answer answer = request("GET", "/metrics", null);
        assertEquals(answer.toString(), 200, answer.status());
        return answer.body();
    }

    /** One REST request as admin. */
    Answer request(final String method, final String path, final String body) {
        final HttpResponse<String> response = send(method, path, body, HttpResponse.BodyHandlers.ofString(UTF_8));
        return new Answer(response.statusCode(), response.body());
    }

    /** Downloads what a REST resource holds into a file. */
    void download(final String path, final Path file) {
        assertEquals(
                path,
                200,
                send("GET", path, null, HttpResponse.BodyHandlers.ofFile(file)).statusCode());
    }

    private <T> HttpResponse<T> send(
            final String method, final String path, final String body, final HttpResponse.BodyHandler<T> handler) {
        try {
            learnDoor();
            final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(rest + path))
                    .timeout(LONGEST_WAIT)
                    .header("Authorization", authorization)
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(body, UTF_8));
            if (body != null) {
                request.header("Content-Type", "application/json");
            }
            return http.send(request.build(), handler);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Asks the launcher once where REST is and what opens it. */
    private void learnDoor() throws IOException {
        if (rest == null) {
            final JsonNode status = status();
            final String password =
                    Files.readString(Path.of(status.get("passwordFile").asText()), UTF_8);
            authorization =
                    "Basic " + Base64.getEncoder().encodeToString(("admin:" + password.strip()).getBytes(UTF_8));
            rest = status.get("rest").asText();
        }
    }

    /** Waits until a REST resource looks as wanted; fails with what it showed last. */
    JsonNode await(final String path, final String what, final Predicate<JsonNode> wanted) {
        final long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        JsonNode last = get(path);
        while (!wanted.test(last)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what + "; " + path + " shows " + last);
            }
            pause(200);
            last = get(path);
        }
        return last;
    }

    /** Waits until every RAID set is in this state. */
    void awaitSets(final String state) {
        await("/raid-sets", "all RAID sets " + state, sets -> {
            for (final JsonNode set : sets) {
                if (!set.get("info").get("state").asText().equals(state)) {
                    return false;
                }
            }
            return true;
        });
    }

    Path home() {
        return home;
    }

    @Override
    public void close() {
        if (!Files.exists(home)) {
            return;
        }
        Tools.attempt(LAUNCHER.toString(), "stop", "--home", home.toString());
        keepLog();
        try (Stream<Path> tree = Files.walk(home)) {
            tree.sorted(Comparator.reverseOrder()).forEach(Appliance::delete);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void keepLog() {
        final Path log = home.resolve("karaf/data/log/karaf.log");
        try {
            if (Files.exists(log)) {
                Files.copy(
                        log,
                        home.resolveSibling(home.getFileName() + ".log"),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String launcher(final String command, final String... words) {
        final List<String> line =
                new ArrayList<>(List.of(LAUNCHER.toString(), command, "--home", home.toString(), "--no-build"));
        line.addAll(List.of(words));
        return Tools.run(line.toArray(String[]::new));
    }

    static void pause(final long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void move(final Path from, final Path to) {
        try {
            Files.move(from, to);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void delete(final Path path) {
        try {
            Files.delete(path);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static JsonNode parse(final String text) {
        try {
            return JSON.readTree(text);
        } catch (final IOException failure) {
            throw new AssertionError("not JSON: " + text, failure);
        }
    }

    /** Each process has some ports of its own, below those that connections get: nobody takes one before a member listens there. */
    private static String freePort() {
        final int first = PORTS_FIRST + (int) (ProcessHandle.current().pid() % PORT_RANGES) * PORTS_EACH;
        for (int tried = 0; tried < PORTS_EACH; tried++) {
            final int port = first + PORT.getAndIncrement() % PORTS_EACH;
            if (isFree(port)) {
                return Integer.toString(port);
            }
        }
        throw new AssertionError("no free port from " + first + " on");
    }

    private static boolean isFree(final int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (final IOException taken) {
            return false;
        }
    }

    /** A REST answer. */
    record Answer(int status, String body) {}
}
