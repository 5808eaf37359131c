package org.isobar.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertSame;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.device.Transfer.PunchSupport;
import org.isobar.device.Transfer.Step;
import org.junit.After;
import org.junit.Test;

public class TransferTest {
    private final InlineLane lane = new InlineLane();
    private final PunchSupport punch = new PunchSupport(true);
    private final ByteBuf data = Buffers.allocateZeroed(64 << 10);
    private final List<Requests.Awaited> requests = new ArrayList<>();
    private Transfer transfer = new Transfer(false, punch);

    @After
    public void release() {
        data.release();
    }

    @Test
    public void shortReadGoesOnWhereItStopped() {
        transfer.begin(read(8192, 8192, 100));
        assertStep(Step.READ, 8192, 8192, 100);
        transfer.advance(1000);
        assertStep(Step.READ, 9192, 7192, 1100);
        transfer.advance(7192);
        assertEnded(IoStatus.OK);
    }

    @Test
    public void shortWriteGoesOnWhereItStopped() {
        transfer.begin(write(0, 4096, 0));
        transfer.advance(1);
        assertStep(Step.WRITE, 1, 4095, 1);
        transfer.advance(4095);
        assertEnded(IoStatus.OK);
    }

    @Test
    public void interruptedStepIsRepeated() {
        transfer.begin(write(0, 4096, 0));
        transfer.advance(-Errno.EINTR);
        transfer.advance(-Errno.EAGAIN);
        assertStep(Step.WRITE, 0, 4096, 0);
        transfer.advance(4096);
        assertEnded(IoStatus.OK);
    }

    @Test
    public void stepThatIsAlwaysInterruptedFailsInTheEnd() {
        transfer.begin(write(0, 4096, 0));
        int repeats = 0;
        while (transfer.step() != Step.END) {
            transfer.advance(-Errno.EAGAIN);
            repeats++;
        }
        assertEquals(1001, repeats);
        assertEnded(IoStatus.IO_ERROR);
    }

    @Test
    public void endOfFileIsAnError() {
        transfer.begin(read(0, 4096, 0));
        transfer.advance(512);
        transfer.advance(0);
        assertEnded(IoStatus.IO_ERROR);
        assertEquals(Errno.BEYOND_END, transfer.errno());
    }

    @Test
    public void errorNumbersBecomeStatuses() {
        final Object[][] table = {
            {Errno.EIO, IoStatus.IO_ERROR},
            {Errno.ENOSPC, IoStatus.NO_SPACE},
            {Errno.EDQUOT, IoStatus.NO_SPACE},
            {Errno.EROFS, IoStatus.WRITE_PROTECTED},
            {9, IoStatus.IO_ERROR}
        };
        for (final Object[] row : table) {
            transfer.begin(write(0, 4096, 0));
            transfer.advance(-(Integer) row[0]);
            assertEnded((IoStatus) row[1]);
        }
    }

    @Test
    public void longWriteIsCut() {
        final ByteBuf large = Buffers.allocate(9 << 20);
        final Requests.Awaited request = new Requests.Awaited();
        request.write(lane, 0, 9 << 20, large, 0, false);
        transfer.begin(request);
        assertStep(Step.WRITE, 0, 8 << 20, 0);
        transfer.advance(8 << 20);
        assertStep(Step.WRITE, 8 << 20, 1 << 20, 8 << 20);
        large.release();
    }

    @Test
    public void zeroPunchesBoundedHoles() {
        transfer.begin(zero(4096, 100L << 20));
        assertEquals(Step.PUNCH, transfer.step());
        assertEquals(64L << 20, transfer.length());
        transfer.advance(0);
        assertEquals(4096 + (64L << 20), transfer.offset());
        transfer.advance(0);
        assertEnded(IoStatus.OK);
    }

    @Test
    public void zeroWritesZerosWhereNoHolesCanBePunchedAndRemembersIt() {
        transfer.begin(zero(4096, 3 << 20));
        transfer.advance(-Errno.EOPNOTSUPP);
        assertEquals(Step.WRITE, transfer.step());
        assertEquals(1 << 20, transfer.length());
        for (int i = 0; i < 3; i++) {
            transfer.advance(1 << 20);
        }
        assertEnded(IoStatus.OK);
        final Transfer another = new Transfer(false, punch);
        another.begin(zero(0, 4096));
        assertEquals(Step.WRITE, another.step());
    }

    @Test
    public void rangeThatCannotBePunchedIsWrittenButTheNextOneIsTried() {
        transfer.begin(zero(512, 512));
        transfer.advance(-Errno.EINVAL);
        assertEquals(Step.WRITE, transfer.step());
        transfer.advance(512);
        assertEnded(IoStatus.OK);
        transfer.begin(zero(4096, 4096));
        assertEquals(Step.PUNCH, transfer.step());
    }

    @Test
    public void punchErrorIsAnError() {
        transfer.begin(zero(512, 512));
        transfer.advance(-Errno.EIO);
        assertEnded(IoStatus.IO_ERROR);
    }

    @Test
    public void directAlignedRangeNeedsNoBounce() {
        transfer = new Transfer(true, punch);
        transfer.begin(write(4096, 8192, 0));
        assertStep(Step.WRITE, 4096, 8192, 0);
        assertSame(data, transfer.buffer());
        transfer.advance(4096 + 512);
        assertStep(Step.WRITE, 8192, 4096, 4096);
        transfer.advance(4096);
        assertEnded(IoStatus.OK);
    }

    @Test
    public void directUnalignedWriteReadsWhatSurroundsIt() {
        transfer = new Transfer(true, punch);
        data.setByte(0, 7);
        transfer.begin(write(4096 + 512, 512, 0));
        assertEquals(Step.READ, transfer.step());
        assertEquals(4096, transfer.offset());
        assertEquals(4096, transfer.length());
        transfer.buffer().setByte(511, 1).setByte(512, 2).setByte(1024, 3);
        transfer.advance(4096);
        assertEquals(Step.WRITE, transfer.step());
        assertEquals(4096, transfer.length());
        assertEquals(1, transfer.buffer().getByte(511));
        assertEquals(7, transfer.buffer().getByte(512));
        assertEquals(3, transfer.buffer().getByte(1024));
        transfer.advance(4096);
        assertEnded(IoStatus.OK);
    }

    @Test
    public void directUnalignedWriteFailsWithItsRead() {
        transfer = new Transfer(true, punch);
        transfer.begin(write(512, 512, 0));
        transfer.advance(-Errno.EIO);
        assertEnded(IoStatus.IO_ERROR);
    }

    @Test
    public void directTransferContinuesShortBounceSteps() {
        transfer = new Transfer(true, punch);
        transfer.begin(read(512, 8192, 0));
        assertEquals(12288, transfer.length());
        transfer.advance(5000);
        assertEquals(4096, transfer.offset());
        assertEquals(8192, transfer.length());
        transfer.advance(8192);
        assertEnded(IoStatus.OK);
    }

    private Requests.Awaited read(final long offset, final int length, final int index) {
        final Requests.Awaited request = request();
        request.read(lane, offset, length, data, index);
        return request;
    }

    private Requests.Awaited write(final long offset, final int length, final int index) {
        final Requests.Awaited request = request();
        request.write(lane, offset, length, data, index, false);
        return request;
    }

    private Requests.Awaited zero(final long offset, final long length) {
        final Requests.Awaited request = request();
        request.zero(lane, offset, length, false);
        return request;
    }

    private Requests.Awaited request() {
        final Requests.Awaited request = new Requests.Awaited();
        requests.add(request);
        return request;
    }

    private void assertStep(final Step step, final long offset, final long length, final int index) {
        assertEquals(step, transfer.step());
        assertEquals(offset, transfer.offset());
        assertEquals(length, transfer.length());
        assertEquals(index, transfer.index());
    }

    private void assertEnded(final IoStatus status) {
        assertEquals(Step.END, transfer.step());
        assertEquals(status, transfer.status());
    }
}
