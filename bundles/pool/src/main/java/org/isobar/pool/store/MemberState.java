package org.isobar.pool.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidShape;
import org.isobar.pool.log.StateMachine;
import org.isobar.pool.store.DocumentRecord.DocumentPut;
import org.isobar.pool.store.SetRecord.ColumnMoved;
import org.isobar.pool.store.SetRecord.RetiredChunklet;
import org.isobar.pool.store.SetRecord.SetAdded;
import org.isobar.pool.store.SetState.Slot;
import org.isobar.pool.store.SpaceRecord.PageMoved;
import org.isobar.pool.store.SpaceRecord.PagesMapped;
import org.isobar.pool.store.SpaceRecord.PagesUnmapped;
import org.isobar.pool.store.SpaceRecord.PoolCreated;
import org.isobar.pool.store.SpaceRecord.PoolThresholdsSet;
import org.isobar.pool.store.SpaceRecord.SpaceCreated;
import org.isobar.pool.store.SpaceRecord.SpaceHome;

/**
 * Everything that the member's metadata log holds: pools, RAID sets with their slots, page spaces with their pages,
 * catalog documents, removed devices. Deterministic; changed on the control lane by records only, and a record that
 * contradicts the state (a slot with two owners, a chunklet used twice) is refused. Maps may be read by any thread.
 */
public final class MemberState implements StateMachine {
    /** Most chunklets of a device. */
    private final ConcurrentSkipListMap<String, PoolState> pools = new ConcurrentSkipListMap<>();

    private final ConcurrentSkipListMap<Long, SetState> sets = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, SpaceState> spaces = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, SortedMap<String, ByteBuffer>> documents =
            new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListSet<UUID> removedDevices = new ConcurrentSkipListSet<>();
    private final ChunkletTable chunklets = new ChunkletTable();
    private final ScrubLedger scrubs = new ScrubLedger();
    private final KnownLayouts layouts = new KnownLayouts();
    private long nextSetId = 1;
    private long checkpointBytes;

    public MemberState() {
        reset();
    }

    /** Pools by name. */
    public Collection<PoolState> pools() {
        return Collections.unmodifiableCollection(pools.values());
    }

    /** Sets by id. */
    public Collection<SetState> sets() {
        return Collections.unmodifiableCollection(sets.values());
    }

    /** Page spaces by volume, those being deleted included. */
    public Collection<SpaceState> spaces() {
        return Collections.unmodifiableCollection(spaces.values());
    }

    Optional<PoolState> pool(final String name) {
        return Optional.ofNullable(pools.get(name));
    }

    Optional<SetState> set(final long id) {
        return Optional.ofNullable(sets.get(id));
    }

    Optional<SpaceState> space(final long volume) {
        return Optional.ofNullable(spaces.get(volume));
    }

    /** Id for the next new set. */
    long nextSetId() {
        return nextSetId;
    }

    /** Chunklets of a device that belong to a set, or did and are still kept. */
    int chunkletsUsed(final UUID device) {
        return chunklets.used(device);
    }

    /** Of these, those of a class; any thread. */
    int chunkletsUsed(final UUID device, final String performanceClass) {
        return chunklets.used(device, performanceClass);
    }

    /** Which chunklets are of which class; any thread. */
    ChunkletMap classes() {
        return chunklets.map();
    }

    /** First chunklet from {@code from} that no set has; control lane. */
    int nextFreeChunklet(final UUID device, final int from) {
        return chunklets.nextFree(device, from);
    }

    /** Documents of a topic by key, read-only and live. */
    SortedMap<String, ByteBuffer> documents(final String topic) {
        return documents.getOrDefault(topic, Collections.emptySortedMap());
    }

    /** What is known of scrubs. */
    ScrubLedger scrubs() {
        return scrubs;
    }

    /** How sets of a shape are laid out; nothing for sets of earlier releases that were not assembled since. */
    public OptionalLong layout(final RaidShape shape) {
        return layouts.of(shape);
    }

    /** Whether there is a set of a shape. */
    boolean hasSets(final RaidShape shape) {
        return sets.values().stream().anyMatch(set -> RaidShape.of(set.spec()).equals(shape));
    }

    boolean deviceRemoved(final UUID device) {
        return removedDevices.contains(device);
    }

    /** A picture of all such devices. Any thread may call. */
    Set<UUID> removedDevices() {
        return Set.copyOf(removedDevices);
    }

    @Override
    public void reset() {
        pools.clear();
        sets.clear();
        spaces.clear();
        documents.clear();
        removedDevices.clear();
        chunklets.reset();
        scrubs.reset();
        layouts.reset();
        nextSetId = 1;
        checkpointBytes = RecordCodec.length(new SetRecord.SetIds(nextSetId));
    }

    @Override
    public void restore(final ByteBuf checkpoint) {
        reset();
        final RecordReader in = new RecordReader(checkpoint.nioBuffer());
        while (!in.atEnd()) {
            RecordCodec.read(in).applyTo(this);
        }
    }

    @Override
    public void apply(final ByteBuf record) {
        RecordCodec.decode(record).applyTo(this);
    }

    @Override
    public long checkpointBytes() {
        return checkpointBytes + scrubs.bytes() + layouts.bytes();
    }

    @Override
    public ByteBuf checkpoint() {
        final RecordWriter out = new RecordWriter();
        RecordCodec.write(new SetRecord.SetIds(nextSetId), out);
        layouts.writeTo(out);
        for (final PoolState pool : pools.values()) {
            RecordCodec.write(image(pool), out);
            if (!pool.thresholds().equals(PoolThresholds.DEFAULT)) {
                RecordCodec.write(thresholdsOf(pool), out);
            }
        }
        for (final SetState set : sets.values()) {
            RecordCodec.write(set.image(), out);
            set.rebuildsBegun().forEach(begun -> RecordCodec.write(begun, out));
        }
        if (!classes().classes().isEmpty()) {
            RecordCodec.write(new ClassRecord.ClassesSet(classes().classes()), out);
        }
        scrubs.writeTo(out);
        for (final SpaceState space : spaces.values()) {
            RecordCodec.write(space.image(), out);
            if (!space.allocation().equals(PageAllocation.WHOLE)) {
                RecordCodec.write(space.allocationImage(), out);
            }
            writePages(space, out);
        }
        documents.forEach((topic, entries) ->
                entries.forEach((key, value) -> RecordCodec.write(new DocumentPut(topic, key, value), out)));
        removedDevices.forEach(device -> RecordCodec.write(new DocumentRecord.DeviceRemoved(device), out));
        return Unpooled.wrappedBuffer(out.toBytes());
    }

    /** One record for each run of pages that lie in consecutive slots. */
    private static void writePages(final SpaceState space, final RecordWriter out) {
        final long end = space.pageCount();
        long page = space.nextMapped(0, end);
        while (page < end) {
            final long set = space.setOf(page);
            final int slot = space.slotOf(page);
            int count = 1;
            long next = space.nextMapped(page + 1, end);
            while (next == page + count
                    && next < end
                    && space.setOf(next) == set
                    && space.slotOf(next) == slot + count) {
                count++;
                next = space.nextMapped(next + 1, end);
            }
            RecordCodec.write(new PagesMapped(space.volume(), page, count, set, slot), out);
            page = next;
        }
    }

    SetState existingSet(final long id) {
        final SetState set = sets.get(id);
        require(set != null, "no set=" + id);
        return set;
    }

    SpaceState existingSpace(final long volume) {
        final SpaceState space = spaces.get(volume);
        require(space != null, "no volume=" + volume);
        return space;
    }

    void addPool(final PoolCreated created) {
        final PoolState pool = new PoolState(
                created.name(),
                created.level(),
                created.performanceClass(),
                PoolThresholds.DEFAULT,
                created.writeLog());
        require(pools.putIfAbsent(pool.name(), pool) == null, "pool=" + pool.name() + " exists");
        checkpointBytes += RecordCodec.length(created);
    }

    void setWriteLog(final String name, final boolean on) {
        final PoolState pool = pools.get(name);
        require(pool != null, "no pool=" + name);
        pools.put(name, new PoolState(pool.name(), pool.level(), pool.performanceClass(), pool.thresholds(), on));
    }

    void setPoolClass(final String name, final String performanceClass) {
        final PoolState pool = pools.get(name);
        require(pool != null, "no pool=" + name);
        final PoolState changed =
                new PoolState(name, pool.level(), performanceClass, pool.thresholds(), pool.writeLog());
        checkpointBytes += RecordCodec.length(image(changed)) - RecordCodec.length(image(pool));
        pools.put(name, changed);
    }

    void setClasses(final ClassRecord.ClassesSet set) {
        final ChunkletMap map = new ChunkletMap(set.classes());
        checkpointBytes += classesBytes(map) - classesBytes(classes());
        chunklets.map(map);
    }

    private static int classesBytes(final ChunkletMap map) {
        return map.classes().isEmpty() ? 0 : RecordCodec.length(new ClassRecord.ClassesSet(map.classes()));
    }

    void removePool(final String name) {
        require(pools.containsKey(name), "no pool=" + name);
        require(
                sets.values().stream().noneMatch(set -> set.pool().equals(name))
                        && spaces.values().stream().noneMatch(space -> space.takesFrom(name)),
                "pool=" + name + " is in use");
        setThresholds(name, PoolThresholds.DEFAULT);
        scrubs.forgetPool(name);
        checkpointBytes -= RecordCodec.length(image(pools.remove(name)));
    }

    /** Only what differs from the default is kept. */
    void setThresholds(final String name, final PoolThresholds thresholds) {
        final PoolState pool = pools.get(name);
        require(pool != null, "no pool=" + name);
        final PoolState changed =
                new PoolState(name, pool.level(), pool.performanceClass(), thresholds, pool.writeLog());
        checkpointBytes += thresholdsBytes(changed) - thresholdsBytes(pool);
        pools.put(name, changed);
    }

    void addSet(final SetAdded added) {
        final SetState set = new SetState(added);
        require(pools.containsKey(set.pool()), set.id() + ": no pool=" + set.pool());
        require(!sets.containsKey(set.id()) && set.id() > 0 && set.id() < Integer.MAX_VALUE, "set=" + set.id());
        set.spec().columns().forEach(column -> chunklets.use(column.device(), column.chunklet()));
        set.retired().forEach(chunklet -> chunklets.use(chunklet.device(), chunklet.chunklet()));
        sets.put(set.id(), set);
        nextSetId = Math.max(nextSetId, set.id() + 1);
        checkpointBytes += RecordCodec.length(added);
    }

    void addLayout(final LayoutKnown known) {
        final OptionalLong before = layouts.of(known.shape());
        require(
                before.isEmpty() || before.getAsLong() == known.fingerprint() || !hasSets(known.shape()),
                known.shape() + " is laid out otherwise");
        layouts.put(known);
    }

    void removeSet(final long id) {
        final SetState set = existingSet(id);
        require(set.count(Slot.MAPPED) == 0, "set=" + id + " holds pages");
        set.spec().columns().forEach(column -> chunklets.release(column.device(), column.chunklet()));
        set.retired().forEach(chunklet -> chunklets.release(chunklet.device(), chunklet.chunklet()));
        checkpointBytes -= bytes(set);
        scrubs.forgetSet(id);
        sets.remove(id);
    }

    void moveColumn(final ColumnMoved moved) {
        final SetState set = existingSet(moved.set());
        chunklets.use(moved.device(), moved.chunklet());
        checkpointBytes -= bytes(set);
        set.columnMoved(moved.column(), new RaidColumn(moved.device(), moved.chunklet(), ColumnState.STALE));
        checkpointBytes += bytes(set);
    }

    void rebuildBegun(final SetRecord.RebuildBegun begun) {
        final SetState set = existingSet(begun.set());
        checkpointBytes -= bytes(set);
        set.rebuildBegun(begun.column());
        checkpointBytes += bytes(set);
    }

    void columnInSync(final long id, final int column) {
        final SetState set = existingSet(id);
        checkpointBytes -= bytes(set);
        for (final RetiredChunklet chunklet : set.columnInSync(column)) {
            chunklets.release(chunklet.device(), chunklet.chunklet());
        }
        checkpointBytes += bytes(set);
    }

    void addSpace(final SpaceCreated created) {
        require(pools.containsKey(created.pool()), "volume=" + created.volume() + ": no pool=" + created.pool());
        require(
                spaces.putIfAbsent(created.volume(), new SpaceState(created)) == null,
                "volume=" + created.volume() + " exists");
        checkpointBytes += RecordCodec.length(created);
    }

    void removeSpace(final long volume) {
        final SpaceState space = existingSpace(volume);
        require(space.mappedPages() == 0, space + " holds pages");
        checkpointBytes -= RecordCodec.length(space.image()) + allocationBytes(space);
        spaces.remove(volume);
    }

    void mapPages(final PagesMapped mapped) {
        final SpaceState space = existingSpace(mapped.volume());
        final SetState set = existingSet(mapped.set());
        require(set.pageBytes() == space.pageBytes(), space + " cannot lie in set=" + set.id());
        for (int i = 0; i < mapped.count(); i++) {
            set.move(mapped.slot() + i, Slot.OPEN, Slot.MAPPED);
            space.map(mapped.page() + i, mapped.set(), mapped.slot() + i);
            checkpointBytes +=
                    RecordCodec.mapLength(mapped.volume(), mapped.page() + i, mapped.set(), mapped.slot() + i);
        }
    }

    void movePage(final PageMoved moved) {
        final SpaceState space = existingSpace(moved.volume());
        final SetState to = existingSet(moved.set());
        final long page = moved.page();
        require(page < space.pageCount() && space.table().entry(page) != 0, space + " page=" + page + " is free");
        require(to.pageBytes() == space.pageBytes(), space + " cannot lie in set=" + to.id());
        final long from = space.setOf(page);
        final int slot = space.slotOf(page);
        to.move(moved.slot(), Slot.OPEN, Slot.MAPPED);
        existingSet(from).move(slot, Slot.MAPPED, Slot.QUARANTINED);
        space.relocate(page, moved.set(), moved.slot());
        checkpointBytes += RecordCodec.mapLength(space.volume(), page, moved.set(), moved.slot())
                - RecordCodec.mapLength(space.volume(), page, from, slot);
    }

    void setHome(final SpaceHome home) {
        final SpaceState space = existingSpace(home.volume());
        require(pools.containsKey(home.pool()), space + ": no pool=" + home.pool());
        checkpointBytes -= RecordCodec.length(space.image());
        space.home(home.pool());
        checkpointBytes += RecordCodec.length(space.image());
    }

    void setAllocation(final SpaceAllocated allocated) {
        final SpaceState space = existingSpace(allocated.volume());
        for (final String pool : allocated.allocation().pools()) {
            require(pools.containsKey(pool), space + ": no pool=" + pool);
        }
        require(
                allocated.allocation().unit() != PageAllocation.Unit.EXTENT
                        || allocated.allocation().extentBytes() >= space.pageBytes(),
                space + " extents shorter than pages");
        checkpointBytes -= allocationBytes(space);
        space.allocate(allocated.allocation());
        checkpointBytes += allocationBytes(space);
    }

    private static int allocationBytes(final SpaceState space) {
        return space.allocation().equals(PageAllocation.WHOLE) ? 0 : RecordCodec.length(space.allocationImage());
    }

    void unmapPages(final PagesUnmapped unmapped) {
        final SpaceState space = existingSpace(unmapped.volume());
        for (final long page : unmapped.pages()) {
            require(page < space.pageCount() && space.table().entry(page) != 0, space + " page=" + page + " is free");
            final long set = space.setOf(page);
            final int slot = space.slotOf(page);
            existingSet(set).move(slot, Slot.MAPPED, Slot.QUARANTINED);
            space.unmap(page);
            checkpointBytes -= RecordCodec.mapLength(unmapped.volume(), page, set, slot);
        }
    }

    void putDocument(final DocumentPut put) {
        final ByteBuffer old = documents
                .computeIfAbsent(put.topic(), topic -> new ConcurrentSkipListMap<>())
                .put(put.key(), put.value());
        if (old != null) {
            checkpointBytes -= RecordCodec.length(new DocumentPut(put.topic(), put.key(), old));
        }
        checkpointBytes += RecordCodec.length(put);
    }

    void removeDocument(final String topic, final String key) {
        final ByteBuffer old =
                documents.containsKey(topic) ? documents.get(topic).remove(key) : null;
        if (old != null) {
            checkpointBytes -= RecordCodec.length(new DocumentPut(topic, key, old));
        }
    }

    void addRemovedDevice(final UUID device) {
        require(removedDevices.add(device), "device=" + device + " removed twice");
        checkpointBytes += RecordCodec.length(new DocumentRecord.DeviceRemoved(device));
    }

    void dropRemovedDevice(final UUID device) {
        require(removedDevices.remove(device), "device=" + device + " was not removed");
        checkpointBytes -= RecordCodec.length(new DocumentRecord.DeviceRemoved(device));
    }

    void setIdsFrom(final long next) {
        require(next >= nextSetId, "set ids from " + next);
        nextSetId = next;
    }

    static void require(final boolean condition, final String what) {
        if (!condition) {
            throw new StorageException(StorageException.Code.IO, "metadata record contradicts the state: " + what);
        }
    }

    private static long bytes(final SetState set) {
        long bytes = RecordCodec.length(set.image());
        for (final SetRecord.RebuildBegun begun : set.rebuildsBegun()) {
            bytes += RecordCodec.length(begun);
        }
        return bytes;
    }

    private static int thresholdsBytes(final PoolState pool) {
        return pool.thresholds().equals(PoolThresholds.DEFAULT) ? 0 : RecordCodec.length(thresholdsOf(pool));
    }

    private static PoolThresholdsSet thresholdsOf(final PoolState pool) {
        return new PoolThresholdsSet(
                pool.name(),
                pool.thresholds().warningPercent(),
                pool.thresholds().criticalPercent());
    }

    private static PoolCreated image(final PoolState pool) {
        return new PoolCreated(pool.name(), pool.level(), pool.performanceClass(), pool.writeLog());
    }

    /** Sets that have a column, or a kept chunklet, on a device. */
    List<SetState> setsOn(final UUID device) {
        final List<SetState> found = new ArrayList<>();
        for (final SetState set : sets.values()) {
            if (set.spec().columns().stream().anyMatch(column -> column.device().equals(device))
                    || set.retired().stream()
                            .anyMatch(chunklet -> chunklet.device().equals(device))) {
                found.add(set);
            }
        }
        return found;
    }
}
