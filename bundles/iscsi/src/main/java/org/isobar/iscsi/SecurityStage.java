package org.isobar.iscsi;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.isobar.api.access.Grant;
import org.isobar.api.access.Initiator;
import org.isobar.iscsi.access.LoginAccess;
import org.isobar.iscsi.chap.ChapExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may log in, and how it proves who it is: the security stage of one login (RFC 7143 §6.3.2, §12.1). An initiator that
 * has no grant for a target gets the status of a target that does not exist (0203h, never 0202h), and where a proof might
 * get it in somewhere it has to give that first, whatever target it names: a stranger cannot find out what there is.
 */
final class SecurityStage {
    private static final Logger LOG = LoggerFactory.getLogger(SecurityStage.class);
    private static final String AUTH_METHOD = "AuthMethod";
    private static final String NONE = "None";
    private static final String CHAP = "CHAP";
    private static final int MAX_LIST_CHARS = 255;

    private final LoginAccess access;
    private final String address;
    private Initiator who;
    private boolean discovery;
    private String volume;
    private LoginAccess.Demand demand;
    private boolean methodChosen;
    /** Null unless CHAP was chosen. */
    private ChapExchange chap;

    private boolean proven;
    private Grant grant = Grant.NONE;

    SecurityStage(final LoginAccess access, final String address) {
        this.access = access;
        this.address = address;
    }

    /**
     * The first request has named both sides.
     *
     * @param targetVolume volume of the target, null when there is no such target
     * @return a login status
     */
    int identify(final String initiatorName, final boolean discoverySession, final String targetVolume) {
        who = new Initiator(initiatorName.toLowerCase(Locale.ROOT), address, null);
        discovery = discoverySession;
        volume = targetVolume;
        demand = discovery ? access.discoveryDemand(who) : access.demand(volume, who);
        return demand.closed() ? LoginStatus.TARGET_NOT_FOUND : LoginStatus.SUCCESS;
    }

    /**
     * Takes the keys of a request that are about security and adds the answer.
     *
     * @param securityStage whether the login is in that stage: elsewhere there must be no such keys
     * @return a login status
     */
    int take(final Map<String, String> keys, final boolean securityStage, final KeyText answer) {
        final String methods = keys.get(AUTH_METHOD);
        final boolean chapKeys = !Collections.disjoint(keys.keySet(), ChapExchange.KEYS);
        if (!securityStage || (methods != null && (methodChosen || chapKeys))) {
            return methods != null || chapKeys ? LoginStatus.INITIATOR_ERROR : LoginStatus.SUCCESS;
        }
        if (methods != null) {
            return choose(methods, answer);
        }
        if (chap == null) {
            return chapKeys ? LoginStatus.INITIATOR_ERROR : LoginStatus.SUCCESS;
        }
        return proven && !chapKeys ? LoginStatus.SUCCESS : prove(keys, answer);
    }

    /** Whether the security stage cannot be left yet. */
    boolean underWay() {
        return chap != null && !proven;
    }

    /** The initiator leaves the security stage, or skips it; returns a login status. */
    int leave() {
        if (!proven && !demand.open()) {
            return proofMissing();
        }
        if (discovery) {
            return LoginStatus.SUCCESS;
        }
        grant = access.grant(volume, who);
        return grant == Grant.NONE ? LoginStatus.TARGET_NOT_FOUND : LoginStatus.SUCCESS;
    }

    /** The initiator, with the user that it proved to be. */
    Initiator who() {
        return who;
    }

    /** What it may do with the volume, once it left the security stage. */
    Grant grant() {
        return grant;
    }

    /** The first method of the initiator's list that leads in; CHAP also where nothing asks for it but the initiator. */
    private int choose(final String list, final KeyText answer) {
        if (list.length() > MAX_LIST_CHARS) {
            return LoginStatus.INITIATOR_ERROR;
        }
        methodChosen = true;
        final List<String> methods = List.of(list.split(",", -1));
        String chosen = null;
        for (final String method : methods) {
            if (chosen == null && ((method.equals(NONE) && demand.open()) || (method.equals(CHAP) && demand.chap()))) {
                chosen = method;
            }
        }
        if (chosen == null && methods.contains(CHAP) && access.hasUsers()) {
            chosen = CHAP;
        }
        if (chosen == null) {
            return proofMissing();
        }
        if (chosen.equals(CHAP)) {
            if (access.throttle().holdsBack(address)) {
                return LoginStatus.SERVICE_UNAVAILABLE;
            }
            chap = access.chap();
        }
        answer.add(AUTH_METHOD, chosen);
        return LoginStatus.SUCCESS;
    }

    private int prove(final Map<String, String> keys, final KeyText answer) {
        if (access.throttle().holdsBack(address)) {
            return LoginStatus.SERVICE_UNAVAILABLE;
        }
        switch (chap.take(keys, answer::add)) {
            case PROVEN -> {
                proven = true;
                who = new Initiator(who.name(), address, chap.user());
                access.throttle().proved(address);
                return LoginStatus.SUCCESS;
            }
            case REFUSED -> {
                final int failures = access.throttle().proofFailed(address);
                // Not the name that was tried: people type secrets into the wrong field.
                LOG.warn("login.proof.failed initiator={} remote={} failures={}", who.name(), address, failures);
                return LoginStatus.AUTHENTICATION_FAILURE;
            }
            case MALFORMED -> {
                return LoginStatus.INITIATOR_ERROR;
            }
            case MISSING -> {
                return LoginStatus.MISSING_PARAMETER;
            }
            default -> {
                return LoginStatus.SUCCESS;
            }
        }
    }

    private int proofMissing() {
        LOG.info("login.proof.missing initiator={} remote={}", who.name(), address);
        return LoginStatus.AUTHENTICATION_FAILURE;
    }
}
