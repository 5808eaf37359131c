package org.isobar.itests.clients;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.PageAllocator;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancingPolicy;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * Two policies in a bundle of their own, made here from this very class. What they do goes by the bundle's version: 1 puts
 * pages in the first pool, 2 in the last, and both move some there; 3 falls over.
 */
public final class SwappedPolicy implements BundleActivator, PageAllocator, BalancingPolicy {
    /** What operators call them. */
    static final String NAME = "swapped";

    private static final int MOVES_MAX = 4;
    private int version;

    @Override
    public void start(final BundleContext context) {
        version = context.getBundle().getVersion().getMajor();
        final var properties = FrameworkUtil.asDictionary(Map.of(PageAllocator.POLICY_NAME, NAME));
        context.registerService(PageAllocator.class, this, properties);
        context.registerService(BalancingPolicy.class, this, properties);
    }

    @Override
    public void stop(final BundleContext context) {
        // What it registered goes with it.
    }

    @Override
    public List<String> choose(final AllocationPicture picture, final int count) {
        return Collections.nCopies(
                count, picture.pools().get(at(picture.pools().size())).name());
    }

    @Override
    public BalancePlan plan(final BalancePicture picture) {
        final String to = picture.pools().get(at(picture.pools().size())).name();
        final List<BalanceMove> moves = new ArrayList<>();
        for (final BalancePage page : picture.pages()) {
            if (moves.size() < MOVES_MAX && !page.pool().equals(to) && page.mayLieIn(to)) {
                moves.add(new BalanceMove(page.volume(), page.page(), page.pool(), to, "version " + version, 1));
            }
        }
        return new BalancePlan(moves, "version " + version);
    }

    private int at(final int pools) {
        if (version > 2) {
            throw new IllegalStateException("version " + version + " falls over");
        }
        return version == 1 ? 0 : pools - 1;
    }

    /** Puts the bundle in a folder, in one move, over what is there. */
    static void drop(final Path folder, final int version) throws IOException {
        final String path = SwappedPolicy.class.getName().replace('.', '/') + ".class";
        final Manifest manifest = new Manifest();
        final Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "org.example.swapped");
        headers.putValue("Bundle-Version", version + ".0.0");
        headers.putValue("Bundle-Activator", SwappedPolicy.class.getName());
        headers.putValue("Import-Package", "org.osgi.framework,org.isobar.spi.allocation,org.isobar.spi.balance");
        final Path whole = Files.createTempFile(folder.getParent(), "swapped", ".tmp");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(whole), manifest);
                InputStream code = SwappedPolicy.class.getClassLoader().getResourceAsStream(path)) {
            jar.putNextEntry(new JarEntry(path));
            code.transferTo(jar);
            jar.closeEntry();
        }
        Files.move(whole, jar(folder), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes the bundle out of a folder again. */
    static void remove(final Path folder) throws IOException {
        Files.delete(jar(folder));
    }

    private static Path jar(final Path folder) {
        return folder.resolve("swapped.jar");
    }
}
