package org.isobar.iscsi.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.isobar.api.access.AccessRule;
import org.isobar.api.access.ChapSecrets;
import org.isobar.api.access.Grant;
import org.isobar.api.access.Initiator;
import org.isobar.api.volume.VolumeSpec;
import org.isobar.common.time.SystemClock;
import org.isobar.iscsi.stats.TargetStatistics;
import org.isobar.testkit.FakeMember;
import org.isobar.testkit.MemoryCatalog;
import org.isobar.testkit.Simulation;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/** Access control over a memory catalog, with volumes {@code memory} and {@code other}; 127/8 and 10.0.0.1 are its host. */
public final class AccessFixture extends ExternalResource {
    /** An initiator's name. */
    public static final String NAME = "iqn.2026-11.org.isobar.test:one";

    public final Simulation sim = new Simulation(1);
    /** Where its counters come from. */
    public final TargetStatistics statistics = TargetStatistics.of(new SystemClock(), 60_000);
    /** The component. */
    public AccessRules access;

    final FakeMember member = new FakeMember();
    final MemoryCatalog catalog = new MemoryCatalog();
    private final TemporaryFolder etc = new TemporaryFolder();

    @Override
    protected void before() {
        try {
            etc.create();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
        member.pools().create("A", "10");
        member.volumes().create(new VolumeSpec("memory", 1 << 20, "A", null, 0));
        member.volumes().create(new VolumeSpec("other", 1 << 20, "A", null, 0));
        restart();
    }

    @Override
    protected void after() {
        etc.delete();
    }

    /** The component again, over what the catalog and the key file hold. */
    public void restart() {
        access = new AccessRules(
                catalog,
                member.volumes(),
                sim.lanes(),
                sim.clock(),
                sim.rng(),
                statistics,
                new KeyFile(keyFile(), sim.rng()),
                address -> address != null && (address[0] == 127 || (address[0] == 10 && address[3] == 1)));
    }

    /** Where the key is. */
    public Path keyFile() {
        return etc.getRoot().toPath().resolve("access.key");
    }

    /** Adds a rule to {@code memory}; returns its id. */
    public int allow(final String name, final String address, final String user, final Grant grant) {
        return sim.await(access.allow("memory", new AccessRule(0, name, address, user, grant)))
                .id();
    }

    /** Adds a user for one-way CHAP. */
    public void addUser(final String name, final String secret) {
        sim.await(access.addUser(name, new ChapSecrets(secret.toCharArray(), null, null)));
    }

    /** Adds a user for mutual CHAP. */
    public void addUser(final String name, final String secret, final String targetName, final String targetSecret) {
        sim.await(access.addUser(name, new ChapSecrets(secret.toCharArray(), targetName, targetSecret.toCharArray())));
    }

    /** An initiator. */
    public static Initiator initiator(final String address, final String user) {
        return new Initiator(NAME, address, user);
    }
}
