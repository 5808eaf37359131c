package org.isobar.volume;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageSpace;
import org.isobar.testkit.Simulation;

/** Pages in memory that insist on the contract: aligned, within one page except for DISCARD, on the request's lane. */
final class MemorySpace implements PageSpace {
    private static final int MAX_LATENCY_NS = 100_000;

    private final Simulation sim;
    private final long volume;
    private final int pageBytes;
    private String pool;
    private PageAllocation allocation = PageAllocation.WHOLE;
    private String called;
    /** Pool of the pages that did not move; new ones lie there. */
    private String born;

    private final Map<Long, String> elsewhere = new HashMap<>();
    private final TreeMap<Long, byte[]> pages = new TreeMap<>();
    private final List<IoOp> ops = new ArrayList<>();
    private int uncheckedReads;
    private long sizeBytes;
    private int inFlight;
    private int maxInFlight;
    private boolean available = true;
    private boolean inline;
    private Function<IoRequest, IoStatus> failure = request -> IoStatus.OK;

    MemorySpace(final Simulation sim, final long volume, final long sizeBytes, final int pageBytes, final String pool) {
        this.sim = sim;
        this.volume = volume;
        this.sizeBytes = sizeBytes;
        this.pageBytes = pageBytes;
        this.pool = pool;
        born = pool;
    }

    void grow(final long bytes) {
        sizeBytes = bytes;
    }

    /** From now on every request completes within submit. */
    void completeInline() {
        inline = true;
    }

    void fail(final Function<IoRequest, IoStatus> how) {
        failure = how;
    }

    void available(final boolean now) {
        available = now;
    }

    int inFlight() {
        return inFlight;
    }

    int maxInFlight() {
        return maxInFlight;
    }

    /** Reads so far that were to take what the medium gives. */
    int uncheckedReads() {
        return uncheckedReads;
    }

    List<IoOp> takeOps() {
        final List<IoOp> taken = List.copyOf(ops);
        ops.clear();
        return taken;
    }

    @Override
    public long volume() {
        return volume;
    }

    @Override
    public int pageBytes() {
        return pageBytes;
    }

    @Override
    public boolean allocated(final long page) {
        return pages.containsKey(page);
    }

    @Override
    public long allocatedBytes() {
        return (long) pages.size() * pageBytes;
    }

    @Override
    public PageAllocation allocation() {
        return allocation;
    }

    @Override
    public void call(final String volumeName) {
        called = volumeName;
    }

    /** What people call the volume. */
    String called() {
        return called;
    }

    void allocate(final PageAllocation now) {
        allocation = now;
    }

    @Override
    public String pool() {
        return pool;
    }

    @Override
    public Map<String, Long> bytesByPool() {
        final Map<String, Long> bytes = new TreeMap<>();
        pages.keySet().forEach(page -> bytes.merge(poolOf(page), (long) pageBytes, Long::sum));
        return bytes;
    }

    @Override
    public String poolOf(final long page) {
        return pages.containsKey(page) ? elsewhere.getOrDefault(page, born) : null;
    }

    @Override
    public long nextOutside(final String other, final long from) {
        for (final long page : pages.tailMap(from).keySet()) {
            if (!poolOf(page).equals(other)) {
                return page;
            }
        }
        return (sizeBytes + pageBytes - 1) / pageBytes;
    }

    /** The page lies there now; returns whether it did not before. */
    boolean move(final long page, final String to) {
        if (!pages.containsKey(page) || poolOf(page).equals(to)) {
            return false;
        }
        elsewhere.put(page, to);
        return true;
    }

    void rehome(final String to) {
        pages.keySet().forEach(page -> elsewhere.putIfAbsent(page, born));
        born = to;
        pool = to;
    }

    @Override
    public boolean available() {
        return available;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int blockBytes() {
        return 512;
    }

    @Override
    public void submit(final IoRequest request) {
        check(request);
        ops.add(request.op());
        uncheckedReads += request.op() == IoOp.READ && request.unchecked() ? 1 : 0;
        inFlight++;
        maxInFlight = Math.max(maxInFlight, inFlight);
        if (inline || sim.random().nextInt(4) == 0) {
            end(request);
        } else {
            sim.workOnLane(request.lane(), sim.random().nextInt(MAX_LATENCY_NS), () -> end(request));
        }
    }

    private void check(final IoRequest request) {
        final long offset = request.offsetBytes();
        final boolean inRange = request.op() == IoOp.FLUSH
                || (offset >= 0
                        && request.lengthBytes() > 0
                        && request.endBytes() <= sizeBytes
                        && (offset | request.lengthBytes()) % 512 == 0);
        final boolean inPage = request.op() == IoOp.FLUSH
                || request.op() == IoOp.DISCARD
                || offset / pageBytes == (request.endBytes() - 1) / pageBytes;
        if (!inRange || !inPage || !request.lane().current()) {
            throw new AssertionError("bad request: " + request.op() + " " + offset + "+" + request.lengthBytes());
        }
    }

    private void end(final IoRequest request) {
        inFlight--;
        final IoStatus status = failure.apply(request);
        if (status == IoStatus.OK) {
            apply(request);
        }
        request.complete(status);
    }

    private void apply(final IoRequest request) {
        final long page = request.offsetBytes() / pageBytes;
        final int at = (int) (request.offsetBytes() % pageBytes);
        switch (request.op()) {
            case READ -> {
                final byte[] content = pages.getOrDefault(page, new byte[pageBytes]);
                request.data().setBytes(request.dataIndex(), content, at, (int) request.lengthBytes());
            }
            case WRITE -> {
                final byte[] content = pages.computeIfAbsent(page, any -> new byte[pageBytes]);
                request.data().getBytes(request.dataIndex(), content, at, (int) request.lengthBytes());
            }
            case ZERO, DISCARD -> {
                final long endBytes = request.endBytes();
                pages.subMap(page, (endBytes - 1) / pageBytes + 1).entrySet().removeIf(entry -> {
                    final long startBytes = entry.getKey() * pageBytes;
                    final int from = (int) Math.max(0, request.offsetBytes() - startBytes);
                    final int to = (int) Math.min(pageBytes, endBytes - startBytes);
                    Arrays.fill(entry.getValue(), from, to, (byte) 0);
                    return to - from == pageBytes;
                });
            }
            case FLUSH -> {}
        }
    }
}
