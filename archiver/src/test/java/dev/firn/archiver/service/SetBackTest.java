package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FirnException.Category;
import dev.firn.lifecycle.HinderedException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How long a namespace's chunks are left alone after one was begun in vain. */
class SetBackTest {

    private final HinderedException why =
            new HinderedException(Category.PASSING, "one", "reading it from the standby", "see that it catches up");
    private static final Duration WAITED = Duration.ofMinutes(2);

    private final SetBack setBack = new SetBack();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void eachTimeItIsLongerThanTheLastUpToHalfAnHour() {
        assertThat(setBack.at(now)).isEmpty();
        assertThat(waitInVain(WAITED)).isEqualTo(Duration.ofMinutes(5));
        assertThat(waitInVain(WAITED)).isEqualTo(Duration.ofMinutes(10));
        assertThat(waitInVain(WAITED)).isEqualTo(Duration.ofMinutes(20));
        assertThat(waitInVain(WAITED)).isEqualTo(Duration.ofMinutes(30));
        assertThat(waitInVain(WAITED)).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void itLastsNoShorterThanTheWaitThatWasInVain() {
        assertThat(waitInVain(Duration.ofHours(2))).isEqualTo(Duration.ofHours(2));
        assertThat(waitInVain(Duration.ofHours(2))).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void itIsOverWhereTheClockIsSetBack() {
        waitInVain(WAITED);
        Instant begun = now;
        assertThat(setBack.again(why, begun, begun.plus(WAITED))).isPresent();

        assertThat(setBack.at(begun.minus(Duration.ofDays(1)))).isEmpty();
        assertThat(setBack.again(why, begun.minus(Duration.ofDays(1)), begun.minus(Duration.ofDays(1))))
                .isPresent();
    }

    @Test
    void chunksThatWaitedAtTheSameTimeCountAsOne() {
        Instant begun = now;
        now = now.plus(WAITED);
        assertThat(setBack.again(why, begun, now)).contains(now.plus(Duration.ofMinutes(5)));
        assertThat(setBack.again(why, begun, now.plusSeconds(1))).isEmpty();
        assertThat(setBack.at(now.plusSeconds(1))).contains(why);

        now = now.plus(Duration.ofMinutes(5));
        assertThat(setBack.at(now)).isEmpty();
        assertThat(waitInVain(WAITED)).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void afterALongTimeWithoutOrUnderAnotherConfigurationItBeginsAnew() {
        waitInVain(WAITED);
        assertThat(waitInVain(WAITED)).isEqualTo(Duration.ofMinutes(10));

        now = now.plus(Duration.ofMinutes(31));
        assertThat(waitInVain(WAITED)).isEqualTo(Duration.ofMinutes(5));
        assertThat(waitInVain(WAITED)).isEqualTo(Duration.ofMinutes(10));

        Instant begun = now;
        setBack.again(why, begun, begun.plus(WAITED));
        setBack.forget();
        assertThat(setBack.at(begun.plus(WAITED))).isEmpty();
        assertThat(waitInVain(WAITED)).isEqualTo(Duration.ofMinutes(5));
    }

    /** Begins one now, and answers how long all are left alone once it has waited for so long; it is the end of that then. */
    private Duration waitInVain(Duration took) {
        Instant begun = now;
        now = now.plus(took);
        Instant until = setBack.again(why, begun, now).orElseThrow();
        Duration alone = Duration.between(now, until);
        now = until;
        return alone;
    }
}
