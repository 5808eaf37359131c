package org.isobar.scsi;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.isobar.api.access.AccessControl;
import org.isobar.api.access.Grant;

/**
 * The copy manager of the appliance (SPC-4 §5.17): limits of all EXTENDED COPY commands together, and which logical
 * units one may reach. Data moves between volumes inside the member.
 */
final class Copies {
    static final int MAX_TARGETS = 16;
    static final int MAX_SEGMENTS = 64;
    static final int MAX_LIST_BYTES = MAX_TARGETS * CopyList.TARGET_BYTES + MAX_SEGMENTS * CopyList.LONG_SEGMENT_BYTES;
    /** Of one segment. */
    static final long MAX_SEGMENT_BYTES = 1L << 30;
    /** Copies at a time. */
    static final int MAX_AT_A_TIME = 16;
    /** Results kept for a nexus. */
    static final int MAX_RESULTS = 16;

    private final AtomicInteger underWay = new AtomicInteger();
    private final Supplier<? extends Iterable<VolumeTarget>> targets;
    private final AtomicReference<AccessControl> access = new AtomicReference<>();

    Copies(final Supplier<? extends Iterable<VolumeTarget>> targets) {
        this.targets = targets;
    }

    /** Who decides about other volumes from now on. */
    void access(final AccessControl control) {
        access.set(control);
    }

    /** Nobody may reach other volumes, unless another one has begun to decide. */
    void noAccess(final AccessControl gone) {
        access.compareAndSet(gone, null);
    }

    AtomicInteger underWay() {
        return underWay;
    }

    /**
     * The logical unit with this designator, or null when there is none that the nexus may use so. The nexus's own unit it
     * may always reach.
     */
    LogicalUnit find(final byte[] designator, final Nexus by, final boolean write) {
        for (final VolumeTarget target : targets.get()) {
            if (Arrays.equals(VitalProductData.naaDesignator(target.unit().uuid()), designator)) {
                return allows(target, by, write) ? target.unit() : null;
            }
        }
        return null;
    }

    private boolean allows(final VolumeTarget target, final Nexus by, final boolean write) {
        if (target.unit() == by.unit()) {
            return !write || !by.writeProtected();
        }
        if (write && target.unit().writeProtected()) {
            return false;
        }
        final AccessControl control = access.get();
        if (control == null) {
            return false;
        }
        final Grant grant = control.grant(target.volume(), by.initiator());
        return (grant == Grant.READ_WRITE || (grant == Grant.READ_ONLY && !write))
                && target.unit().nexuses().mayUse(target.unit().reservations().state(), by, write);
    }
}
