package org.isobar.pool.store;

import java.nio.ByteBuffer;
import java.util.UUID;

/** A change of the catalog, or of the devices that were taken out. */
sealed interface DocumentRecord extends MemberRecord {
    /** A document of the catalog. */
    record DocumentPut(String topic, String key, ByteBuffer value) implements DocumentRecord {
        static final int KIND = 16;

        static DocumentPut read(final RecordReader in) {
            return new DocumentPut(in.text(), in.text(), in.blob());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.text(topic).text(key).blob(value);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.putDocument(this);
        }
    }

    /** A document is gone. */
    record DocumentRemoved(String topic, String key) implements DocumentRecord {
        static final int KIND = 17;

        static DocumentRemoved read(final RecordReader in) {
            return new DocumentRemoved(in.text(), in.text());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.text(topic).text(key);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.removeDocument(topic, key);
        }
    }

    /** A lost device was taken out of the member; should it turn up, its label is erased. */
    record DeviceRemoved(UUID device) implements DocumentRecord {
        static final int KIND = 18;

        static DeviceRemoved read(final RecordReader in) {
            return new DeviceRemoved(in.uuid());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.uuid(device);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.addRemovedDevice(device);
        }
    }

    /** A removed device turned up and is forgotten for good. */
    record DeviceForgotten(UUID device) implements DocumentRecord {
        static final int KIND = 19;

        static DeviceForgotten read(final RecordReader in) {
            return new DeviceForgotten(in.uuid());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.uuid(device);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.dropRemovedDevice(device);
        }
    }
}
