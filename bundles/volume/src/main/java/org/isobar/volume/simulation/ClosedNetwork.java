package org.isobar.volume.simulation;

/**
 * What a number of clients get from stations that they visit over and over, each with one request out at any time: a closed
 * queueing network, solved exactly by mean value analysis (Reiser and Lavenberg, 1980). A station that works on several
 * requests at a time is taken for one as fast as all of it, and a delay for the rest of what one request takes (Seidmann and
 * others, 1987). Immutable.
 */
public final class ClosedNetwork {
    private final double[] queueS;
    private final double[] atS;
    private final double perS;
    private final double latencyS;

    private ClosedNetwork(final double[] queueS, final double[] atS, final double perS, final double latencyS) {
        this.queueS = queueS;
        this.atS = atS;
        this.perS = perS;
        this.latencyS = latencyS;
    }

    /**
     * Solves one.
     *
     * @param queueS for how long a request occupies each station, in the mean over all requests, also those that do not visit it
     * @param delayS for how long it is there in addition without occupying it, likewise
     * @param clients at least 1
     */
    public static ClosedNetwork solve(final double[] queueS, final double[] delayS, final int clients) {
        final int stations = queueS.length;
        final double[] waiting = new double[stations];
        final double[] atS = new double[stations];
        double perS = 0;
        double latencyS = 0;
        for (int n = 1; n <= clients; n++) {
            latencyS = 0;
            for (int k = 0; k < stations; k++) {
                atS[k] = queueS[k] * (1 + waiting[k]) + delayS[k];
                latencyS += atS[k];
            }
            perS = n / latencyS;
            for (int k = 0; k < stations; k++) {
                waiting[k] = perS * (atS[k] - delayS[k]);
            }
        }
        return new ClosedNetwork(queueS.clone(), atS, perS, latencyS);
    }

    /** Requests per second, of all clients. */
    public double perS() {
        return perS;
    }

    /** From a request's start to its end, in the mean, in seconds. */
    public double latencyS() {
        return latencyS;
    }

    /** Of that, at a station. */
    public double atStationS(final int station) {
        return atS[station];
    }

    /** For which share of the time a station is occupied, 0 to 1. */
    public double utilisation(final int station) {
        return perS * queueS[station];
    }
}
