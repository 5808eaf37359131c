package org.isobar.iscsi;

import org.isobar.api.access.Grant;
import org.isobar.api.access.Initiator;
import org.isobar.common.time.SystemClock;
import org.isobar.iscsi.access.LoginAccess;
import org.isobar.iscsi.access.LoginThrottle;
import org.isobar.iscsi.chap.ChapExchange;

/** Access control for tests that are not about it. */
final class Authentication {
    /** Everybody may do everything, without a proof. */
    static final LoginAccess NONE = new LoginAccess() {
        private final LoginThrottle throttle = new LoginThrottle(new SystemClock());

        @Override
        public Grant grant(final String volume, final Initiator who) {
            return volume == null ? Grant.NONE : Grant.READ_WRITE;
        }

        @Override
        public Demand demand(final String volume, final Initiator who) {
            return new Demand(volume != null, false);
        }

        @Override
        public Demand discoveryDemand(final Initiator who) {
            return new Demand(true, false);
        }

        @Override
        public boolean shows(final String volume, final Initiator who) {
            return true;
        }

        @Override
        public boolean hasUsers() {
            return false;
        }

        @Override
        public ChapExchange chap() {
            throw new AssertionError("nobody asked for CHAP");
        }

        @Override
        public LoginThrottle throttle() {
            return throttle;
        }

        @Override
        public void addListener(final Runnable listener) {}

        @Override
        public void removeListener(final Runnable listener) {}
    };

    private Authentication() {}
}
