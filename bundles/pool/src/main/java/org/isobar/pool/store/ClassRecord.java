package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.profile.PerformanceClass.Part;
import org.isobar.api.profile.ProfileRegion;

/** A change of performance classes. */
sealed interface ClassRecord extends MemberRecord {
    /** Which chunklets are of which class from now on; of a part only the place is kept, not its own performance. */
    record ClassesSet(List<PerformanceClass> classes) implements ClassRecord {
        static final int KIND = 36;

        public ClassesSet {
            classes = classes.stream().map(ClassesSet::placesOnly).toList();
        }

        private static PerformanceClass placesOnly(final PerformanceClass one) {
            final List<Part> places = one.parts().stream()
                    .map(part -> new Part(
                            part.device(),
                            new ProfileRegion(
                                    part.region().firstChunklet(), part.region().chunkletCount(), Performance.UNKNOWN)))
                    .toList();
            return new PerformanceClass(one.name(), one.performance(), one.chunkletCount(), places);
        }

        static ClassesSet read(final RecordReader in) {
            final int count = in.count();
            final List<PerformanceClass> classes = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                final String name = in.text();
                final Performance performance =
                        new Performance(figure(in), figure(in), figure(in), figure(in), figure(in), figure(in));
                final long chunklets = in.number();
                final List<Part> parts = new ArrayList<>();
                for (int devices = in.count(); devices > 0; devices--) {
                    final UUID device = in.uuid();
                    for (int regions = in.count(); regions > 0; regions--) {
                        parts.add(new Part(
                                device, new ProfileRegion(in.smallNumber(), in.smallNumber(), Performance.UNKNOWN)));
                    }
                }
                classes.add(new PerformanceClass(name, performance, chunklets, parts));
            }
            return new ClassesSet(classes);
        }

        private static double figure(final RecordReader in) {
            return Double.longBitsToDouble(in.fixed());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(classes.size());
            for (final PerformanceClass one : classes) {
                out.text(one.name());
                final Performance performance = one.performance();
                figure(performance.readMibPerS(), out);
                figure(performance.readsPerS(), out);
                figure(performance.readLatencyUs(), out);
                figure(performance.writeMibPerS(), out);
                figure(performance.writesPerS(), out);
                figure(performance.writeLatencyUs(), out);
                out.number(one.chunkletCount());
                writeParts(one.parts(), out);
            }
        }

        /** Neighbours in the list that are of one device share its name. */
        private static void writeParts(final List<Part> parts, final RecordWriter out) {
            final List<List<Part>> byDevice = new ArrayList<>();
            for (final Part part : parts) {
                final List<Part> last = byDevice.isEmpty() ? List.of() : byDevice.get(byDevice.size() - 1);
                if (last.isEmpty() || !last.get(0).device().equals(part.device())) {
                    byDevice.add(new ArrayList<>());
                }
                byDevice.get(byDevice.size() - 1).add(part);
            }
            out.number(byDevice.size());
            for (final List<Part> own : byDevice) {
                out.uuid(own.get(0).device()).number(own.size());
                own.forEach(part -> out.number(part.region().firstChunklet())
                        .number(part.region().chunkletCount()));
            }
        }

        private static void figure(final double value, final RecordWriter out) {
            out.fixed(Double.doubleToLongBits(value));
        }

        @Override
        public void applyTo(final MemberState state) {
            state.setClasses(this);
        }
    }

    /** Sets that a pool forms from now on are of this class. */
    record PoolClass(String name, String performanceClass) implements ClassRecord {
        static final int KIND = 37;

        static PoolClass read(final RecordReader in) {
            return new PoolClass(in.text(), in.text());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.text(name).text(performanceClass);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.setPoolClass(name, performanceClass);
        }
    }
}
