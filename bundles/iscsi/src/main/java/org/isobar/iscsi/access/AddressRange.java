package org.isobar.iscsi.access;

import io.netty.util.NetUtil;
import org.isobar.api.StorageException;

/** An IP address or network of rules: {@code 10.1.2.3}, {@code 10.1.0.0/16}, {@code fd00:7::/64}. */
final class AddressRange {
    private static final int MAX_CHARS = 49;
    private static final int IPV4_BYTES = 4;
    private static final int MAPPED_PREFIX_BYTES = 12;
    private static final String BOUNDS =
            "an IPv4 or IPv6 address, or a network as 192.168.7.0/24 or fd00:7::/64 with zeros beyond its prefix";

    private final byte[] network;
    private final int prefixBits;

    private AddressRange(final byte[] network, final int prefixBits) {
        this.network = network;
        this.prefixBits = prefixBits;
    }

    /** Reads a range; INVALID when it is none. */
    static AddressRange parse(final String text) {
        final int slash = text.indexOf('/');
        final byte[] network = text.length() > MAX_CHARS || text.indexOf('%') >= 0
                ? null
                : bytes(slash < 0 ? text : text.substring(0, slash));
        if (network == null) {
            throw refused(text);
        }
        final int allBits = network.length * Byte.SIZE;
        final int prefixBits = slash < 0 ? allBits : number(text.substring(slash + 1));
        if (prefixBits < 0 || prefixBits > allBits) {
            throw refused(text);
        }
        for (int bit = prefixBits; bit < allBits; bit++) {
            if (bit(network, bit) != 0) {
                throw refused(text);
            }
        }
        return new AddressRange(network, prefixBits);
    }

    /** The bytes of an address, those of IPv4 also for one that is mapped into IPv6; null when it is none. */
    static byte[] bytes(final String address) {
        final byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null || bytes.length == IPV4_BYTES) {
            return bytes;
        }
        final byte[] ipv4 = new byte[IPV4_BYTES];
        for (int i = 0; i < MAPPED_PREFIX_BYTES; i++) {
            if (bytes[i] != (i < 10 ? 0 : (byte) 0xFF)) {
                return bytes;
            }
        }
        System.arraycopy(bytes, MAPPED_PREFIX_BYTES, ipv4, 0, IPV4_BYTES);
        return ipv4;
    }

    /** Whether the address lies in the range; {@code null} lies in none. */
    boolean contains(final byte[] address) {
        if (address == null || address.length != network.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit++) {
            if (bit(address, bit) != bit(network, bit)) {
                return false;
            }
        }
        return true;
    }

    private static int bit(final byte[] bytes, final int index) {
        return bytes[index / Byte.SIZE] >> (Byte.SIZE - 1 - index % Byte.SIZE) & 1;
    }

    private static int number(final String digits) {
        return digits.isEmpty()
                        || digits.length() > 3
                        || !digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')
                ? -1
                : Integer.parseInt(digits);
    }

    private static StorageException refused(final String text) {
        final String shown = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + "…" : text;
        return new StorageException(StorageException.Code.INVALID, "address: must be " + BOUNDS + ", is " + shown);
    }
}
