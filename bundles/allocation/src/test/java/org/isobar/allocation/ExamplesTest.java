package org.isobar.allocation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.isobar.spi.raid.RaidLevel;
import org.isobar.testkit.level.RaidLevelContract;
import org.isobar.testkit.policy.PageAllocatorContract;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;
import org.osgi.service.component.annotations.Component;

/** The projects of {@code examples} compile against the api alone, and keep the contracts of their kinds. */
public class ExamplesTest {

    @Rule
    public final TemporaryFolder output = new TemporaryFolder();

    private static Path example(final String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("examples").resolve(name))) {
            folder = folder.getParent();
        }
        return folder.resolve("examples").resolve(name);
    }

    /** Where the classes of a library come from. */
    private static Path home(final Class<?> of) throws Exception {
        return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private void compile(final Path sources, final List<Path> classpath) throws IOException {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final List<Path> files;
        try (Stream<Path> all = Files.walk(sources)) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        assertTrue(sources.toString(), !files.isEmpty());
        final List<String> options = List.of(
                "--release",
                "17",
                "-proc:none",
                "-d",
                output.getRoot().toString(),
                "-classpath",
                classpath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        final StringWriter messages = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            final boolean compiled = compiler.getTask(
                            messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            assertTrue(messages.toString(), compiled);
        }
    }

    /** Compiles a project and runs its test; answers its classes and resources. */
    private URLClassLoader build(final String name, final String test, final Class<?> contract, final int tests)
            throws Exception {
        final List<Path> api = new ArrayList<>(List.of(home(RaidLevel.class), home(Component.class)));
        compile(example(name).resolve("src/main/java"), api);
        api.addAll(List.of(home(contract), home(Test.class), output.getRoot().toPath()));
        compile(example(name).resolve("src/test/java"), api);
        final URL[] classes = {
            output.getRoot().toURI().toURL(),
            example(name).resolve("src/main/resources").toUri().toURL()
        };
        final URLClassLoader loader = new URLClassLoader(classes, getClass().getClassLoader());
        final Result result = JUnitCore.runClasses(loader.loadClass(test));
        assertEquals(result.getFailures().toString(), 0, result.getFailureCount());
        assertEquals(tests, result.getRunCount());
        return loader;
    }

    @Test
    public void policyKeepsItsContract() throws Exception {
        build("policy", "org.example.cheapest.CheapestFirstTest", PageAllocatorContract.class, 6)
                .close();
    }

    @Test
    public void levelKeepsItsContractAndIsFoundByTheChecker() throws Exception {
        try (URLClassLoader loader = build("level", "org.example.far.FarMirrorsTest", RaidLevelContract.class, 10)) {
            assertTrue(ServiceLoader.load(RaidLevel.class, loader).stream()
                    .anyMatch(level -> level.get().name().equals("far10")));
        }
    }
}
