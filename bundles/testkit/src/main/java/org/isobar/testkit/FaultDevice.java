package org.isobar.testkit;

import java.util.function.Predicate;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;

/** Ends chosen requests with a chosen status, inside {@code submit} and without doing them; passes the others on. */
public final class FaultDevice extends WrappedDevice {
    private Predicate<IoRequest> failWhen = request -> false;
    private IoStatus status = IoStatus.IO_ERROR;

    public FaultDevice(final Device inner) {
        super(inner);
    }

    /** From now on requests for which this holds end with the status. It is asked once for each request. */
    public void failWhen(final Predicate<IoRequest> condition, final IoStatus with) {
        failWhen = condition;
        status = with;
    }

    /** Passes everything on again. */
    public void heal() {
        failWhen = request -> false;
    }

    @Override
    public void submit(final IoRequest request) {
        if (failWhen.test(request)) {
            request.complete(status);
        } else {
            inner().submit(request);
        }
    }
}
