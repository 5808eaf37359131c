package org.isobar.iscsi.chap;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.isobar.common.rng.Rng;

/**
 * The target's side of one CHAP exchange (RFC 7143 §12.1.3, RFC 1994): the initiator offers algorithms, gets a challenge,
 * and answers it, together with a challenge of its own when it wants the target to prove itself, too. Whatever is wrong
 * with the proof itself ends in the same {@link Outcome#REFUSED}, after the same work.
 */
public final class ChapExchange {
    private static final String ALGORITHM = "CHAP_A";
    private static final String IDENTIFIER = "CHAP_I";
    private static final String CHALLENGE = "CHAP_C";
    private static final String NAME = "CHAP_N";
    private static final String RESPONSE = "CHAP_R";
    /** All keys of the exchange. */
    public static final Set<String> KEYS = Set.of(ALGORITHM, IDENTIFIER, CHALLENGE, NAME, RESPONSE);

    private static final int MAX_CHALLENGE_BYTES = 1024;
    private static final int MAX_RESPONSE_BYTES = 1024;
    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_LIST_CHARS = 255;
    private static final int MAX_IDENTIFIER = 255;

    /** What a request led to. */
    public enum Outcome {
        /** Goes on: the keys added are the answer. */
        MORE,
        /** The initiator is who it says; so are we, when it asked. */
        PROVEN,
        /** Not proven: no common algorithm, wrong user or secret, or a proof asked of us that we do not give. */
        REFUSED,
        /** A value cannot be, or comes at the wrong time. */
        MALFORMED,
        /** A key is missing. */
        MISSING
    }

    private enum Step {
        ALGORITHM,
        RESPONSE,
        DONE
    }

    private final Set<ChapAlgorithm> allowed;
    private final Function<String, ChapCredential> users;
    private final Rng rng;
    private Step step = Step.ALGORITHM;
    private ChapAlgorithm algorithm;
    private int identifier;
    private byte[] challenge;
    private String user;

    /**
     * Begins an exchange.
     *
     * @param allowed algorithms that may be used
     * @param users secrets by user name, null for one that cannot log in
     */
    public ChapExchange(final Set<ChapAlgorithm> allowed, final Function<String, ChapCredential> users, final Rng rng) {
        this.allowed = allowed;
        this.users = users;
        this.rng = rng;
    }

    /** The user that the initiator proved to be, null before. */
    public String user() {
        return user;
    }

    /**
     * Takes the keys of one request.
     *
     * @param answer takes the keys of the answer; to be ignored unless the exchange goes on
     */
    public Outcome take(final Map<String, String> keys, final BiConsumer<String, String> answer) {
        return switch (step) {
            case ALGORITHM -> chooseAlgorithm(keys, answer);
            case RESPONSE -> verify(keys, answer);
            case DONE -> has(keys, KEYS) ? Outcome.MALFORMED : Outcome.PROVEN;
        };
    }

    private Outcome chooseAlgorithm(final Map<String, String> keys, final BiConsumer<String, String> answer) {
        if (has(keys, Set.of(IDENTIFIER, CHALLENGE, NAME, RESPONSE))) {
            return Outcome.MALFORMED;
        }
        final String list = keys.get(ALGORITHM);
        if (list == null) {
            return Outcome.MISSING;
        }
        final Set<ChapAlgorithm> offered = list.length() > MAX_LIST_CHARS ? null : ChapAlgorithm.parse(list);
        if (offered == null) {
            return Outcome.MALFORMED;
        }
        offered.retainAll(allowed);
        if (offered.isEmpty()) {
            return Outcome.REFUSED;
        }
        algorithm = Collections.max(offered);
        identifier = rng.nextBytes(1)[0] & MAX_IDENTIFIER;
        challenge = rng.nextBytes(algorithm.hashBytes());
        answer.accept(ALGORITHM, Integer.toString(algorithm.number()));
        answer.accept(IDENTIFIER, Integer.toString(identifier));
        answer.accept(CHALLENGE, BinaryValue.encode(challenge));
        step = Step.RESPONSE;
        return Outcome.MORE;
    }

    private Outcome verify(final Map<String, String> keys, final BiConsumer<String, String> answer) {
        if (keys.containsKey(ALGORITHM)) {
            return Outcome.MALFORMED;
        }
        final String name = keys.get(NAME);
        final String responseText = keys.get(RESPONSE);
        final boolean mutual = keys.containsKey(IDENTIFIER);
        if (name == null || responseText == null || mutual != keys.containsKey(CHALLENGE)) {
            return Outcome.MISSING;
        }
        final byte[] response = BinaryValue.decode(responseText, MAX_RESPONSE_BYTES);
        final int theirIdentifier = mutual ? identifier(keys.get(IDENTIFIER)) : 0;
        final byte[] theirChallenge =
                mutual ? BinaryValue.decode(keys.get(CHALLENGE), MAX_CHALLENGE_BYTES) : new byte[0];
        if (response == null
                || name.isEmpty()
                || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES
                || theirIdentifier < 0
                || theirChallenge == null) {
            return Outcome.MALFORMED;
        }
        step = Step.DONE;
        try (ChapCredential credential = users.apply(name)) {
            final byte[] secret = credential == null ? rng.nextBytes(algorithm.hashBytes()) : credential.secret();
            final byte[] expected = algorithm.respond(identifier, secret, challenge);
            // Compared in constant time, and also for users that do not exist.
            final boolean proven = MessageDigest.isEqual(expected, response) && credential != null;
            if (!proven || (mutual && !proveOurselves(credential, theirIdentifier, theirChallenge, answer))) {
                return Outcome.REFUSED;
            }
        }
        user = name;
        return Outcome.PROVEN;
    }

    /** Answers the initiator's challenge, but never our own one sent back, nor with a secret that both sides use (§9.2.1). */
    private boolean proveOurselves(
            final ChapCredential credential,
            final int theirIdentifier,
            final byte[] theirChallenge,
            final BiConsumer<String, String> answer) {
        if (credential.targetSecret() == null
                || Arrays.equals(theirChallenge, challenge)
                || MessageDigest.isEqual(credential.targetSecret(), credential.secret())) {
            return false;
        }
        answer.accept(NAME, credential.targetName());
        answer.accept(
                RESPONSE,
                BinaryValue.encode(algorithm.respond(theirIdentifier, credential.targetSecret(), theirChallenge)));
        return true;
    }

    /** A number of one byte, decimal or hexadecimal (RFC 7143 §6.1), or -1. */
    private static int identifier(final String text) {
        final boolean hex = text.startsWith("0x") || text.startsWith("0X");
        final String digits = hex ? text.substring(2) : text;
        final int radix = hex ? 16 : 10;
        if (digits.isEmpty()
                || digits.length() > 3
                || !digits.chars().allMatch(digit -> digit <= 'f' && Character.digit(digit, radix) >= 0)) {
            return -1;
        }
        final int value = Integer.parseInt(digits, radix);
        return value > MAX_IDENTIFIER ? -1 : value;
    }

    private static boolean has(final Map<String, String> keys, final Set<String> any) {
        return !Collections.disjoint(keys.keySet(), any);
    }
}
