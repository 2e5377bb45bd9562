package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class InterruptsTest {

    @Test
    void whatMustBeDoneDoesNotSeeTheInterruptionWhichIsNotForgotten() {
        AtomicBoolean seen = new AtomicBoolean(true);
        Thread.currentThread().interrupt();

        Interrupts.shielded(() -> seen.set(Thread.currentThread().isInterrupted()));

        boolean known = Thread.interrupted();
        assertThat(seen).isFalse();
        assertThat(known).isTrue();
    }
}
