package dev.firn.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Comparisons as they are typed. */
class WhereTest {

    @Test
    void columnAndValueAreTakenAsTheyStand() {
        assertThat(Where.parse("a=b")).isEqualTo(new Where("a", Operator.EQUAL, "b"));
        assertThat(Where.parse("a<=b=c")).isEqualTo(new Where("a", Operator.AT_MOST, "b=c"));
        assertThat(Where.parse("a >= b ")).isEqualTo(new Where("a ", Operator.AT_LEAST, " b "));
        assertThat(Where.parse("a=")).isEqualTo(new Where("a", Operator.EQUAL, ""));
        assertThat(Where.parse("a>-1")).isEqualTo(new Where("a", Operator.GREATER, "-1"));
        assertThat(Where.parse("\"a=\"\"b\"<c")).isEqualTo(new Where("a=\"b", Operator.LESS, "c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "=b", "a!=b", "a<>b", "a~b", "\"a=b", "\"a\"b=c"})
    void whatIsNoComparisonIsRefused(String text) {
        assertThatThrownBy(() -> Where.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
