package org.isobar.scsi;

import java.util.List;

/**
 * What of the mode pages can be changed.
 *
 * @param descriptorSense D_SENSE: sense data in descriptor format
 * @param writeProtected SWP: nothing may be written
 * @param reporting LBPERE: thresholds are told of
 * @param single SITUA: they are told to the initiator port that comes first only
 * @param thresholds one for each of {@link SoftThreshold}
 */
record ModeValues(
        boolean descriptorSense,
        boolean writeProtected,
        boolean reporting,
        boolean single,
        List<SoftThreshold.Setting> thresholds) {
    ModeValues withControl(final boolean descriptors, final boolean protects) {
        return new ModeValues(descriptors, protects, reporting, single, thresholds);
    }

    ModeValues withReporting(final boolean on) {
        return new ModeValues(descriptorSense, writeProtected, on, single, thresholds);
    }

    ModeValues withThresholds(final boolean toOne, final List<SoftThreshold.Setting> settings) {
        return new ModeValues(descriptorSense, writeProtected, reporting, toOne, settings);
    }
}
