package org.isobar.rest.metrics;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import org.isobar.common.buffer.Buffers;

/** Figures of the Java run-time, under the names that dashboards know. */
final class JvmMetrics {
    private static final double MS_PER_S = 1e3;

    private JvmMetrics() {}

    static void add(final Families families) {
        memory(families, "heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
        memory(families, "nonheap", ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage());
        for (final GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            families.summary(
                    "jvm_gc_collection_seconds",
                    "Garbage collections",
                    collector.getCollectionCount(),
                    collector.getCollectionTime() / MS_PER_S,
                    "gc",
                    collector.getName());
        }
        for (final BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            families.gauge(
                    "jvm_buffer_pool_used_bytes",
                    "Memory of the run-time's own buffers outside the heap",
                    pool.getMemoryUsed(),
                    "pool",
                    pool.getName());
            families.gauge(
                    "jvm_buffer_pool_used_buffers",
                    "Number of the run-time's own buffers outside the heap",
                    pool.getCount(),
                    "pool",
                    pool.getName());
        }
        families.gauge(
                "isobar_buffers_reserved_bytes",
                "Memory outside the heap that the payload buffers hold, in use or kept ready",
                Buffers.reservedBytes());
        families.gauge(
                "jvm_threads_current",
                "Threads",
                ManagementFactory.getThreadMXBean().getThreadCount());
        families.gauge(
                "process_start_time_seconds",
                "When the process started, seconds since 1970",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MS_PER_S);
    }

    private static void memory(final Families families, final String area, final MemoryUsage usage) {
        families.gauge("jvm_memory_used_bytes", "Memory in use", usage.getUsed(), "area", area);
        families.gauge(
                "jvm_memory_committed_bytes", "Memory taken from the system", usage.getCommitted(), "area", area);
        families.gauge("jvm_memory_max_bytes", "Memory allowed; -1 for no limit", usage.getMax(), "area", area);
    }
}
