package org.isobar.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceProbe;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthInfo;
import org.isobar.api.device.HealthKeeper;
import org.isobar.api.device.Superblock;
import org.isobar.common.rng.Rng;
import org.isobar.device.health.HealthRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows this member's devices and decides what becomes of what a scan sees. Owned by the control thread, but for the
 * pictures that any thread may take.
 */
final class DeviceRoster {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceRoster.class);

    private final DeviceSettings settings;
    private final Lookout lookout;
    private final DeviceOpener opener;
    private final DeviceEvents events;
    private final Executor control;
    private final Rng rng;
    private final HealthDesk desk;

    private final ConcurrentSkipListMap<UUID, KnownDevice> known = new ConcurrentSkipListMap<>();
    private volatile List<DeviceInfo> others = List.of();
    private volatile UUID member;
    private UUID group;

    /** What was said about a path last, so that the log hears of a state once. */
    private final Map<Path, String> told = new HashMap<>();

    DeviceRoster(
            final DeviceSettings settings,
            final DeviceOpener opener,
            final DeviceEvents events,
            final Executor control,
            final Rng rng,
            final HealthDesk desk) {
        this.settings = settings;
        lookout = new Lookout(settings.scanPaths());
        this.opener = opener;
        this.events = events;
        this.control = control;
        this.rng = rng;
        this.desk = desk;
    }

    /** Ours, ordered by UUID. Any thread. */
    Collection<KnownDevice> known() {
        return known.values();
    }

    /** One of ours, or null. Any thread. */
    KnownDevice find(final UUID uuid) {
        return known.get(uuid);
    }

    /** This member's identity, or null. Any thread. */
    UUID member() {
        return member;
    }

    /** Ours, then others'. Any thread. */
    List<DeviceInfo> infos() {
        final List<DeviceInfo> infos = new ArrayList<>();
        known.values().forEach(device -> infos.add(device.info()));
        infos.addAll(others);
        return infos;
    }

    /** Loses what is gone, takes up what is ours, lists what is others'. */
    void scan() {
        known.values().stream().filter(KnownDevice::online).forEach(this::checkStillThere);
        final List<DeviceInfo> foreign = new ArrayList<>();
        final Collection<Sighting> sightings =
                lookout.look(lastPlaces(), (path, why) -> foreign.add(other(null, path, 0, "cannot be read: " + why)));
        if (member == null) {
            identify(Lookout.ofMajority(sightings));
        }
        sightings.forEach(sighting -> takeUp(sighting, foreign));
        others = List.copyOf(foreign);
        final Set<Path> present = new HashSet<>();
        sightings.forEach(sighting -> present.add(sighting.path()));
        foreign.forEach(info -> present.add(Path.of(info.path())));
        told.keySet().retainAll(present);
    }

    /** Labels a device and takes it in. */
    DeviceInfo add(final Path path, final boolean force) {
        lookout.checkAnswers(path);
        final OpenFile file = OpenFile.open(path);
        final Superblock superblock;
        final KnownDevice device;
        DeviceSession session = null;
        try {
            if (!force) {
                refuseForeign(file);
            }
            superblock = newSuperblock(file);
            device = newDevice(superblock, file);
            session = opener.session(file, device.errors());
        } catch (final IOException e) {
            throw new StorageException(Code.IO, "device cannot be read: path=" + path + " error=" + e.getMessage(), e);
        } finally {
            if (session == null) {
                file.close();
            }
        }
        label(session, superblock);
        member = superblock.member();
        group = superblock.group();
        known.put(superblock.device(), device);
        device.online(session, placeNote(path));
        LOG.info("device.added device={} path={} engine={}", superblock.device(), path, session.engine());
        if (!settings.checksums()) {
            LOG.warn(
                    "device.without-checksums device={} why=\"checksums=false in org.isobar.device: what rots on it"
                            + " goes unnoticed\"",
                    superblock.device());
        }
        events.added(device.device());
        return device.info();
    }

    /** Erases the label of one of ours, where it can be reached, and drops it. */
    CompletionStage<Void> forget(final UUID uuid) {
        final KnownDevice device = known.get(uuid);
        if (device == null) {
            throw new StorageException(Code.NOT_FOUND, "no such device: uuid=" + uuid);
        }
        if (!device.online()) {
            throw new StorageException(
                    Code.UNAVAILABLE,
                    "device cannot be forgotten while its label cannot be erased: uuid=" + uuid + " state="
                            + device.device().state());
        }
        device.device().session().eraseLabel(device.device().sizeBytes());
        known.remove(uuid);
        desk.keeping().forget(uuid);
        LOG.info("device.forgotten device={} path={}", uuid, device.path());
        final DeviceSession session = device.offline(DeviceState.MISSING, "forgotten");
        events.forgotten(device.device());
        return session.close();
    }

    /** Looks at the evidence against all devices, and takes out those that fail and that nobody needs. */
    void look() {
        desk.look(known.values(), this::takeOut);
        desk.keep(known);
    }

    /** What was kept of the health of devices before this start; those that were failed are out from here on. */
    void recall(final Map<UUID, byte[]> kept, final HealthKeeper keeper) {
        desk.keeping().recall(kept, keeper);
        known.forEach((uuid, device) -> {
            if (desk.keeping().apply(uuid, device.health()) && device.online()) {
                lose(device, DeviceState.FAILED, failedNote(device.health()));
            }
        });
    }

    private static String failedNote(final HealthRecord health) {
        return health.outBecause() + "; replace it, or device:clear when it is mended";
    }

    /**
     * Takes a device out of service on evidence. What it has under way ends for those who wait for it, and it does not come back
     * before the kernel has ended that, too.
     */
    private void takeOut(final KnownDevice device, final String why) {
        device.health().tookOut(why);
        lose(device, DeviceState.FAILED, failedNote(device.health()));
        device.health().io().giveUpAll();
        desk.keep(known);
    }

    /** A second way to a device that serves. */
    DeviceProbe probe(final UUID uuid) {
        final KnownDevice device = known.get(uuid);
        if (device == null) {
            throw new StorageException(Code.NOT_FOUND, "no such device: uuid=" + uuid);
        }
        final FileDevice file = device.device();
        final DeviceSession session = file.session();
        if (session == null) {
            throw new StorageException(
                    Code.UNAVAILABLE, "device cannot be measured: uuid=" + uuid + " state=" + file.state());
        }
        return session.probe(() -> opener.probe(session, file.sizeBytes()));
    }

    /** Forgets the evidence against one of ours and looks whether it can be let in again. */
    DeviceInfo clear(final UUID uuid) {
        final KnownDevice device = known.get(uuid);
        if (device == null) {
            throw new StorageException(Code.NOT_FOUND, "no such device: uuid=" + uuid);
        }
        device.health().clear();
        desk.keep(known);
        LOG.info("device.cleared device={} state={}", uuid, device.device().state());
        if (!device.online()) {
            device.missing("evidence cleared, not found yet");
            scan();
        }
        return device.info();
    }

    /** Takes all devices out of service. */
    List<CompletionStage<Void>> closeAll() {
        lookout.close();
        final List<CompletionStage<Void>> closing = new ArrayList<>();
        for (final KnownDevice device : known.values()) {
            if (device.online()) {
                closing.add(device.offline(DeviceState.MISSING, "stopped").close());
            }
        }
        return closing;
    }

    private void checkStillThere(final KnownDevice device) {
        final String gone =
                device.device().session().file().gone(device.device().sizeBytes());
        if (!gone.isEmpty()) {
            final boolean shorter = gone.startsWith("shorter");
            lose(device, shorter ? DeviceState.FAILED : DeviceState.MISSING, gone);
        }
    }

    private void lose(final KnownDevice device, final DeviceState why, final String note) {
        LOG.error(
                "device.lost device={} path={} state={} why=\"{}\"",
                device.device().uuid(),
                device.path(),
                why,
                note);
        closeInBackground(device.offline(why, note), device.device().uuid());
        if (why == DeviceState.MISSING) {
            device.health().wentAway();
            desk.keep(known);
        }
        events.lost(device.device());
    }

    /** Until it is closed, the file stays marked as open and is not taken up again. */
    private static void closeInBackground(final DeviceSession session, final UUID uuid) {
        session.close().exceptionally(failure -> {
            LOG.warn("device.close.failed device={}", uuid, failure);
            return null;
        });
    }

    /** Where devices that do not serve now were last: they may come back there, also outside of the scanned paths. */
    private List<Path> lastPlaces() {
        return known.values().stream()
                .filter(device -> !device.online())
                .map(KnownDevice::path)
                .toList();
    }

    private void identify(final Superblock label) {
        if (label != null) {
            group = label.group();
            member = label.member();
            LOG.info("member.identified member={}", member);
        }
    }

    private void takeUp(final Sighting sighting, final List<DeviceInfo> foreign) {
        final String refusal = refusal(sighting);
        if (refusal == null) {
            return;
        }
        final Superblock label = sighting.label().superblock();
        if (!refusal.isEmpty()) {
            foreign.add(other(label == null ? null : label.device(), sighting.path(), sighting.sizeBytes(), refusal));
            return;
        }
        try {
            reopen(sighting, label);
        } catch (final StorageException e) {
            final KnownDevice device = known.get(label.device());
            if (device != null && !device.online()) {
                device.note(e.getMessage());
                tell(sighting.path(), e.getMessage());
            } else {
                foreign.add(other(label.device(), sighting.path(), sighting.sizeBytes(), e.getMessage()));
            }
        }
    }

    /** Why a sighting is not taken up; empty when it is, null when it is not even worth listing. */
    private String refusal(final Sighting sighting) {
        if (!sighting.foreign().isEmpty()) {
            return sighting.foreign();
        }
        if (!sighting.labelled()) {
            return null;
        }
        final Superblock label = sighting.label().superblock();
        if (!label.member().equals(member)) {
            return "belongs to another member: member=" + label.member();
        }
        if (!label.group().equals(group)) {
            return "belongs to another group: group=" + label.group();
        }
        final KnownDevice device = known.get(label.device());
        if (device == null) {
            return "";
        }
        if (device.online()) {
            return "copy of a device that serves: path=" + device.path();
        }
        if (device.failedAs(sighting.identity()) || heldOff(device)) {
            return null;
        }
        final boolean same = device.device().layout().equals(label.layout())
                && device.device().sizeBytes() == label.sizeBytes();
        return same ? "" : "same device UUID as one of ours, but another layout";
    }

    private static boolean heldOff(final KnownDevice device) {
        final long leftNs = device.health().heldOffNs();
        if (leftNs > 0) {
            device.note("held off for " + TimeUnit.NANOSECONDS.toSeconds(leftNs)
                    + " s more: it came and went; device:clear lets it in at once");
        }
        return leftNs > 0;
    }

    private void reopen(final Sighting sighting, final Superblock expected) {
        final OpenFile file = OpenFile.open(sighting.path());
        boolean taken = false;
        try {
            final Sighting now = Sighting.look(file.path(), file.identity(), file.channel());
            if (!now.labelled() || !now.label().superblock().equals(expected)) {
                throw new StorageException(
                        Code.CONFLICT, "device changed while it was opened: path=" + sighting.path());
            }
            now.label().repair(file);
            final KnownDevice before = known.get(expected.device());
            final KnownDevice device = before == null ? newDevice(expected, file) : before;
            if (before == null && desk.keeping().apply(expected.device(), device.health())) {
                device.offline(DeviceState.FAILED, failedNote(device.health()));
                known.put(expected.device(), device);
                events.added(device.device());
                return;
            }
            device.online(opener.session(file, device.errors()), placeNote(file.path()));
            device.health().cameBack();
            taken = true;
            if (before == null) {
                known.put(expected.device(), device);
                LOG.info("device.found device={} path={}", expected.device(), file.path());
                events.added(device.device());
            } else {
                LOG.info("device.returned device={} path={}", expected.device(), file.path());
                events.returned(device.device());
            }
        } catch (final IOException e) {
            throw new StorageException(
                    Code.IO, "device cannot be read: path=" + sighting.path() + " error=" + e.getMessage(), e);
        } finally {
            if (!taken) {
                file.close();
            }
        }
    }

    private void label(final DeviceSession session, final Superblock superblock) {
        boolean labelled = false;
        try {
            opener.label(session, superblock);
            labelled = true;
        } finally {
            if (!labelled) {
                closeInBackground(session, superblock.device());
            }
        }
    }

    private Superblock newSuperblock(final OpenFile file) {
        return new Superblock(
                rng.nextUuid(),
                member == null ? rng.nextUuid() : member,
                group == null ? rng.nextUuid() : group,
                1,
                file.sizeBytes(),
                BlockDevices.sectorBytes(file.identity()),
                Layouts.of(file.sizeBytes(), settings.chunkletBytes(), settings.checksums()));
    }

    private KnownDevice newDevice(final Superblock superblock, final OpenFile file) {
        final UUID uuid = superblock.device();
        final HealthRecord health = desk.open(uuid, BlockDevices.kind(file.identity()), this::look);
        final DeviceErrors errors = new DeviceErrors(uuid.toString(), control);
        return new KnownDevice(new FileDevice(superblock, health), errors, health, superblock.sectorBytes(), file);
    }

    private void refuseForeign(final OpenFile file) throws IOException {
        final Sighting sighting = Sighting.look(file.path(), file.identity(), file.channel());
        String found = sighting.foreign();
        if (sighting.labelled()) {
            final Superblock label = sighting.label().superblock();
            found = (label.member().equals(member) ? "this member's device " : "another member's device ")
                    + label.device() + ", member " + label.member();
        }
        if (!found.isEmpty()) {
            throw new StorageException(
                    Code.FOREIGN,
                    "device is not empty: path=" + file.path() + " found=\"" + found + "\"; force erases it");
        }
    }

    private String placeNote(final Path path) {
        return lookout.covers(path) ? "" : "not below scan.paths: will not be found after a restart";
    }

    private DeviceInfo other(final UUID uuid, final Path path, final long sizeBytes, final String note) {
        tell(path, note);
        return new DeviceInfo(
                uuid, path.toString(), DeviceState.FOREIGN, sizeBytes, 0, 0, 0, "", 0, 0, note, HealthInfo.UNKNOWN);
    }

    private void tell(final Path path, final String note) {
        if (!note.equals(told.put(path, note))) {
            LOG.warn("device.refused path={} why=\"{}\"", path, note);
        }
    }
}
