package org.isobar.iscsi;

import java.util.List;

/** Decides how initiators prove who they are (RFC 7143 §12.1). */
interface Authentication {
    /** Every initiator is let in, provided that it agrees on the method {@code None}. */
    Authentication NONE = new Authentication() {
        @Override
        public boolean optional() {
            return true;
        }

        @Override
        public String choose(final List<String> methods) {
            return methods.contains("None") ? "None" : null;
        }
    };

    /** Whether an initiator may skip the security stage. */
    boolean optional();

    /**
     * Chooses the method.
     *
     * @param methods what the initiator offers, in its order
     * @return one of them, or null when none will do
     */
    String choose(List<String> methods);
}
