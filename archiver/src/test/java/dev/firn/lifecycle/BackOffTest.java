package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FirnException.Category;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BackOffTest {

    @Test
    void whatPassesIsTriedAgainAfterAMinuteThenAfterTwiceAsLongEachTimeUpToSixHours() {
        assertThat(IntStream.of(0, 1, 2, 8, 9, 100).mapToObj(failures -> BackOff.after(Category.PASSING, failures)))
                .containsExactly(
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(4),
                        Duration.ofMinutes(256),
                        Duration.ofHours(6),
                        Duration.ofHours(6));
    }

    @Test
    void whatAPersonHasToMendIsLeftAloneForAnHourUpToADay() {
        for (Category category : Category.values()) {
            if (!category.worthRetrying()) {
                assertThat(IntStream.of(0, 1, 4, 5, 100).mapToObj(failures -> BackOff.after(category, failures)))
                        .as(category.name())
                        .containsExactly(
                                Duration.ofHours(1),
                                Duration.ofHours(2),
                                Duration.ofHours(16),
                                Duration.ofDays(1),
                                Duration.ofDays(1));
            }
        }
    }
}
