package org.isobar.itests.karaf;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemTimeout;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.apache.karaf.features.FeaturesService;
import org.isobar.api.device.DeviceService;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.PoolService;
import org.isobar.api.profile.ProfileService;
import org.isobar.api.volume.VolumeService;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyAnswer;
import org.isobar.common.policy.PolicyInfo;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyUse;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.PageAllocator;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** The assembly as it is shipped boots in Karaf: features, bundles, services, accounts and doors. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class MemberBootsIT {
    /** Set in the JVM that configures the container, not in the container. */
    private static final String KARAF = System.getProperty("isobar.karaf.version");

    private static final long PATIENCE_S = 30;
    private static final String PORT = "isobar.test.port.";
    private static final List<String> DOORS = List.of("iscsi", "rest", "shell");
    private static final List<String> BUNDLES = List.of(
            "common",
            "api",
            "device",
            "raid",
            "pool",
            "profiler",
            "allocation",
            "volume",
            "scsi",
            "iscsi",
            "rest",
            "shell");

    /** What bin/karaf and bin/setenv give the JVM; Pax Exam starts its own. */
    private static final List<String> JVM = List.of(
            "--add-reads=java.xml=java.logging",
            "--add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED",
            "--patch-module=java.base=lib/endorsed/org.apache.karaf.specs.locator-" + KARAF + ".jar",
            "--patch-module=java.xml=lib/endorsed/org.apache.karaf.specs.java.xml-" + KARAF + ".jar",
            "--add-opens=java.base/java.security=ALL-UNNAMED",
            "--add-opens=java.base/java.net=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.naming/javax.naming.spi=ALL-UNNAMED",
            "--add-opens=java.rmi/sun.rmi.transport.tcp=ALL-UNNAMED",
            "--add-exports=java.base/sun.net.www.protocol.file=ALL-UNNAMED",
            "--add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED",
            "--add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED",
            "--add-exports=java.base/sun.net.www.protocol.jar=ALL-UNNAMED",
            "--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED",
            "-Dio.netty.tryReflectionSetAccessible=true",
            "-Dio.netty.leakDetection.level=paranoid",
            "-Xmx512m",
            "-XX:MaxDirectMemorySize=1g");

    @Inject
    private BundleContext context;

    @Inject
    private FeaturesService features;

    @Inject
    private DeviceService devices;

    @Inject
    private PoolService pools;

    @Inject
    private ProfileService profiles;

    @Inject
    private VolumeService volumes;

    @Inject
    private Policies policies;

    @Configuration
    public Option[] configuration() throws IOException {
        final String repository = System.getProperty("isobar.maven.repository");
        final List<Option> options = new ArrayList<>(Arrays.asList(options(
                karafDistributionConfiguration()
                        .frameworkUrl(new File(System.getProperty("isobar.assembly"))
                                .toURI()
                                .toString())
                        .karafVersion(KARAF)
                        .unpackDirectory(new File("target/exam"))
                        .useDeployFolder(false)
                        .runEmbedded(false),
                configureConsole().ignoreLocalConsole(),
                systemTimeout(60_000),
                junitBundles(),
                // the assembly fetches nothing; the test brings Pax Exam from what Maven has downloaded
                editConfigurationFilePut(
                        "etc/org.ops4j.pax.url.mvn.cfg",
                        "org.ops4j.pax.url.mvn.defaultRepositories",
                        "${karaf.home.uri}${karaf.default.repository}@id=system.repository@snapshots,file:" + repository
                                + "@id=local.m2@snapshots"),
                door("shell", "org.apache.karaf.shell", "sshPort"),
                door("iscsi", "org.isobar.iscsi", "portal.port"),
                door("rest", "org.apache.felix.http", "org.osgi.service.http.port"))));
        for (final String option : JVM) {
            options.add(vmOption(option));
        }
        return options.toArray(new Option[0]);
    }

    @Test
    public void installsTheMemberAsABootFeature() throws Exception {
        assertTrue(features.isInstalled(features.getFeature("isobar")));
    }

    @Test
    public void startsEveryBundleAndExportsOnlyContracts() {
        final Set<String> active = new TreeSet<>();
        final Set<String> exporting = new TreeSet<>();
        for (final Bundle bundle : context.getBundles()) {
            if (bundle.getSymbolicName().startsWith("org.isobar.")) {
                if (bundle.getState() == Bundle.ACTIVE) {
                    active.add(bundle.getSymbolicName());
                }
                if (bundle.getHeaders().get(Constants.EXPORT_PACKAGE) != null) {
                    exporting.add(bundle.getSymbolicName());
                }
            }
        }
        final Set<String> all = new TreeSet<>();
        BUNDLES.forEach(name -> all.add("org.isobar." + name));
        assertEquals(all, active);
        assertEquals(Set.of("org.isobar.api", "org.isobar.common"), exporting);
    }

    @Test
    public void offersItsServices() {
        assertNotNull(devices);
        assertNotNull(pools);
        assertNotNull(profiles);
        assertNotNull(volumes);
    }

    @Test
    public void swapsAPolicyWhileItIsSelected() throws Exception {
        final PolicyKind<PageAllocator> pages = new PolicyKind<>(
                "page", PageAllocator.class, (picture, count) -> Collections.nCopies(count, "built in"));
        try (PolicyUse<PageAllocator> use = policies.use(pages, SwappedPolicy.NAME, "this test")) {
            assertEquals(Policies.BUILT_IN, ask(use).policy());
            final Bundle bundle = context.installBundle("swapped", SwappedPolicy.bundle(1));
            bundle.start();
            assertEquals(new PolicyAnswer<>(List.of("A"), SwappedPolicy.NAME), ask(use));
            bundle.update(SwappedPolicy.bundle(2));
            assertEquals(new PolicyAnswer<>(List.of("B"), SwappedPolicy.NAME), ask(use));
            assertEquals("2.0.0", swapped().version());
            assertEquals(List.of("this test"), swapped().usedBy());
            bundle.update(SwappedPolicy.bundle(3));
            assertEquals(Policies.BUILT_IN, ask(use).policy());
            assertTrue(swapped().why(), swapped().why().contains("version 3 falls over"));
            bundle.update(SwappedPolicy.bundle(1));
            assertEquals("the update lifts the fence", new PolicyAnswer<>(List.of("A"), SwappedPolicy.NAME), ask(use));
            bundle.uninstall();
            assertEquals(Policies.BUILT_IN, ask(use).policy());
            assertTrue(
                    policies.warnings().toString(),
                    policies.warnings().toString().contains("name=swapped"));
        }
        assertTrue("no shipped policy after " + PATIENCE_S + " s: " + policies.policies(), offersSpread());
    }

    /** Components of a bundle that has just started come up one after the other. */
    private boolean offersSpread() throws InterruptedException {
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        boolean offered = false;
        while (!offered && System.nanoTime() - end < 0) {
            offered = policies.policies().stream().anyMatch(one -> one.name().equals("spread"));
            Thread.sleep(50);
        }
        return offered;
    }

    private static PolicyAnswer<List<String>> ask(final PolicyUse<PageAllocator> use) throws Exception {
        final AllocationPicture picture = new AllocationPicture(1L << 30, 1L << 22, List.of(pool("A"), pool("B")));
        return use.ask(policy -> List.copyOf(policy.choose(picture, 1)), names -> "")
                .toCompletableFuture()
                .get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private static AllocationPicture.PoolPicture pool(final String name) {
        return new AllocationPicture.PoolPicture(name, "10", 1L << 30, 1L << 30, 0, true, ClassOfService.UNKNOWN);
    }

    private PolicyInfo swapped() {
        return policies.policies().stream()
                .filter(one -> one.name().equals(SwappedPolicy.NAME))
                .findFirst()
                .orElseThrow();
    }

    @Test
    public void keepsTheGeneratedPasswordForItsOwnerAndRefusesEveryOther() throws Exception {
        final Path file = Path.of(System.getProperty("karaf.etc"), "admin.password");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        final String password = Files.readString(file).strip();
        assertTrue("too short to be a password", password.length() >= 16);
        assertEquals(200, status("admin:" + password));
        assertEquals(401, status(null));
        assertEquals(401, status("admin:admin"));
        assertEquals(401, status("karaf:karaf"));
        final String accounts = Files.readString(Path.of(System.getProperty("karaf.etc"), "users.properties"));
        assertTrue("account admin", accounts.contains("admin"));
        assertEquals("the password is kept as a digest only", -1, accounts.indexOf(password));
    }

    @Test
    public void opensItsDoorsOnLoopbackOnly() throws IOException {
        final Set<String> open = new TreeSet<>();
        for (final String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
            for (final String line : Files.readAllLines(Path.of(table))) {
                final String[] words = line.strip().split(" +");
                for (final String door : DOORS) {
                    final String port = String.format(":%04X", Integer.getInteger(PORT + door));
                    // 0A is LISTEN; 0100007F is 127.0.0.1 as a little-endian word
                    if (words[3].equals("0A") && words[1].endsWith(port)) {
                        assertTrue(door + " listens on " + words[1], words[1].contains("0100007F:"));
                        open.add(door);
                    }
                }
            }
        }
        assertEquals(Set.copyOf(DOORS), open);
    }

    private static int status(final String credentials) throws IOException {
        final HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + Integer.getInteger(PORT + "rest") + "/api/v1/system")
                        .toURL()
                        .openConnection();
        if (credentials != null) {
            connection.setRequestProperty(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
        final int status = connection.getResponseCode();
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            if (body != null) {
                body.readAllBytes();
            }
        }
        return status;
    }

    /** Moves a door to a free port and tells the tests inside which one that is. */
    private static Option door(final String door, final String pid, final String key) throws IOException {
        final String port = Integer.toString(freePort());
        return composite(
                editConfigurationFilePut("etc/" + pid + ".cfg", key, port),
                editConfigurationFilePut("etc/system.properties", PORT + door, port));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
