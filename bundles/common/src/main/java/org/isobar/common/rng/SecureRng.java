package org.isobar.common.rng;

import java.security.SecureRandom;
import org.osgi.service.component.annotations.Component;

/** The randomness of production: unpredictable, thread-safe. */
@Component
public final class SecureRng implements Rng {
    private final SecureRandom random = new SecureRandom();

    @Override
    public long nextLong() {
        return random.nextLong();
    }
}
