package org.isobar.iscsi.access;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.isobar.api.StorageException;
import org.isobar.api.access.AccessRule;
import org.isobar.api.access.Grant;
import org.isobar.api.access.Initiator;

/** A rule in the form that initiators are held against. */
final class FittingRule {
    /** Names of users: they stand in paths, tables and command lines. */
    static final Pattern USER_NAME = Pattern.compile("[A-Za-z0-9._:@+-]{1,223}");

    static final String USER_NAME_BOUNDS = "1 to 223 of letters, digits, dash, underscore, dot, colon, plus, at";
    private static final Pattern INITIATOR_NAME = Pattern.compile("[\\p{L}\\p{N}.:_-]{0,223}\\*?");
    private static final String INITIATOR_NAME_BOUNDS =
            "an iSCSI name of at most 223 characters, or the beginning of one followed by *";

    private final AccessRule rule;
    private final boolean prefix;
    private final String name;
    private final AddressRange range;

    private FittingRule(final AccessRule rule) {
        this.rule = rule;
        prefix = rule.initiatorName() != null && rule.initiatorName().endsWith("*");
        name = prefix ? rule.initiatorName().substring(0, rule.initiatorName().length() - 1) : rule.initiatorName();
        range = rule.address() == null ? null : AddressRange.parse(rule.address());
    }

    /** Checks a rule, its initiator name brought into lower case; INVALID naming the part that is wrong. */
    static FittingRule of(final AccessRule rule) {
        final String initiatorName =
                rule.initiatorName() == null ? null : rule.initiatorName().toLowerCase(Locale.ROOT);
        if (initiatorName != null
                && (initiatorName.isEmpty()
                        || !INITIATOR_NAME.matcher(initiatorName).matches())) {
            throw refused("initiatorName", INITIATOR_NAME_BOUNDS);
        }
        if (rule.chapUser() != null && !USER_NAME.matcher(rule.chapUser()).matches()) {
            throw refused("chapUser", USER_NAME_BOUNDS);
        }
        if (initiatorName == null && rule.address() == null && rule.chapUser() == null) {
            throw refused("rule", "given at least one of initiatorName, address and chapUser (* for any initiator)");
        }
        checkGrant(rule.grant());
        return new FittingRule(new AccessRule(rule.id(), initiatorName, rule.address(), rule.chapUser(), rule.grant()));
    }

    static void checkGrant(final Grant grant) {
        if (grant == null || grant == Grant.NONE) {
            throw refused("grant", "READ_ONLY or READ_WRITE");
        }
    }

    AccessRule rule() {
        return rule;
    }

    /** Whether the rule asks for a CHAP user. */
    boolean asksForProof() {
        return rule.chapUser() != null;
    }

    /** Whether name and address fit, whatever the user. */
    boolean fitsUnproven(final Initiator who, final byte[] address) {
        final boolean nameFits = name == null
                || (prefix ? who.name().startsWith(name) : who.name().equals(name));
        return nameFits && (range == null || range.contains(address));
    }

    /** Whether all parts fit. */
    boolean fits(final Initiator who, final byte[] address) {
        return fitsUnproven(who, address)
                && (rule.chapUser() == null || rule.chapUser().equals(who.chapName()));
    }

    /** Whether another rule has the same parts. */
    boolean sameParts(final FittingRule other) {
        return Objects.equals(rule.initiatorName(), other.rule.initiatorName())
                && Objects.equals(rule.address(), other.rule.address())
                && Objects.equals(rule.chapUser(), other.rule.chapUser());
    }

    private static StorageException refused(final String field, final String bounds) {
        return new StorageException(StorageException.Code.INVALID, field + ": must be " + bounds);
    }
}
