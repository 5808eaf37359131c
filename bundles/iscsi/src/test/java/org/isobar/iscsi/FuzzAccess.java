package org.isobar.iscsi;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.isobar.api.access.Grant;
import org.isobar.api.access.Initiator;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;
import org.isobar.iscsi.access.LoginAccess;
import org.isobar.iscsi.access.LoginThrottle;
import org.isobar.iscsi.chap.ChapAlgorithm;
import org.isobar.iscsi.chap.ChapCredential;
import org.isobar.iscsi.chap.ChapExchange;

/** Access control with one CHAP user, which lets {@link FuzzConnection#INITIATOR} in without a proof, always. */
final class FuzzAccess implements LoginAccess {
    static final String USER = "user";
    static final byte[] SECRET = "secret of the initiator".getBytes(StandardCharsets.US_ASCII);
    static final byte[] TARGET_SECRET = "secret of the target".getBytes(StandardCharsets.US_ASCII);

    private final boolean open;
    private final boolean chap;
    private final Rng rng;
    private final LoginThrottle throttle;

    /** Others may come without a proof, with one, with either, or not at all. */
    FuzzAccess(final boolean open, final boolean chap, final Rng rng, final Clock clock) {
        this.open = open;
        this.chap = chap;
        this.rng = rng;
        throttle = new LoginThrottle(clock);
    }

    /** Whether this initiator gets in without a proof. */
    boolean opensTo(final String initiatorName) {
        return open || initiatorName.equalsIgnoreCase(FuzzConnection.INITIATOR);
    }

    @Override
    public Grant grant(final String volume, final Initiator who) {
        final boolean proven = chap && USER.equals(who.chapName());
        return volume != null && (proven || opensTo(who.name())) ? Grant.READ_WRITE : Grant.NONE;
    }

    @Override
    public Demand demand(final String volume, final Initiator who) {
        return new Demand(volume != null && opensTo(who.name()), chap);
    }

    @Override
    public Demand discoveryDemand(final Initiator who) {
        return new Demand(opensTo(who.name()), chap);
    }

    @Override
    public boolean shows(final String volume, final Initiator who) {
        return true;
    }

    @Override
    public boolean hasUsers() {
        return true;
    }

    @Override
    public ChapExchange chap() {
        return new ChapExchange(
                EnumSet.allOf(ChapAlgorithm.class),
                name -> name.equals(USER) ? new ChapCredential(SECRET.clone(), "target", TARGET_SECRET.clone()) : null,
                rng);
    }

    @Override
    public LoginThrottle throttle() {
        return throttle;
    }

    @Override
    public void addListener(final Runnable listener) {}

    @Override
    public void removeListener(final Runnable listener) {}
}
