package org.isobar.scsi;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Decoding of the address and length of a READ(16). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CdbBenchmark {
    private static final int READ_16_BYTES = 16;

    private final byte[] cdb = new byte[READ_16_BYTES];
    private CdbLayout layout;

    @Setup
    public void fill() {
        layout = CdbLayout.ofLength(READ_16_BYTES);
        cdb[0] = (byte) 0x88;
        cdb[7] = 0x12;
        cdb[9] = 0x34;
        cdb[13] = 8;
    }

    /** First block and count of blocks. */
    @Benchmark
    public long decodeRead16() {
        return layout.lba(cdb) + layout.blocks(cdb);
    }
}
