package org.isobar.itests.karaf;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.PageAllocator;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * A policy in a bundle of its own, made here from this very class. What it does goes by the bundle's version: 1 puts all
 * pages in the first pool, 2 in the last, 3 falls over.
 */
public final class SwappedPolicy implements BundleActivator, PageAllocator {
    /** What operators call it. */
    static final String NAME = "swapped";

    private int version;

    @Override
    public void start(final BundleContext context) {
        version = context.getBundle().getVersion().getMajor();
        context.registerService(PageAllocator.class, this, FrameworkUtil.asDictionary(Map.of(POLICY_NAME, NAME)));
    }

    @Override
    public void stop(final BundleContext context) {
        // What it registered goes with it.
    }

    @Override
    public List<String> choose(final AllocationPicture picture, final int count) {
        if (version == 3) {
            throw new IllegalStateException("version 3 falls over");
        }
        final int pool = version == 1 ? 0 : picture.pools().size() - 1;
        return Collections.nCopies(count, picture.pools().get(pool).name());
    }

    /** The bundle as a file. */
    static InputStream bundle(final int version) throws IOException {
        final String path = SwappedPolicy.class.getName().replace('.', '/') + ".class";
        final Manifest manifest = new Manifest();
        final Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "org.example.swapped");
        headers.putValue("Bundle-Version", version + ".0.0");
        headers.putValue("Bundle-Activator", SwappedPolicy.class.getName());
        headers.putValue("Import-Package", "org.osgi.framework,org.isobar.spi.allocation");
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
                InputStream code = SwappedPolicy.class.getClassLoader().getResourceAsStream(path)) {
            jar.putNextEntry(new JarEntry(path));
            code.transferTo(jar);
            jar.closeEntry();
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
