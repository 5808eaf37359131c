package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoStatus;

/** UNMAP (SBC-3 §5.28): the whole list is checked before anything is done, then its descriptors one after the other. */
final class UnmapCommand {
    private static final int ANCHOR = 0x01;
    private static final int LIST_LENGTH_OFFSET = 7;

    private static final int DESCRIPTORS_LENGTH_OFFSET = 2;
    private static final int DESCRIPTORS_OFFSET = 8;
    private static final int DESCRIPTOR_BYTES = 16;
    private static final int DESCRIPTOR_BLOCKS_OFFSET = 8;

    private UnmapCommand() {}

    static void unmap(final CommandRun run, final IoStatus none) {
        final int listBytes = BigEndian.unsignedShort(run.cdb(), LIST_LENGTH_OFFSET);
        if ((run.cdb()[CdbLayout.FLAGS_OFFSET] & ANCHOR) != 0) {
            run.invalidCdb(CdbLayout.FLAGS_OFFSET, 0);
        } else if (listBytes == 0) {
            run.good();
        } else if (listBytes < DESCRIPTORS_OFFSET) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        } else {
            run.wantData(listBytes, UnmapCommand::listArrived);
        }
    }

    private static void listArrived(final CommandRun run, final IoStatus none) {
        final int listBytes = Math.min(run.task().dataOutBytes, BigEndian.unsignedShort(run.cdb(), LIST_LENGTH_OFFSET));
        if (listBytes < DESCRIPTORS_OFFSET) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
            return;
        }
        final int descriptorsBytes = descriptorsBytes(run);
        if (descriptorsBytes > listBytes - DESCRIPTORS_OFFSET) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
            return;
        }
        if (descriptorsBytes / DESCRIPTOR_BYTES > BlockLimits.MAX_UNMAP_DESCRIPTORS) {
            run.invalidParameter(DESCRIPTORS_LENGTH_OFFSET);
            return;
        }
        long blocks = 0;
        for (int at = 0; at + DESCRIPTOR_BYTES <= descriptorsBytes; at += DESCRIPTOR_BYTES) {
            if (!BlockCommands.setRange(run, lba(run, at), blocks(run, at))) {
                return;
            }
            blocks += blocks(run, at);
            if (blocks > BlockLimits.MAX_UNMAP_BLOCKS) {
                run.invalidParameter(DESCRIPTORS_OFFSET + at + DESCRIPTOR_BLOCKS_OFFSET);
                return;
            }
        }
        run.position(0);
        nextDescriptor(run, IoStatus.OK);
    }

    private static void nextDescriptor(final CommandRun run, final IoStatus status) {
        run.unlock();
        if (status != IoStatus.OK) {
            run.fail(status, SenseCode.WRITE_ERROR);
            return;
        }
        final int endBytes = descriptorsBytes(run);
        int at = run.position();
        while (at + DESCRIPTOR_BYTES <= endBytes && blocks(run, at) == 0) {
            at += DESCRIPTOR_BYTES;
        }
        if (at + DESCRIPTOR_BYTES > endBytes) {
            run.good();
            return;
        }
        run.position(at + DESCRIPTOR_BYTES);
        run.range(lba(run, at), blocks(run, at));
        run.lock(false, UnmapCommand::locked);
    }

    private static void locked(final CommandRun run, final IoStatus none) {
        run.discard(run.offset(), run.length(), UnmapCommand::nextDescriptor);
    }

    private static int descriptorsBytes(final CommandRun run) {
        final ByteBuf list = run.task().dataOut;
        return list.getUnsignedShort(list.readerIndex() + DESCRIPTORS_LENGTH_OFFSET);
    }

    private static long lba(final CommandRun run, final int at) {
        final ByteBuf list = run.task().dataOut;
        return list.getLong(list.readerIndex() + DESCRIPTORS_OFFSET + at);
    }

    private static long blocks(final CommandRun run, final int at) {
        final ByteBuf list = run.task().dataOut;
        return list.getUnsignedInt(list.readerIndex() + DESCRIPTORS_OFFSET + at + DESCRIPTOR_BLOCKS_OFFSET);
    }
}
