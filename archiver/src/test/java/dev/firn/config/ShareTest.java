package dev.firn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShareTest {

    @Test
    void isAFractionOrPercent() {
        assertThat(Share.parse("1/30")).isEqualTo(new Share(1, 30));
        assertThat(Share.parse(" 3 % ").of(1_000)).isEqualTo(30);
        assertThat(Share.parse("0.125%").of(100_000)).isEqualTo(125);
        assertThat(Share.parse("100%").of(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void soManyTimesAsItGoesIntoTheWholeCoversAll() {
        assertThat(new Share(1, 30).of(31)).isEqualTo(2);
        assertThat(new Share(1, 30).of(0)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0/3", "0%", "4/3", "101%", "3", "1/0", "-1/3", "1/3/3", "3,5%"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Share.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
