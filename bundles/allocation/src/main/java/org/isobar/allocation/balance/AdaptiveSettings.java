package org.isobar.allocation.balance;

import org.isobar.common.Check;

/**
 * How bold the adaptive policy is.
 *
 * @param coolDownS for so long after balancing moved a page it stays where it is; 60 to 86400
 * @param paybackS within so long a move must save what it costs; 10 to 86400
 * @param ratioPercent how busy a page must be, in percent of the page that makes room for it; 110 to 1000
 * @param epochsSeen in how many of the last six epochs a page must have been in use before it is moved for being busy; 1 to 6
 */
record AdaptiveSettings(int coolDownS, int paybackS, int ratioPercent, int epochsSeen) {
    static final AdaptiveSettings DEFAULT = new AdaptiveSettings(900, 600, 150, 3);

    private static final int SECONDS_MAX = 86_400;
    private static final int COOL_DOWN_MIN_S = 60;
    private static final int PAYBACK_MIN_S = 10;
    private static final int RATIO_MIN = 110;
    private static final int RATIO_MAX = 1000;
    private static final int EPOCHS_MAX = 6;

    AdaptiveSettings {
        Check.range("cool.down.s", coolDownS, COOL_DOWN_MIN_S, SECONDS_MAX);
        Check.range("payback.s", paybackS, PAYBACK_MIN_S, SECONDS_MAX);
        Check.range("ratio.percent", ratioPercent, RATIO_MIN, RATIO_MAX);
        Check.range("epochs.seen", epochsSeen, 1, EPOCHS_MAX);
    }
}
