package org.isobar.common.kernel;

import io.netty.buffer.ByteBuf;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.isobar.common.buffer.Buffers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Parity of a 4 + 1 stripe, and CRC32C, for the piece lengths that occur. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {
    private static final int SOURCES = 4;

    @Param({"4096", "65536"})
    private int lengthBytes;

    private final Crc32c crc = new Crc32c();
    private final ParitySum sum = new ParitySum();
    private ByteBuf data;
    private ByteBuf parity;

    @Setup
    public void fill() {
        data = Buffers.allocate(SOURCES * lengthBytes);
        final byte[] content = new byte[SOURCES * lengthBytes];
        new Random(1).nextBytes(content);
        data.setBytes(0, content);
        parity = Buffers.allocateZeroed(lengthBytes);
    }

    /** Parity of four strips of one buffer. */
    @Benchmark
    public ByteBuf paritySum() {
        sum.begin(lengthBytes);
        for (int source = 0; source < SOURCES; source++) {
            sum.add(data, source * lengthBytes);
        }
        sum.into(parity, 0);
        return parity;
    }

    /** Four strips of one buffer into the parity buffer, one after the other. */
    @Benchmark
    public ByteBuf xorStripe() {
        for (int source = 0; source < SOURCES; source++) {
            Xor.into(data, source * lengthBytes, parity, 0, lengthBytes);
        }
        return parity;
    }

    /** One strip. */
    @Benchmark
    public int crc32c() {
        return crc.of(data, 0, lengthBytes);
    }

    /** One strip of zeros, looked through to its end. */
    @Benchmark
    public boolean allZero() {
        return Xor.allZero(parity, 0, lengthBytes);
    }
}
