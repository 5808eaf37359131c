package org.isobar.itests.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.isobar.api.block.IoOp;
import org.isobar.api.device.SumBlock;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.PoolInfo;
import org.isobar.raid.EngineSettings;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.WriteLog;
import org.junit.Rule;
import org.junit.Test;

/**
 * A short workload on a volume of each level, cut after every write that a device did, once with all of what was written
 * and several times without some of what nothing had made stable: the devices pass the offline checker as they are, the
 * member starts, every block holds what was flushed or something later, and after that the devices pass it in full.
 */
public class EveryPrefixTest {
    private static final int CHUNKLETS = 16;
    private static final int LOGGED_CHUNKLETS = 5;
    private static final int DEVICES = 6;
    private static final int VOLUME_BLOCKS = 256;
    private static final int PAGE_BYTES = 65_536;
    private static final int PAGES = VOLUME_BLOCKS * ModelledVolume.BLOCK_BYTES / PAGE_BYTES;
    /** Part of a volume that each of the writes on their way has for itself. */
    private static final int PART_BLOCKS = 64;

    private static final int STEPS = 5;
    /** Every so many entries there is a cut. */
    private static final int STRIDE = Integer.getInteger("isobar.prefix.stride", 1);

    private static final int ORDERS = 2;

    private final WriteLog log = new WriteLog();
    private final List<RecordedVolume> volumes = new ArrayList<>();
    private List<SimMedia> before = List.of();
    private int chunkletBytes = SimulatedMember.CHUNKLET_BYTES;
    private int chunklets = CHUNKLETS;
    private int smallBytes = EngineSettings.DEFAULT.smallBytes();
    /** Writes begin and end with a multiple of so many. */
    private int blocksAtOnce = 1;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void mountsWhateverTheDevicesHadDone() {
        record(7, false);
        cutEverywhere();
    }

    @Test
    public void mountsWhateverMovesOfPagesHadDone() {
        record(8, true);
        cutEverywhere();
    }

    /** Which keep small writes, and whole stripes go past them. */
    @Test
    public void mountsWhateverWriteLogsHadDone() {
        withLogs(EngineSettings.DEFAULT.smallBytes());
        record(9, false);
        cutEverywhere();
    }

    /** No write is small. */
    @Test
    public void mountsWhateverWritesWithPartialParityHadDone() {
        withLogs(0);
        record(10, false);
        cutEverywhere();
    }

    private void withLogs(final int upTo) {
        smallBytes = upTo;
        chunkletBytes = SimulatedMember.LOGGED_CHUNKLET_BYTES;
        chunklets = LOGGED_CHUNKLETS;
        blocksAtOnce = SumBlock.DATA_BYTES / ModelledVolume.BLOCK_BYTES;
    }

    private void cutEverywhere() {
        assertTrue("entries=" + log.size(), log.size() > 100);
        IntStream.rangeClosed(0, log.size())
                .filter(entries -> entries % STRIDE == 0)
                .parallel()
                .forEach(this::cut);
    }

    /** With moves of pages to other pools, or without. */
    private void record(final long seed, final boolean moves) {
        final SimulatedMember member = new SimulatedMember(seed, DEVICES, chunklets, chunkletBytes, DEVICES);
        member.smallBytes(smallBytes);
        member.recordTo(log);
        member.boot();
        long number = 0;
        for (final PoolInfo pool : member.sim().await(member.pools().createLayout())) {
            number++;
            final PageSpace space = member.sim()
                    .await(member.pages()
                            .create(
                                    number,
                                    (long) VOLUME_BLOCKS * ModelledVolume.BLOCK_BYTES,
                                    PAGE_BYTES,
                                    pool.name()));
            volumes.add(new RecordedVolume(log, space));
        }
        member.stop();
        before = member.media().stream().map(SimMedia::copy).toList();
        volumes.clear();
        log.clear();
        member.boot();
        for (long one = 1; one <= number; one++) {
            volumes.add(new RecordedVolume(log, member.pages().find(one).orElseThrow()));
        }
        final List<PoolInfo> pools = member.pools().pools();
        final List<CompletableFuture<Boolean>> moved = new ArrayList<>();
        final Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            for (final RecordedVolume volume : volumes) {
                step(member, volume, random);
            }
            if (moves) {
                final long one = 1L + random.nextInt(volumes.size());
                final String pool = pools.get(random.nextInt(pools.size())).name();
                moved.add(member.pages().move(one, random.nextInt(PAGES), pool).toCompletableFuture());
            }
            member.sim().runUntil(() -> volumes.stream().allMatch(volume -> volume.outstanding() == 0));
        }
        member.sim().runUntil(() -> moved.stream().allMatch(CompletableFuture::isDone));
        if (moves && moved.stream().noneMatch(CompletableFuture::join)) {
            throw new AssertionError("no page was moved");
        }
    }

    private void step(final SimulatedMember member, final RecordedVolume volume, final Random random) {
        for (int part = 0; part < VOLUME_BLOCKS; part += PART_BLOCKS) {
            if (random.nextInt(3) == 0) {
                final int from = (part + random.nextInt(PART_BLOCKS / 2)) / blocksAtOnce * blocksAtOnce;
                final int blocks = 1 + random.nextInt(PART_BLOCKS / 2);
                final int to = from + (blocks + blocksAtOnce - 1) / blocksAtOnce * blocksAtOnce;
                volume.write(member.sim().lanes().lane(random.nextInt(2)), from, to, random.nextInt(4) == 0);
            }
        }
        if (random.nextInt(2) == 0) {
            volume.flush(member.sim().lanes().lane(0));
        }
    }

    private void cut(final int entries) {
        for (int order = 0; order <= ORDERS; order++) {
            try {
                mount(entries, order);
            } catch (final AssertionError | RuntimeException failure) {
                throw new AssertionError(
                        "cut after " + entries + " of " + log.size() + ", order=" + order + ": " + failure.getMessage(),
                        failure);
            }
        }
    }

    private void mount(final int entries, final int order) {
        final List<SimMedia> media = media(entries, order);
        assertEquals("as it is", List.of(), MediaSource.check(media, false));
        final SimulatedMember member = new SimulatedMember(entries, media, chunkletBytes);
        member.boot();
        member.settle();
        for (int i = 0; i < volumes.size(); i++) {
            final PageSpace space = member.pages().find(i + 1).orElseThrow();
            verify(member, volumes.get(i), space, entries, order == 0);
        }
        member.stop();
        assertEquals("after a start and a stop", List.of(), MediaSource.check(media, true));
    }

    /** With all that was written, or, in other orders than 0, with some of what was not made stable. */
    private List<SimMedia> media(final int entries, final int order) {
        final Random random = new Random(31L * entries + order);
        final List<SimMedia> media = before.stream().map(SimMedia::copy).toList();
        final Map<Object, SimMedia> byDevice =
                media.stream().collect(Collectors.toMap(SimMedia::uuid, Function.identity()));
        final List<WriteLog.Entry> all = log.entries().subList(0, entries);
        for (int i = 0; i < all.size(); i++) {
            if (order == 0 || stable(all, i) || random.nextInt(ORDERS + 1) >= order) {
                all.get(i).applyTo(byDevice.get(all.get(i).device()));
            }
        }
        return media;
    }

    private static boolean stable(final List<WriteLog.Entry> all, final int index) {
        final WriteLog.Entry entry = all.get(index);
        return entry.durable()
                || all.stream()
                        .anyMatch(later -> later.op() == IoOp.FLUSH
                                && later.device().equals(entry.device())
                                && later.begun() > index);
    }

    private static void verify(
            final SimulatedMember member,
            final RecordedVolume volume,
            final PageSpace space,
            final int entries,
            final boolean allThere) {
        final byte[] bytes = new byte[VOLUME_BLOCKS * ModelledVolume.BLOCK_BYTES];
        for (int at = 0; at < bytes.length; at += PAGE_BYTES) {
            System.arraycopy(Blocks.read(member.sim(), space, at, PAGE_BYTES), 0, bytes, at, PAGE_BYTES);
        }
        final ByteBuffer longs = ByteBuffer.wrap(bytes);
        final Stamps[] allowed = volume.allowed(VOLUME_BLOCKS, entries, allThere);
        for (int block = 0; block < VOLUME_BLOCKS; block++) {
            final int start = block * ModelledVolume.BLOCK_BYTES;
            final int end = start + ModelledVolume.BLOCK_BYTES;
            // Equal to itself eight bytes further: all of it repeats the first eight.
            if (!Arrays.equals(bytes, start, end - Long.BYTES, bytes, start + Long.BYTES, end)) {
                throw new AssertionError("torn block=" + block);
            }
            final long found = longs.getLong(start);
            if (!allowed[block].contains(found)) {
                throw new AssertionError("block=" + block + " holds=" + found + " allowed=" + allowed[block]);
            }
        }
    }
}
