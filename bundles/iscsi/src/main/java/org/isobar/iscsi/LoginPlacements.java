package org.isobar.iscsi;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.isobar.spi.iscsi.LoginPlacement;
import org.isobar.spi.iscsi.LoginPlacement.Picture;
import org.isobar.spi.iscsi.LoginPlacement.Placement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The placement policies plugged in now. Any thread may call. */
final class LoginPlacements {
    private static final Logger LOG = LoggerFactory.getLogger(LoginPlacements.class);

    private final Map<String, LoginPlacement> byName = new ConcurrentHashMap<>();

    void add(final String name, final LoginPlacement policy) {
        byName.put(name, policy);
    }

    void remove(final String name, final LoginPlacement policy) {
        byName.remove(name, policy);
    }

    /**
     * Decides by the policy with this name, none when it is empty; whatever goes wrong, the initiator stays. So does one that
     * is sent to where it is.
     */
    Placement decide(final String name, final Picture picture) {
        if (name.isEmpty()) {
            return Placement.STAY;
        }
        final LoginPlacement policy = byName.get(name);
        if (policy == null) {
            LOG.warn("login.placement.missing policy={} initiator={} stays", name, picture.initiatorName());
            return Placement.STAY;
        }
        final Placement placement;
        try {
            placement = policy.place(picture);
        } catch (final RuntimeException failure) {
            LOG.warn("login.placement.failed policy={} initiator={} stays", name, picture.initiatorName(), failure);
            return Placement.STAY;
        }
        if (placement == null || (placement.address() != null && !isAddress(placement.address()))) {
            LOG.warn("login.placement.wrong policy={} placement={} initiator stays", name, placement);
            return Placement.STAY;
        }
        return picture.portal().equals(placement.address()) ? Placement.STAY : placement;
    }

    /** Whether a text is {@code HOST:PORT}. */
    static boolean isAddress(final String text) {
        final int colon = PortalAddress.portColon(text);
        return colon > 0
                && PortalAddress.isHost(text.substring(0, colon))
                && PortalAddress.port(text.substring(colon + 1)) > 0;
    }
}
