package org.isobar.scsi;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import org.isobar.api.access.AccessControl;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.scsi.ScsiTarget;
import org.isobar.api.scsi.TargetDirectory;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeListener;
import org.isobar.api.volume.VolumeService;
import org.isobar.api.volume.VolumeSpace;
import org.isobar.common.lane.Lanes;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One target for each volume, there as long as the volume is. */
@Component(
        service = {TargetDirectory.class, VolumeTargets.class},
        configurationPid = "org.isobar.scsi")
@Designate(ocd = VolumeTargets.Config.class)
public final class VolumeTargets implements TargetDirectory, VolumeListener {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeTargets.class);
    /** An iSCSI qualified name, to which a volume name (63 characters at most) can be appended (RFC 7143 §4.2.7). */
    private static final Pattern PREFIX =
            Pattern.compile("iqn\\.[0-9]{4}-(0[1-9]|1[0-2])\\.[a-z0-9][a-z0-9.-]*(:[a-z0-9.:-]*)?");

    private static final int MAX_PREFIX_LENGTH = 160;
    private static final int MAX_PACE = 65536;
    private static final int MEBIBYTE_SHIFT = 20;

    /** Settings. */
    @ObjectClassDefinition(name = "Isobar SCSI targets")
    public @interface Config {
        /** Beginning of every target's iSCSI name. */
        @AttributeDefinition(
                name = "Target name prefix",
                description = "an iqn name, at most 160 characters; the volume's name is appended")
        String target_name_prefix() default "iqn.2026-11.org.isobar:";

        /** Pace of SANITIZE. */
        @AttributeDefinition(
                name = "Sanitize pace",
                description = "MiB per second that a sanitize operation of one volume writes at most, 1 to 65536",
                min = "1",
                max = "65536")
        int sanitize_mib_per_second() default 200;
    }

    private final String prefix;
    private final VolumeService volumes;
    private final PortGroups portGroups = new PortGroups();
    private final Copies copies = new Copies(this::volumeTargets);
    private final UnitServices services;
    private final Map<String, VolumeTarget> byName = new ConcurrentSkipListMap<>();

    @Activate
    public VolumeTargets(
            final Config config,
            @Reference final VolumeService volumes,
            @Reference final Catalog catalog,
            @Reference final Lanes lanes) {
        prefix = config.target_name_prefix();
        if (prefix.length() > MAX_PREFIX_LENGTH || !PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("target.name.prefix: must be an iqn name of at most " + MAX_PREFIX_LENGTH
                    + " lower-case characters, is " + prefix);
        }
        final int pace = config.sanitize_mib_per_second();
        if (pace < 1 || pace > MAX_PACE) {
            throw new IllegalArgumentException("sanitize.mib.per.second: must be 1 to " + MAX_PACE + ", is " + pace);
        }
        services = new UnitServices(lanes, catalog, portGroups, (long) pace << MEBIBYTE_SHIFT, copies);
        this.volumes = volumes;
        volumes.addListener(this);
    }

    /** Without one, a copy reaches no other volume than that of its nexus. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAccess(final AccessControl access) {
        copies.access(access);
    }

    void unbindAccess(final AccessControl access) {
        copies.noAccess(access);
    }

    @Deactivate
    void close() {
        volumes.removeListener(this);
        byName.values().forEach(VolumeTarget::remove);
        byName.clear();
    }

    @Override
    public List<ScsiTarget> targets() {
        return List.copyOf(byName.values());
    }

    @Override
    public Optional<ScsiTarget> find(final String iscsiName) {
        return Optional.ofNullable(byName.get(iscsiName.toLowerCase(Locale.ROOT)));
    }

    @Override
    public void portalGroups(final List<Integer> tags) {
        portGroups.announce(tags);
    }

    @Override
    public void volumeAdded(final Volume volume) {
        final VolumeTarget target = new VolumeTarget(nameOf(volume), volume, services);
        target.unit().resume();
        target.unit().thresholds().look(volume.space());
        byName.put(target.name(), target);
        LOG.info("target.added name={}", target.name());
    }

    @Override
    public void volumeGrown(final Volume volume) {
        final VolumeTarget target = byName.get(nameOf(volume));
        if (target != null) {
            target.unit().nexuses().raise(UnitAttention.CAPACITY_CHANGED, null);
        }
    }

    @Override
    public void spaceChanged(final Volume volume, final VolumeSpace space) {
        final VolumeTarget target = byName.get(nameOf(volume));
        if (target != null) {
            target.unit().thresholds().look(space);
        }
    }

    @Override
    public void volumeRemoved(final Volume volume) {
        final VolumeTarget target = byName.remove(nameOf(volume));
        if (target != null) {
            target.remove();
            target.unit().forget();
            LOG.info("target.removed name={}", target.name());
        }
    }

    /** The target of a volume, or null. */
    VolumeTarget ofVolume(final String volume) {
        return volume == null ? null : byName.get(prefix + volume);
    }

    private Iterable<VolumeTarget> volumeTargets() {
        return byName.values();
    }

    private String nameOf(final Volume volume) {
        return prefix + volume.info().name();
    }
}
