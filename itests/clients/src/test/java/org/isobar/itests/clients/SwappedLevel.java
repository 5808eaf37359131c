package org.isobar.itests.clients;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * A RAID level in a bundle of its own, made here from this very class: mirrors whose copies are half a set apart. Version 9
 * puts them the other way round.
 */
public final class SwappedLevel implements BundleActivator, RaidLevel, RaidGeometry {
    /** What operators call it. */
    static final String NAME = "far10";

    /** The version that lays out data otherwise. */
    static final int OTHER = 9;

    private static final int COLUMNS_MIN = 2;
    private static final int COLUMNS_MAX = 64;
    private final int columns;
    private final int stripBytes;
    private final boolean turned;

    /** As the bundle's activator. */
    public SwappedLevel() {
        this(COLUMNS_MIN, 0, false);
    }

    private SwappedLevel(final int columns, final int stripBytes, final boolean turned) {
        this.columns = columns;
        this.stripBytes = stripBytes;
        this.turned = turned;
    }

    @Override
    public void start(final BundleContext context) {
        final boolean other = context.getBundle().getVersion().getMajor() == OTHER;
        context.registerService(
                RaidLevel.class,
                new SwappedLevel(COLUMNS_MIN, 0, other),
                FrameworkUtil.asDictionary(Map.of(RaidLevel.LEVEL, NAME)));
    }

    @Override
    public void stop(final BundleContext context) {
        // What it registered goes with it.
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int minDevices() {
        return COLUMNS_MIN;
    }

    @Override
    public int columns(final int devices) {
        return Math.min(devices, COLUMNS_MAX) / 2 * 2;
    }

    @Override
    public RaidGeometry geometry(final int wanted, final int strip) {
        if (wanted < COLUMNS_MIN || wanted > COLUMNS_MAX || wanted % 2 != 0) {
            throw new IllegalArgumentException("columns: must be even, 2 to 64, is " + wanted);
        }
        return new SwappedLevel(wanted, strip, turned);
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public int stripBytes() {
        return stripBytes;
    }

    @Override
    public int rowsPerStripe() {
        return 1;
    }

    @Override
    public int groupsPerStripe() {
        return columns / 2;
    }

    @Override
    public int dataStripsPerGroup() {
        return 1;
    }

    @Override
    public int periodStripes() {
        return 1;
    }

    @Override
    public int column(final long stripe, final int group, final int element) {
        return turned == (element == 0) ? group + columns / 2 : group;
    }

    @Override
    public int row(final long stripe, final int group, final int element) {
        return 0;
    }

    /** Puts the bundle in a folder, in one move, over what is there. */
    static void drop(final Path folder, final int version) throws IOException {
        final String path = SwappedLevel.class.getName().replace('.', '/') + ".class";
        final Manifest manifest = new Manifest();
        final Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "org.example.far10");
        headers.putValue("Bundle-Version", version + ".0.0");
        headers.putValue("Bundle-Activator", SwappedLevel.class.getName());
        headers.putValue("Import-Package", "org.osgi.framework,org.isobar.spi.raid");
        final Path whole = Files.createTempFile(folder.getParent(), NAME, ".tmp");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(whole), manifest);
                InputStream code = SwappedLevel.class.getClassLoader().getResourceAsStream(path)) {
            jar.putNextEntry(new JarEntry(path));
            code.transferTo(jar);
            jar.closeEntry();
            jar.putNextEntry(new JarEntry("META-INF/services/" + RaidLevel.class.getName()));
            jar.write(SwappedLevel.class.getName().getBytes(US_ASCII));
            jar.closeEntry();
        }
        Files.move(whole, jar(folder), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes the bundle out of a folder again. */
    static void remove(final Path folder) throws IOException {
        Files.delete(jar(folder));
    }

    private static Path jar(final Path folder) {
        return folder.resolve(NAME + ".jar");
    }
}
