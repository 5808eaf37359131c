package org.isobar.pool.log;

/** Repeats a step as long as it is bounced, without growing the stack when steps end before they return. */
final class Trampoline {
    private final Runnable step;
    private boolean running;
    private boolean again;

    Trampoline(final Runnable step) {
        this.step = step;
    }

    /** Runs the step, now or as soon as the one that is running returns. */
    void bounce() {
        again = true;
        if (running) {
            return;
        }
        running = true;
        try {
            while (again) {
                again = false;
                step.run();
            }
        } finally {
            running = false;
        }
    }
}
