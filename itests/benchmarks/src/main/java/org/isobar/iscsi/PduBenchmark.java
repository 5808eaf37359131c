package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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

/** A turn of the loop that finds 32 SCSI Command PDUs in the receive buffer: parse them all. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PduBenchmark implements PduReader.Receiver {
    private static final int COMMANDS = 32;

    private final PduReader reader = new PduReader(this, 8192);
    private ByteBuf input;
    private long seen;

    @Setup
    public void fill() {
        input = Unpooled.directBuffer(COMMANDS * BasicHeaderSegment.BYTES);
        for (int i = 0; i < COMMANDS; i++) {
            final int at = i * BasicHeaderSegment.BYTES;
            input.writeZero(BasicHeaderSegment.BYTES);
            input.setByte(at, 0x01);
            input.setByte(at + 1, 0xC1);
            input.setInt(at + 16, i);
            input.setInt(at + 24, i);
        }
    }

    /** 32 headers. */
    @Benchmark
    public long parseCommands() {
        input.readerIndex(0);
        reader.feed(input);
        return seen;
    }

    @Override
    public void headerArrived(final BasicHeaderSegment header) {
        seen += header.dataSegmentBytes();
    }

    @Override
    public void pduArrived(final BasicHeaderSegment header, final boolean dataIntact) {
        seen += header.opcode();
    }

    @Override
    public void headerCorrupt() {
        throw new IllegalStateException("header corrupt");
    }

    @Override
    public void oversized(final BasicHeaderSegment header) {
        throw new IllegalStateException("oversized");
    }
}
